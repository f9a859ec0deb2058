"""Who is told, once; opened is not answered; what is refused; what is forgotten."""

import io
from dataclasses import replace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from anning.accounts import services as accounts
from anning.accounts.models import Person
from anning.delivery import channels, permissions, selectors, services
from anning.delivery.logic import masked
from anning.delivery.models import Attempt, Message, Receipt
from anning.delivery.reactions import SAYINGS, tell_people
from anning.delivery.sheets import report_sheet, safe
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel.actor import system
from anning.kernel.errors import IllegalMove, NotAllowed, NotFound, Refused
from tests.delivery.conftest import DAY
from tests.district import make_person
from tests.races import together


def send(actor, to, **facts) -> Message:
    return services.send_message(actor, **{"title": "防汛提醒", "body": "请上岗到位", "to": to, "now": DAY, **facts})


def test_every_folder_is_a_channel():
    assert [plug.name for plug in channels.every()] == ["in_app", "email", "call_list"]
    with pytest.raises(NotFound):
        channels.channel("pigeon")


def test_a_message_rings_the_bell_at_once(sender, reader, reader_user):
    message = send(sender, [reader_user.person])

    assert selectors.unread(reader) == 1
    receipt = message.receipts.get()
    assert receipt.delivered_at == DAY and receipt.delivered_by == "in_app"
    assert [(a.channel, a.state, a.number) for a in receipt.attempts.all()] == [("in_app", "sent", 1)]


def test_opening_is_a_receipt_and_no_answer(sender, reader, reader_user, client_of):
    message = send(sender, [reader_user.person], needs_answer=True)

    page = client_of(reader_user).get(message.get_absolute_url())

    receipt = message.receipts.get()
    assert page.status_code == 200 and receipt.opened_at and receipt.answered_at is None
    assert selectors.unread(reader) == 1


def test_answering_is_journaled_and_done_once(sender, reader, reader_user):
    message = send(sender, [reader_user.person], needs_answer=True)
    services.answer_message(message.pk, reader, text="已到岗")

    with pytest.raises(IllegalMove):
        services.answer_message(message.pk, reader)
    entry = Entry.objects.get(kind="message.answer")
    assert (entry.actor, entry.data["person"]) == (reader.name, reader_user.person.pk)
    assert selectors.unread(reader) == 0


def test_an_answer_on_behalf_of_somebody_says_by_whom(sender, reader_user, user_of, actor_of):
    message = send(sender, [reader_user.person], needs_answer=True)

    receipt = services.answer_message(message.pk, sender, text="电话答复", person_id=reader_user.person.pk)
    assert receipt.answered_by == sender.name

    other = send(sender, [reader_user.person], needs_answer=True)
    with pytest.raises(NotAllowed):
        services.answer_message(other.pk, actor_of("town"), person_id=reader_user.person.pk)


def test_one_person_is_told_once_however_often_named(sender, reader_user, district):
    post = district.town_a.government.posts.create(name="值班员")
    reader_user.person.appointments.create(post=post)

    message = send(sender, [post, reader_user.person, district.town_a.government])

    assert [r.person for r in message.receipts.all()] == [reader_user.person]
    assert message.receipts.get().post == post


def test_a_post_without_anybody_is_shown_as_such(sender, reader_user, district):
    empty = district.bureau.posts.create(name="空岗")

    assert send(sender, [empty, reader_user.person]).vacant == ["空岗"]
    with pytest.raises(Refused, match="没有可送达"):
        send(sender, [empty])
    assert Message.objects.count() == 1


def test_the_same_news_is_one_message(sender, reader_user):
    first = send(sender, [reader_user.person], dedup_key="rain:1")

    assert send(sender, [reader_user.person], dedup_key="rain:1", title="又一次") == first
    assert Receipt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_senders_of_the_same_news_at_one_moment_make_one_message(sender, reader_user):
    done = together(*[lambda: send(sender, [reader_user.person], dedup_key="rain:1")] * 3)

    assert len({message.pk for message in done}) == 1 and Message.objects.count() == 1


def test_nobody_writes_outside_the_own_scope(actor_of, district, reader_user):
    stranger = make_person(district.town_b.government)

    with pytest.raises(NotAllowed):
        send(actor_of("village"), [stranger])
    assert not Message.objects.exists()


def test_a_town_officer_follows_no_message_of_another_town(sender, user_of, district, reader, reader_user, client_of):
    other = send(sender, [user_of("town", district.town_b.government).person], area=district.town_b.area)
    client = client_of(reader_user)

    for name in ("message_detail", "message_report", "message_export"):
        assert client.get(reverse(f"delivery:{name}", args=[other.pk])).status_code in (403, 404)
    assert client.post(reverse("delivery:message_answer", args=[other.pk])).status_code == 404
    assert "防汛提醒" not in client.get("/api/messages").content.decode()
    with pytest.raises(NotFound):
        selectors.message_for(other.pk, reader)


