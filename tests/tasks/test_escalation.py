"""Chains: when, whom, once; nobody on the post; acknowledged and forgotten."""

from datetime import timedelta

import pytest

from anning.accounts.selectors import actor_for
from anning.journal.models import Entry
from anning.tasks import selectors
from anning.tasks.models import Alarm, EscalationPolicy, EscalationStep, Task
from anning.tasks.services import assign_task, audit_steps, escalate_due, move_task, realarm_due, remind_due
from tests.races import together
from tests.tasks.conftest import NOW

MINUTE = timedelta(minutes=1)


def make_policy(*steps, **facts) -> EscalationPolicy:
    policy = EscalationPolicy.objects.create(name=facts.pop("name", "逐级通知"), **facts)
    for position, step in enumerate(steps, 1):
        EscalationStep.objects.create(policy=policy, position=position, **step)
    return policy


@pytest.fixture
def chief(user_of):
    """The leader of the bureau."""
    return user_of("lead").person


@pytest.fixture
def chain(district, chief):
    """Remind after 5 minutes, an empty post after 5 more, then the leader after 10 more."""
    empty = district.bureau.posts.create(name="空岗")
    return make_policy(
        {"after_minutes": 5, "target": "again"},
        {"after_minutes": 5, "target": "post", "post": empty},
        {"after_minutes": 10, "target": "person", "person": chief},
    )


def told(task) -> list[tuple[int, bool, list[int]]]:
    return [(a.step, a.vacant, [p.pk for p in a.people.all()]) for a in task.alarms.order_by("round", "step")]


def test_steps_come_at_their_minutes_and_not_before(chain, giver, doer_person):
    task = assign_task(giver, title="核实", to=doer_person, now=NOW)

    assert escalate_due(NOW + 5 * MINUTE - timedelta(seconds=1)) == 0
    assert escalate_due(NOW + 5 * MINUTE) == 1
    assert escalate_due(NOW + 5 * MINUTE) == 0
    assert told(task) == [(0, False, [doer_person.pk])]


def test_nobody_on_the_post_passes_on_to_the_next_in_line_at_once(chain, giver, doer_person, chief):
    task = assign_task(giver, title="核实", to=doer_person, now=NOW)
    escalate_due(NOW + 5 * MINUTE)

    escalate_due(NOW + 10 * MINUTE)

    assert told(task)[1:] == [(1, True, []), (2, False, [chief.pk])]
    assert Entry.objects.filter(kind="task.escalate").order_by("pk").last().data["tell"] == [chief.pk]


def test_a_late_worker_takes_the_same_steps_as_a_punctual_one(chain, giver, doer_person):
    punctual = assign_task(giver, title="甲", to=doer_person, now=NOW)
    for minute in range(30):
        escalate_due(NOW + minute * MINUTE)
    late = assign_task(giver, title="乙", to=doer_person, now=NOW)
    while escalate_due(NOW + 30 * MINUTE):
        pass

    due = [list(t.alarms.order_by("step").values_list("step", "due_at", "vacant")) for t in (punctual, late)]
    assert told(punctual) == told(late) and due[0] == due[1]


def test_an_acknowledgement_stops_the_chain(chain, giver, doer, doer_person):
    task = assign_task(giver, title="核实", to=doer_person, now=NOW)
    move_task(task.pk, "acknowledge", doer, now=NOW + MINUTE)

    assert escalate_due(NOW + 60 * MINUTE) == 0


def test_acknowledged_and_forgotten_alarms_again_and_escalates_again(chain, giver, doer, doer_person):
    task = assign_task(giver, title="核实", to=doer_person, now=NOW)
    move_task(task.pk, "acknowledge", doer, until=NOW + 60 * MINUTE, now=NOW + MINUTE)

    assert realarm_due(NOW + 60 * MINUTE - timedelta(seconds=1)) == 0
    assert realarm_due(NOW + 60 * MINUTE) == 1
    assert realarm_due(NOW + 60 * MINUTE) == 0

    task.refresh_from_db()
    assert (task.state, task.round, task.step_due_at) == ("open", 2, NOW + 65 * MINUTE)
    assert escalate_due(NOW + 65 * MINUTE) == 1


