"""Giving, acknowledging, handing on, answering for; who may, and what the journal hears."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse

from anning.accounts.selectors import person_of
from anning.journal.models import Entry
from anning.kernel.actor import Actor, Scope
from anning.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from anning.tasks import selectors
from anning.tasks.models import Task
from anning.tasks.services import add_feedback, add_proof, assign_task, move_task
from tests.district import make_person
from tests.tasks.conftest import NOW

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def test_giving_a_task_journals_who_what_and_whom_to_tell(task, giver, doer_person):
    entry = Entry.objects.get(kind="task.assign")

    assert (entry.subject, entry.actor, entry.area_code) == (task.subject, giver.name, "120117001")
    assert entry.data["tell"] == [doer_person.pk]
    assert entry.data["assignee"] == f"person:{doer_person.pk}"
    assert doer_person.name not in entry.body


def test_the_acknowledgement_clock_comes_from_the_rulebook(giver, doer_person):
    given = {u: assign_task(giver, title="核实", to=doer_person, urgency=u, now=NOW) for u in (1, 2, 3)}

    assert [given[u].ack_due_at - NOW for u in (1, 2, 3)] == [timedelta(minutes=m) for m in (240, 30, 5)]


def test_an_acknowledgement_carries_an_end(task, doer):
    moved = move_task(task.pk, "acknowledge", doer, now=NOW)

    assert moved.promised_at == NOW + timedelta(minutes=30)
    assert moved.step_due_at is None and moved.acknowledged_by == doer.name


def test_a_promise_never_reaches_past_the_deadline(giver, doer, doer_person):
    due = NOW + timedelta(hours=2)
    task = assign_task(giver, title="报送", to=doer_person, due_at=due, now=NOW)

    assert move_task(task.pk, "acknowledge", doer, until=NOW + timedelta(days=3), now=NOW).promised_at == due


def test_one_tap_finishes_and_acknowledges(task, doer):
    moved = move_task(task.pk, "finish", doer, now=NOW)

    assert (moved.state, moved.acknowledged_by, moved.closed_at) == ("done", doer.name, NOW)


def test_a_reason_is_asked_where_somebody_must_answer_for_it(task, doer):
    with pytest.raises(Refused, match="原因"):
        move_task(task.pk, "send_back", doer, text="  ", now=NOW)

    assert Task.objects.get(pk=task.pk).state == "open"


def test_a_task_that_is_sent_back_waits_for_its_giver(task, doer, giver):
    move_task(task.pk, "send_back", doer, text="不属于本镇", now=NOW)

    assert list(selectors.waiting_for(giver)) == [task]
    assert not selectors.waiting_for(doer).exists()


def test_handing_on_starts_a_new_round_with_the_frozen_chain(task, doer, district, user_of):
    colleague = user_of("town").person
    before = Task.objects.get(pk=task.pk).steps

    moved = move_task(task.pk, "transfer", doer, to=colleague, text="由其办理", now=NOW + timedelta(minutes=3))

    assert (moved.round, moved.step, moved.person, moved.steps) == (2, 0, colleague, before)
    assert moved.ack_due_at == NOW + timedelta(minutes=33)


def test_a_bystander_in_scope_may_not_act_for_the_doer(task, user_of, actor_of, district):
    village = actor_of("village", district.town_a.committees[0])

    with pytest.raises((NotAllowed, NotFound)):
        move_task(task.pk, "acknowledge", village, now=NOW)


def test_the_doer_has_no_button_of_the_giver(task, doer_user, giver, district, actor_of):
    enterprise = actor_of("enterprise")
    given = assign_task(giver, title="整改", to=person_of(enterprise), now=NOW)

    assert "cancel" not in selectors.moves_open_to(given, enterprise)
    with pytest.raises(NotAllowed):
        move_task(given.pk, "cancel", enterprise, text="不想办", now=NOW)


def test_nobody_gives_a_task_outside_the_own_scope(doer, district):
    stranger = make_person(district.town_b.government)

    with pytest.raises(Refused, match="管辖范围"):
        assign_task(doer, title="代办", to=stranger, now=NOW)


def test_an_older_version_is_told_that_it_is_old(task, doer):
    move_task(task.pk, "acknowledge", doer, version=task.version, now=NOW)

    with pytest.raises(Conflict):
        move_task(task.pk, "finish", doer, version=task.version, now=NOW)


def test_a_refused_task_leaves_no_trace(doer_person):
    with pytest.raises(NotAllowed):
        assign_task(Actor("user:0", frozenset(), Scope.whole()), title="无权", to=doer_person)

    assert not Task.objects.exists() and not Entry.objects.filter(kind__startswith="task.").exists()


def test_a_task_of_a_post_waits_for_who_holds_it_today(giver, doer, doer_person, district):
    post = district.town_a.government.posts.create(name="值班员")
    task = assign_task(giver, title="值守", to=post, now=NOW)
    assert not selectors.waiting_for(doer).exists()

    doer_person.appointments.create(post=post)

    assert list(selectors.waiting_for(doer)) == [task]


def test_feedback_is_added_and_never_changed(task, doer):
    add_feedback(task.pk, doer, text="已到现场", now=NOW)
    add_feedback(task.pk, doer, text="水深 20 厘米", now=NOW + timedelta(minutes=5))

    assert [line.text for line in task.feedback.all()] == ["已到现场", "水深 20 厘米"]


@pytest.mark.parametrize(
    ("name", "content"), [("照片.png", b"MZ" + bytes(64)), ("程序.exe", b"MZ"), ("空.png", b""), ("x.pdf", PNG)]
)
def test_a_proof_must_be_what_its_name_says(task, doer, name, content):
    with pytest.raises(Refused):
        add_proof(task.pk, doer, name=name, chunks=[content])

    assert not task.proofs.exists()


def test_a_proof_is_kept_once_and_handed_out_as_a_download(task, doer, doer_user, client_of):
    for _ in range(2):
        proof = add_proof(task.pk, doer, name="C:\\照片\\现场.png", chunks=[PNG[:3], PNG[3:]])

    answer = client_of(doer_user).get(reverse("tasks:proof_file", args=[task.pk, proof.pk]))

    assert task.proofs.count() == 1 and proof.name == "现场.png"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == PNG


def test_the_most_urgent_comes_first_and_what_is_late_before_it(giver, doer, doer_person):
    calm = assign_task(giver, title="一般", to=doer_person, urgency=1, now=NOW)
    critical = assign_task(giver, title="特急", to=doer_person, urgency=3, now=NOW)
    late = assign_task(giver, title="已超时", to=doer_person, urgency=1, now=NOW - timedelta(days=1))

    found = selectors.urgent_first(selectors.waiting_for(doer), NOW + timedelta(minutes=1))

    assert list(found) == [late, critical, calm]


def test_a_town_officer_reaches_no_task_of_another_town(giver, doer, doer_user, client_of, district, user_of):
    other = assign_task(giver, title="乙镇任务", to=user_of("town", district.town_b.government).person, now=NOW)
    client = client_of(doer_user)

    assert client.get(reverse("tasks:task_detail", args=[other.pk])).status_code == 404
    assert client.post(reverse("tasks:task_move", args=[other.pk, "finish"])).status_code == 404
    assert client.get(f"/api/tasks/{other.pk}").status_code == 404
    assert "乙镇任务" not in client.get("/api/tasks?tab=all").content.decode()
    assert "乙镇任务" not in client.get(reverse("tasks:todo") + "?tab=given").content.decode()
    with pytest.raises(NotFound):
        add_proof(other.pk, doer, name="a.png", chunks=io.BytesIO(PNG))


def test_a_role_named_by_a_town_is_the_role_in_that_town(actor_of, user_of, district, roles):
    inside = user_of("village", district.town_a.committees[0]).person
    outside = user_of("village", district.town_b.committees[0]).person
    town, duty = actor_of("town", district.town_a.government), actor_of("duty")

    of_town = assign_task(town, title="巡查", to=roles["village"])
    of_district = assign_task(duty, title="巡查", to=roles["village"])

    assert inside in selectors.people_for(of_town) and outside not in selectors.people_for(of_town)
    assert {inside, outside} <= set(selectors.people_for(of_district))
