"""The pages of tasks and approvals: plain forms first, htmx makes it quick."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from anning.accounts.selectors import actor_for
from anning.tasks import services
from anning.tasks.models import Approval, Task
from anning.tasks.panels import tasks_here
from anning.tasks.selectors import people_for, waiting_for


@pytest.fixture
def client(client_of, doer_user):
    return client_of(doer_user)


@pytest.fixture
def office(client_of, user_of):
    return client_of(user_of("duty"))


def test_the_to_do_shows_what_waits(client, task):
    page = client.get(reverse("tasks:todo"))

    assert task.title in page.content.decode()
    assert page.context["tabs"][0][2] == 1


@pytest.mark.parametrize("tab", ["waiting", "done", "copies", "given", "nonsense"])
def test_every_tab_opens(client, tab):
    assert client.get(reverse("tasks:todo"), {"tab": tab, "urgency": "x", "kind": "y", "page": "z"}).status_code == 200


def test_a_plain_form_moves_a_task_and_comes_back(client, task):
    place = reverse("tasks:todo") + "?tab=waiting"

    answer = client.post(reverse("tasks:task_move", args=[task.pk, "acknowledge"]), {"next": place})

    assert (answer.status_code, answer.headers["Location"]) == (302, place)
    assert Task.objects.get(pk=task.pk).state == "acknowledged"


def test_htmx_gets_the_row_alone(client, task):
    move = reverse("tasks:task_move", args=[task.pk, "finish"])

    row = client.post(move, headers={"HX-Request": "true"}).content.decode()

    assert f'id="task-{task.pk}"' in row and "已办结" in row and "<html" not in row


def test_a_foreign_address_is_no_way_back(client, task):
    move = reverse("tasks:task_move", args=[task.pk, "acknowledge"])

    answer = client.post(move, {"next": "//evil.example/"})

    assert answer.headers["Location"] == task.get_absolute_url()


def test_a_task_is_given_by_a_plain_form(office, doer_person):
    facts = {"title": "排查易涝点", "to": doer_person.name, "kind": "check", "urgency": "2", "copies": ""}

    answer = office.post(reverse("tasks:task_new"), facts)

    task = Task.objects.get()
    assert answer.headers["Location"] == task.get_absolute_url()
    assert (task.person, task.urgency, task.kind) == (doer_person, 2, "check")


def test_a_name_that_nobody_has_is_named(office):
    answer = office.post(reverse("tasks:task_new"), {"title": "x", "to": "查无此人", "kind": "work", "urgency": "1"})

    assert answer.status_code == 422 and "没有找到“查无此人”" in answer.content.decode()
    assert not Task.objects.exists()


def test_the_page_of_a_task_takes_feedback_and_proofs(client, task):
    client.post(reverse("tasks:task_feedback", args=[task.pk]), {"text": "已到现场"})
    file = SimpleUploadedFile("现场.pdf", b"%PDF-1.4 x")
    client.post(reverse("tasks:proof_add", args=[task.pk]), {"file": file})

    page = client.get(task.get_absolute_url()).content.decode()
    assert "已到现场" in page and "现场.pdf" in page


def test_a_copy_is_read_by_opening(client, giver, doer_person, user_of):
    other = user_of("town").person
    task = services.assign_task(giver, title="知悉", to=other, copies=[doer_person])

    assert task.title in client.get(reverse("tasks:todo") + "?tab=copies").content.decode()
    client.get(task.get_absolute_url())

    assert task.copies.get().read_at


def test_a_record_shows_the_tasks_about_it(giver, doer_person, district):
    about = district.town_a.enterprise
    task = services.assign_task(giver, title="核查企业", to=doer_person, about=about.subject)

    shown = tasks_here(giver, about)

    assert shown and list(shown["tasks"]) == [task]


def test_auditors_see_overdue_escalation_and_others_do_not(client_of, client):
    assert client_of("supervisor").get(reverse("tasks:overdue")).status_code == 200
    assert client_of("enterprise").get(reverse("tasks:overdue")).status_code in (200, 403)


def test_a_paper_is_drafted_reviewed_and_signed_by_plain_forms(office, client_of, user_of):
    lead = user_of("lead")
    office.post(
        reverse("tasks:approval_new"),
        {"title": "值班专报", "text": "正文", "signer": lead.person.name, "urgency": "1", "reviewers": ""},
    )
    paper = Approval.objects.get()
    office.post(reverse("tasks:approval_move", args=[paper.pk, "submit"]))
    assert "我的意见" in client_of(lead).get(paper.get_absolute_url()).content.decode()

    client_of(lead).post(
        reverse("tasks:approval_move", args=[paper.pk, "sign"]), {"phrase": ["同意。"], "text": "尽快印发"}
    )

    paper.refresh_from_db()
    assert paper.state == "signed" and paper.opinions.last().text == "同意。尽快印发"


def test_an_unknown_button_leads_nowhere(office, giver, user_of):
    paper = services.start_approval(giver, title="x", text="y", signer=user_of("lead").person)

    assert office.post(reverse("tasks:approval_move", args=[paper.pk, "explode"])).status_code == 404


def test_tasks_over_the_api(client, office, doer_person, doer):
    made = office.post(
        "/api/tasks",
        {"title": "接口任务", "to": {"kind": "person", "id": doer_person.pk}, "urgency": 1},
        content_type="application/json",
    )
    key = made.json()["id"]
    moves = f"/api/tasks/{key}/moves"

    assert made.status_code == 200
    assert [t["id"] for t in client.get("/api/tasks").json()["items"]] == [key]
    assert client.post(moves, {"move": "finish"}, content_type="application/json").json()["state"] == "done"
    assert client.post(moves, {"move": "finish"}, content_type="application/json").status_code == 409
    assert client.get(f"/api/tasks/{2**70}").status_code == 404


def test_nobody_signed_in_reaches_nothing(task, db):
    from django.test import Client

    for name in ("tasks:todo", "tasks:overdue", "tasks:task_new", "tasks:approval_list", "tasks:approval_new"):
        assert Client().get(reverse(name)).status_code == 302
    assert Client().get("/api/tasks").status_code == 401


def test_a_paper_is_revised_and_a_consent_noted_by_plain_forms(office, giver, user_of, client_of):
    lead, helper = user_of("lead"), user_of("section")
    office.post(
        reverse("tasks:approval_new"),
        {"title": "专报", "text": "一稿", "signer": lead.person.name, "reviewers": helper.person.name, "urgency": "2"},
    )
    paper = Approval.objects.get()
    revise = reverse("tasks:approval_revise", args=[paper.pk])
    move = "tasks:approval_move"

    assert office.get(revise).status_code == 200
    assert office.post(revise, {"title": "专报", "text": "一稿"}).status_code == 422
    assert office.post(revise, {"title": "专报", "text": "二稿"}).status_code == 302
    office.post(reverse(move, args=[paper.pk, "submit"]))
    reviewing = client_of(helper)
    assert reviewing.post(reverse(move, args=[paper.pk, "transfer"]), {"to": "", "text": "请办"}).status_code == 422
    reviewing.post(reverse(move, args=[paper.pk, "add_opinion"]), {"to": lead.person.name, "text": "请先看"})
    assert office.post(reverse(move, args=[paper.pk, "consent"]), {"given_at": "何时"}).status_code == 422
    office.post(reverse(move, args=[paper.pk, "consent"]), {"words": "同意先报"})

    paper.refresh_from_db()
    assert (paper.state, paper.consent.words) == ("released", "同意先报")
    assert "同意先报" in client_of(lead).get(paper.get_absolute_url()).content.decode()


@pytest.mark.parametrize("home", ["lead", "supervisor"])
def test_blocks_stand_on_the_homes(client_of, task, home):
    assert client_of(home).get("/", follow=True).status_code == 200


def test_a_task_for_a_role_waits_for_its_holders_where_it_belongs(giver, roles, user_of, district):
    own, other = user_of("town"), user_of("town", district.town_b.government)
    given = services.assign_task(giver, title="上报", to=roles["town"], area=district.town_a.area)

    assert people_for(given) == [own.person]
    assert list(waiting_for(actor_for(own))) == [given]
    assert not waiting_for(actor_for(other)).exists()
