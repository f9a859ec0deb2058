"""What people write: found by its title, kept out of the chain as text, erased with the person."""

import pytest
from django.urls import reverse

from anning.accounts.services import erase_person
from anning.delivery.models import Message
from anning.delivery.reactions import tell_people
from anning.journal import personal
from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.journal.verification import verify
from anning.kernel.errors import Refused
from anning.tasks import services
from anning.tasks.models import Feedback, Task
from anning.ui.searching import find


def found(actor, text: str) -> list[str]:
    return [answer.title for group in find(actor, text, 10) for answer in group.found]


@pytest.fixture
def paper(giver, doer_person):
    return services.start_approval(giver, title="关于排查易涝点的通知", text="正文", signer=doer_person)


@pytest.mark.parametrize("text", ["积水", "hsjs", "heshi"])
def test_a_task_is_found_by_words_and_initials(giver, task, text):
    assert task.title in found(giver, text)


@pytest.mark.parametrize("text", ["易涝点", "gypcyld"])
def test_a_paper_is_found_by_words_and_initials(giver, paper, text):
    assert paper.title in found(giver, text)


def test_who_may_not_see_a_task_or_paper_does_not_find_it(actor_of, district, task, paper):
    stranger = actor_of("town", district.town_b.government)
    assert not {task.title, paper.title} & {*found(stranger, "积水"), *found(stranger, "易涝点")}


def test_a_new_title_is_found_and_the_old_one_not(giver, paper):
    services.revise(paper.pk, giver, title="关于汛期值班的通知", text="正文")
    assert found(giver, "gyxqzb") and not found(giver, "gypcyld")


@pytest.mark.parametrize("title", ["联系 13900001111", "核实 11010519491231002X"])
def test_titles_with_numbers_of_people_are_refused(giver, doer_person, paper, title):
    with pytest.raises(Refused, match="标题中似有"):
        services.assign_task(giver, title=title, to=doer_person)
    with pytest.raises(Refused, match="标题中似有"):
        services.revise(paper.pk, giver, title=title, text="另一稿")


def test_a_refused_title_is_named_at_its_field(client_of, doer_person):
    facts = {"title": "联系 13900001111", "to": doer_person.name, "kind": "work", "urgency": "1"}
    answer = client_of("duty").post(reverse("tasks:task_new"), facts)
    assert answer.status_code == 422 and "请写在正文中" in answer.content.decode()
    assert not Task.objects.exists()


def test_a_line_with_a_number_is_taken_with_a_warning(client_of, doer_user, task):
    page = client_of(doer_user).post(
        reverse("tasks:task_feedback", args=[task.pk]), {"text": "已联系 13900001111"}, follow=True
    )
    assert "似有身份证号或手机号" in page.content.decode()
    assert Feedback.objects.get().text == "已联系 13900001111"


def test_words_stand_in_the_chain_as_a_digest_and_are_shown_from_beside_it(doer, task):
    services.add_feedback(task.pk, doer, text="已送王小明去医院")
    entry = Entry.objects.get(kind="task.feedback")
    assert "王小明" not in entry.body
    assert personal.resolve(entry.data)["text"] == "已送王小明去医院"


def test_erasing_a_person_takes_the_words_that_name_it_and_the_chain_still_verifies(
    actor_of, doer, doer_person, giver, task
):
    name = doer_person.name
    services.add_feedback(task.pk, doer, text=f"{name}已到现场")
    services.move_task(task.pk, "send_back", doer, text=f"{name}另有任务")
    seal()
    tell_people(Entry.objects.get(kind="task.send_back"))
    assert f"{name}另有任务" in Message.objects.values_list("body", flat=True)

    erase_person(doer_person.pk, actor_of("admin"), reason="本人申请")

    entry = Entry.objects.get(kind="task.send_back")
    assert name not in str(personal.resolve(entry.data))
    assert not Feedback.objects.filter(text__contains=name).exists()
    assert not Message.objects.filter(body__contains=name).exists()
    while seal():
        pass
    assert verify().broken is None