def test_the_report_says_who_got_it_and_who_not_yet(sender, reader_user, district, client_of, user_of):
    silent = make_person(district.bureau, "无账号")
    message = send(sender, [reader_user.person, silent], level=4, channels=["in_app", "call_list"])
    duty = client_of(user_of("duty"))

    page = duty.get(reverse("delivery:message_report", args=[message.pk])).content.decode()
    sheet = load_workbook(io.BytesIO(report_sheet(message, sender))).active

    assert "未送达" in page and "接收人没有账号" in page
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [row[0] for row in rows] == [str(reader_user.person), "无账号"]
    assert rows[0][3].hour == 10 and rows[1][3] is None


def test_an_export_is_journaled_and_runs_no_formula(sender, reader_user, client_of, user_of):
    message = send(sender, [reader_user.person], title="=HYPERLINK(1)")

    answer = client_of(user_of("duty")).get(reverse("delivery:message_export", args=[message.pk]))

    assert load_workbook(io.BytesIO(answer.content)).active["A1"].value == "'=HYPERLINK(1)"
    assert Entry.objects.filter(kind="message.export").count() == 1
    assert safe("+86") == "'+86" and safe(7) == 7


def test_erasing_a_person_takes_names_and_numbers_out_of_messages(sender, reader_user):
    person, name = reader_user.person, reader_user.person.name
    message = send(sender, [person], title=f"请{person.name}到岗", body=f"{person.name} 13900001111", needs_answer=True)
    services.answer_message(message.pk, sender, text="本人 13900001111", person_id=person.pk)
    Attempt.objects.update(address="13900001111", detail="13900001111")

    accounts.erase_person(person.pk, _eraser(), reason="本人申请")

    message.refresh_from_db()
    kept = [message.title, message.body, *Receipt.objects.values_list("answer", flat=True)]
    kept += [text for a in Attempt.objects.all() for text in (a.address, a.detail)]
    assert not any(word in text for text in kept for word in (name, "13900001111"))
    assert Person.all_objects.get(pk=person.pk).erased_at


def _eraser():
    return system("accounts.erase_person")


def test_addresses_are_shown_so_that_they_can_be_recognised_only():
    assert (masked("zhang@example.org"), masked("13900001111"), masked("12345")) == (
        "z***@example.org",
        "139****1111",
        "****",
    )


def test_whoever_a_task_waits_for_hears_of_it_once(reader, reader_user):
    with transaction.atomic():
        entry = record(
            "task.assign",
            "task:7",
            system(),
            area_code="120117001",
            title="核实积水",
            urgency=2,
            url="/tasks/7/",
            tell=[reader_user.person.pk],
        )
    for _ in range(2):
        tell_people(entry)

    message = Message.objects.get()
    assert (message.about, message.about_url, message.channels) == ("task:7", "/tasks/7/", ["in_app", "email"])
    assert selectors.unread(reader) == 1
    assert all(kind.partition(".")[0] in ("task", "approval") for kind in SAYINGS)


def test_plain_pages_of_messages(sender, reader_user, client_of, user_of):
    duty, town = client_of(user_of("duty")), client_of(reader_user)
    facts = {
        "title": "通知",
        "body": "正文",
        "to": f"{reader_user.person.name}、查无此人",
        "level": "0",
        "channels": ["in_app"],
        "call_mode": "each",
    }

    refused = duty.post(reverse("delivery:message_new"), facts)
    sent = duty.post(reverse("delivery:message_new"), {**facts, "to": reader_user.person.name})

    assert refused.status_code == 422 and sent.status_code == 302
    message = Message.objects.get()
    assert "通知" in town.get(reverse("delivery:message_list")).content.decode()
    assert "通知" in duty.get(reverse("delivery:message_list") + "?tab=sent").content.decode()
    assert town.get("/api/messages").json()["items"][0]["message_id"] == message.pk
    answer = town.post(f"/api/messages/{message.pk}/answer", {"text": "收到"}, content_type="application/json")
    assert answer.json()["answer"] == "收到"


def test_somebody_chooses_the_channels_of_ordinary_messages(sender, reader_user, client_of):
    client_of(reader_user).post(reverse("delivery:preferences"), {"wanted": []})

    plain = send(sender, [reader_user.person], channels=["in_app", "email"])
    order = send(sender, [reader_user.person], channels=["in_app", "email"], needs_answer=True)

    assert {a.channel for a in plain.receipts.get().attempts.all()} == {"in_app"}
    assert {a.channel for a in order.receipts.get().attempts.all()} == {"in_app", "email"}


def test_nobody_signed_in_reaches_no_message(db):
    for name in ("message_list", "message_new", "preferences", "call_list"):
        assert Client().get(reverse(f"delivery:{name}")).status_code == 302
    assert Client().get("/api/messages").status_code == 401


def test_a_role_reaches_its_users_inside_the_senders_scope(actor_of, user_of, district, roles):
    inside = user_of("village", district.town_a.committees[0])
    outside = user_of("village", district.town_b.committees[0])

    town = actor_of("town", district.town_a.government)
    sender = replace(town, permissions=town.permissions | {permissions.ADD})

    message = services.send_message(sender, title="汛情", body="请巡查", to=[roles["village"]], now=DAY)

    told = set(message.receipts.values_list("person", flat=True))
    assert inside.person.pk in told and outside.person.pk not in told