def test_the_policy_is_frozen_at_the_start(chain, giver, doer_person):
    task = assign_task(giver, title="核实", to=doer_person, now=NOW)
    EscalationStep.objects.filter(policy=chain).delete()
    chain.delete()

    escalate_due(NOW + 5 * MINUTE)

    assert told(task) == [(0, False, [doer_person.pk])]


def test_without_a_policy_the_giver_is_told(giver, doer_person):
    task = assign_task(giver, title="核实", to=doer_person, urgency=3, now=NOW)

    escalate_due(task.ack_due_at)

    assert [a.target for a in task.alarms.all()] == ["assigner"] and not task.alarms.get().vacant


def test_the_closest_policy_is_taken(giver, doer_person):
    make_policy({"after_minutes": 60, "target": "assigner"}, name="通用")
    make_policy({"after_minutes": 20, "target": "assigner"}, name="核查", kind="check")
    make_policy({"after_minutes": 2, "target": "assigner"}, name="特急核查", kind="check", urgency=3)

    due = [
        assign_task(giver, title="x", to=doer_person, kind=kind, urgency=urgency, now=NOW).step_due_at - NOW
        for kind, urgency in (("work", 3), ("check", 2), ("check", 3))
    ]

    assert due == [60 * MINUTE, 20 * MINUTE, 2 * MINUTE]


def test_whoever_is_alarmed_may_take_the_task(chain, giver, doer_person, chief):
    task = assign_task(giver, title="核实", to=doer_person, now=NOW)
    escalate_due(NOW + 5 * MINUTE)
    escalate_due(NOW + 10 * MINUTE)
    leader = actor_for(chief.users.get())

    assert list(selectors.waiting_for(leader)) == [task]
    assert move_task(task.pk, "acknowledge", leader, now=NOW + 11 * MINUTE).acknowledged_by == leader.name


def test_a_chain_that_ends_unanswered_is_listed(chain, giver, doer_person):
    task = assign_task(giver, title="核实", to=doer_person, now=NOW)
    while escalate_due(NOW + 60 * MINUTE):
        pass

    assert list(selectors.exhausted(giver)) == [task]


def test_a_chain_of_empty_posts_says_so(giver, doer_person, district):
    make_policy({"after_minutes": 5, "target": "post", "post": district.bureau.posts.create(name="空岗")})
    task = assign_task(giver, title="核实", to=doer_person, now=NOW)

    escalate_due(NOW + 5 * MINUTE)

    assert told(task) == [(0, True, [])]
    assert Entry.objects.filter(kind="task.exhaust", subject=task.subject).count() == 1
    assert list(selectors.exhausted(giver)) == [task]


def test_a_step_that_no_worker_took_is_named_once(giver, doer_person):
    task = assign_task(giver, title="核实", to=doer_person, urgency=3, now=NOW)
    late = task.step_due_at + 3 * MINUTE

    assert list(selectors.overdue_steps(giver, late)) == [task]
    assert (audit_steps(late), audit_steps(late)) == (1, 0)
    assert not selectors.overdue_steps(giver, task.step_due_at).exists()


def test_a_deadline_that_comes_near_is_reminded_of_once(giver, doer_person):
    due = NOW + timedelta(hours=5)
    assign_task(giver, title="报送", to=doer_person, due_at=due, now=NOW)

    assert remind_due(due - 61 * MINUTE) == 0
    assert (remind_due(due - 60 * MINUTE), remind_due(due - 60 * MINUTE)) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_one_step_once(giver, doer_person):
    task = assign_task(giver, title="核实", to=doer_person, urgency=3, now=NOW)

    done = together(*[lambda: escalate_due(task.step_due_at)] * 3)

    assert sorted(done) == [0, 0, 1]
    assert Alarm.objects.count() == 1 and Entry.objects.filter(kind="task.escalate").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_press_one_button_one_succeeds(task, doer):
    done = together(*[lambda: move_task(task.pk, "finish", doer, now=NOW)] * 2)

    assert sorted(type(each).__name__ for each in done) == ["IllegalMove", "Task"]
    assert Entry.objects.filter(kind="task.finish").count() == 1
    assert Task.objects.get(pk=task.pk).state == "done"
