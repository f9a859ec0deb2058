"""叫应: whom next, the five minutes, three failures, the knock at the door."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from anning.accounts.selectors import actor_for
from anning.delivery import selectors, services
from anning.delivery.models import Attempt, Message, Receipt
from anning.delivery.services import close_call, close_late_calls, deliver_due, start_call
from anning.journal.models import Entry
from anning.kernel.errors import IllegalMove, NotAllowed, NotFound, Refused
from anning.tasks.models import Task
from anning.tasks.reactions import send_somebody_to_the_door
from tests.delivery.conftest import DAY
from tests.district import make_person
from tests.races import together

MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(district):
    """Three people of town A with telephones."""
    numbers = ("13900000001", "13900000002", "13900000003")
    return [make_person(district.town_a.government, f"联系人{n}", mobile=m) for n, m in enumerate(numbers, 1)]


def call(actor, people, **facts) -> Message:
    facts = {"title": "红色预警", "body": "请转移", "level": 4, "needs_answer": True, "now": DAY, **facts}
    message = services.send_message(actor, to=people, channels=["call_list"], **facts)
    deliver_due(DAY)
    return message


def queue(actor) -> list[str]:
    return [attempt.receipt.person.name for attempt in selectors.call_queue(actor)]


def first(actor) -> Attempt:
    return selectors.call_queue(actor)[0]


def test_everybody_is_on_the_list_in_order(sender, people):
    call(sender, people)

    assert queue(sender) == ["联系人1", "联系人2", "联系人3"]


def test_the_number_is_read_when_somebody_dials_and_the_reading_is_journaled(sender, people):
    call(sender, people)
    assert not any(Attempt.objects.values_list("address", flat=True))

    attempt = start_call(first(sender).pk, sender, now=DAY)

    assert attempt.address == "13900000001" and attempt.answer_due_at == DAY + 5 * MINUTE
    entry = Entry.objects.get(kind="message.call")
    assert entry.data["person"] == people[0].pk and "13900000001" not in entry.body


def test_who_has_not_answered_is_called_after_the_others(sender, people):
    call(sender, people)

    close_call(first(sender).pk, "busy", sender, now=DAY)

    assert queue(sender) == ["联系人2", "联系人3", "联系人1"]
    assert Attempt.objects.filter(receipt__person=people[0]).count() == 2


def test_five_minutes_without_an_outcome_pass_on_to_the_next(sender, people):
    call(sender, people)
    attempt = start_call(first(sender).pk, sender, now=DAY)

    assert close_late_calls(DAY + 5 * MINUTE - timedelta(seconds=1)) == 0
    assert (close_late_calls(DAY + 5 * MINUTE), close_late_calls(DAY + 5 * MINUTE)) == (1, 0)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.outcome) == ("failed", "timeout")
    assert queue(sender)[0] == "联系人2"


def test_three_failures_send_somebody_to_the_door(sender, people, district):
    message = call(sender, people[:1])
    for _ in range(3):
        close_call(first(sender).pk, "no_answer", sender, now=DAY)

    assert queue(sender) == [] and message.receipts.get().visit_at == DAY
    send_somebody_to_the_door(Entry.objects.get(kind="message.visit"))
    task = Task.objects.get()
    assert (task.kind, task.unit, task.urgency, task.about) == ("visit", district.town_a.government, 3, message.subject)
    assert "联系人1" in task.body


def test_a_connection_is_no_answer(sender, people):
    message = call(sender, people[:1])

    close_call(first(sender).pk, "connected", sender, now=DAY)

    receipt = message.receipts.get()
    assert receipt.delivered_by == "call_list" and receipt.answered_at is None


def test_an_answer_by_telephone_is_entered_by_who_called(sender, people):
    message = call(sender, people[:1])

    close_call(first(sender).pk, "answered", sender, text="已开始转移", now=DAY)

    receipt = message.receipts.get()
    assert (receipt.answer, receipt.answered_by) == ("已开始转移", sender.name)


def test_where_one_answer_is_enough_the_next_is_listed_only_after_a_failure(sender, people):
    call(sender, people, call_mode="any")
    assert queue(sender) == ["联系人1"]

    close_call(first(sender).pk, "no_answer", sender, now=DAY)
    assert queue(sender) == ["联系人2"]

    close_call(first(sender).pk, "answered", sender, now=DAY)
    assert queue(sender) == []
    assert not Receipt.objects.get(person=people[2]).attempts.exists()


def test_where_one_answer_is_enough_all_are_tried_before_anybody_twice(sender, people):
    call(sender, people, call_mode="any")
    called = []
    while current := selectors.call_queue(sender).first():
        called.append(current.receipt.person.name)
        close_call(current.pk, "no_answer", sender, now=DAY)

    assert called == ["联系人1", "联系人2", "联系人3"] * 3
    assert Receipt.objects.filter(visit_at=None).count() == 0


def test_who_answers_elsewhere_need_not_be_called(sender, reader, reader_user):
    message = services.send_message(
        sender,
        title="红色预警",
        body="请转移",
        level=4,
        needs_answer=True,
        to=[reader_user.person],
        channels=["in_app", "call_list"],
        now=DAY,
    )
    deliver_due(DAY)
    assert queue(sender) == [reader_user.person.name]

    services.answer_message(message.pk, reader)

    assert queue(sender) == []
    assert Attempt.objects.get(channel="call_list").state == "dropped"


def test_a_person_without_a_number_counts_as_a_failure(sender, district):
    call(sender, [make_person(district.bureau, "无号码")])

    attempt = start_call(first(sender).pk, sender, now=DAY)

    assert (attempt.state, attempt.detail) == ("failed", "没有登记电话号码")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_dial_one_person_one_gets_the_number(sender, people):
    call(sender, people[:1])
    pk = first(sender).pk

    done = together(*[lambda: start_call(pk, sender, now=DAY)] * 2)

    assert sorted(type(each).__name__ for each in done) == ["Attempt", "IllegalMove"]


def test_a_call_ends_once_and_only_as_calls_end(sender, people, actor_of, user_of, district):
    call(sender, people[:1])
    attempt = first(sender)

    with pytest.raises(Refused, match="通话结果"):
        close_call(attempt.pk, "exploded", sender)
    with pytest.raises(NotAllowed):
        close_call(attempt.pk, "busy", actor_of("town"))
    with pytest.raises(NotFound):
        close_call(attempt.pk + 1000, "busy", sender)
    close_call(attempt.pk, "connected", sender, now=DAY)
    with pytest.raises(IllegalMove):
        close_call(attempt.pk, "busy", sender, now=DAY)


def test_the_list_works_by_plain_forms(sender, people, client_of, user_of):
    call(sender, people)
    duty, pk = client_of(user_of("duty")), first(sender).pk

    assert duty.post(reverse("delivery:call_start", args=[pk])).status_code == 302
    page = duty.get(reverse("delivery:call_list")).content.decode()
    assert "13900000001" in page and "13900000002" not in page
    rows = duty.post(
        reverse("delivery:call_close", args=[pk]), {"outcome": "busy"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "13900000001" not in rows and "<html" not in rows


def test_the_page_of_a_running_call_counts_down_and_has_its_keys(client_of, user_of, people):
    user = user_of("duty")
    actor, client = actor_for(user), client_of(user)
    services.send_message(actor, title="红色预警", body="请转移", to=people[:2], channels=["call_list"], level=4)
    deliver_due()
    attempt = start_call(first(actor).pk, actor)

    page = client.get(reverse("delivery:call_list")).content.decode()

    row = page[page.index(f'id="call-{attempt.pk}"') :]
    assert 'data-island="countdown"' in row and 280 < int(row.split('data-left="')[1].split('"')[0]) <= 300
    pressed = dict(re.findall(r'value="(\w+)" data-key="(\d)"', row))
    assert pressed == {"connected": "1", "no_answer": "2", "busy": "3", "answered": "4"}
    assert 'hx-trigger="every' not in page  # nothing moves under the hands of who is writing a note


def test_the_note_is_kept_with_the_outcome_and_stays_out_of_the_chain(client_of, user_of, people):
    user = user_of("duty")
    actor, client = actor_for(user), client_of(user)
    services.send_message(actor, title="红色预警", body="请转移", to=people[:1], channels=["call_list"], level=4)
    deliver_due()
    attempt = start_call(first(actor).pk, actor)

    client.post(reverse("delivery:call_close", args=[attempt.pk]), {"outcome": "answered", "text": "全家已到避难所"})

    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.detail, attempt.receipt.answer) == ("answered", "全家已到避难所", "全家已到避难所")
    assert not Entry.objects.filter(body__contains="避难所").exists()
