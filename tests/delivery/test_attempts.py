"""The way out: a real mail server, retries, quiet hours, workers that die, workers that race."""

from datetime import UTC, datetime, timedelta

import pytest

from anning.delivery import services
from anning.delivery.logic import QuietHours, due_time, retry_at
from anning.delivery.models import Attempt, Message
from anning.delivery.services import deliver_due, recover_lost
from anning.delivery.services.sending import quiet_hours
from anning.journal.models import Entry
from tests.delivery.conftest import DAY, NIGHT
from tests.races import together


def mail(actor, person, **facts) -> Message:
    facts = {"title": "防汛提醒", "body": "请上岗到位", "channels": ["email"], "now": DAY, **facts}
    return services.send_message(actor, to=[person], **facts)


def states() -> list[tuple[int, str]]:
    return list(Attempt.objects.order_by("number").values_list("number", "state"))


def test_a_mail_reaches_the_server_and_the_attempt_says_so(mailbox, sender, reader_user):
    mail(sender, reader_user.person)

    assert deliver_due(DAY) == 1
    assert deliver_due(DAY) == 0

    attempt = Attempt.objects.get()
    (address, content), *more = mailbox.mails
    assert (address, more) == ("town-a@example.org", [])
    assert f"<{attempt.key}@anning>" in content
    assert (attempt.state, attempt.address, attempt.receipt.delivered_by) == ("sent", "town-a@example.org", "email")


def test_nothing_is_sent_before_it_is_due(mailbox, sender, reader_user):
    mail(sender, reader_user.person)

    assert deliver_due(DAY - timedelta(seconds=1)) == 0 and not mailbox.mails


def test_a_failure_is_kept_and_tried_again_with_the_same_key(mailbox, sender, reader_user):
    mailbox.answers = ["451 try later"]
    mail(sender, reader_user.person)

    deliver_due(DAY)
    failed, waiting = Attempt.objects.order_by("number")
    assert (failed.state, failed.detail, waiting.state) == ("failed", "邮件服务器拒收（451）", "waiting")
    assert failed.key == waiting.key and waiting.due_at - failed.ended_at == timedelta(seconds=10)

    deliver_due(waiting.due_at)
    assert states() == [(1, "failed"), (2, "sent")] and len(mailbox.mails) == 1


def test_what_can_never_succeed_is_given_up_and_journaled(mailbox, sender, reader_user):
    mailbox.answers = ["550 no such user"]
    mail(sender, reader_user.person)

    deliver_due(DAY)

    assert states() == [(1, "failed")]
    assert Entry.objects.get(kind="message.undelivered").data["channel"] == "email"


def test_tries_end(mailbox, sender, reader_user):
    mailbox.answers = ["451 no"] * 9
    mail(sender, reader_user.person)

    while attempt := Attempt.objects.filter(state="waiting").first():
        deliver_due(attempt.due_at)

    assert states() == [(n, "failed") for n in range(1, 6)]
    assert Entry.objects.filter(kind="message.undelivered").count() == 1


def test_a_server_that_is_not_there_is_a_failure_and_no_crash(settings, sender, reader_user):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    mail(sender, reader_user.person)

    assert deliver_due(DAY) == 1
    assert states() == [(1, "failed"), (2, "waiting")]


def test_a_worker_that_died_while_sending_leaves_no_hole(mailbox, sender, reader_user):
    mail(sender, reader_user.person)
    Attempt.objects.update(state="sending", started_at=DAY, answer_due_at=DAY + timedelta(minutes=5))

    assert recover_lost(DAY + timedelta(minutes=4)) == 0
    assert recover_lost(DAY + timedelta(minutes=5)) == 1
    assert recover_lost(DAY + timedelta(minutes=5)) == 0

    assert states() == [(1, "unknown"), (2, "waiting")]
    assert Attempt.objects.values("key").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail(mailbox, sender, reader_user):
    mail(sender, reader_user.person)

    done = together(*[lambda: deliver_due(DAY)] * 3)

    assert sum(done) == 1 and len(mailbox.mails) == 1


def test_at_night_a_mail_is_held_until_morning(mailbox, sender, reader_user):
    mail(sender, reader_user.person, now=NIGHT)
    attempt = Attempt.objects.get()

    assert (attempt.state, attempt.due_at) == ("held", datetime(2026, 7, 20, 23, 0, tzinfo=UTC))
    assert deliver_due(attempt.due_at - timedelta(seconds=1)) == 0
    assert deliver_due(attempt.due_at) == 1 and len(mailbox.mails) == 1


@pytest.mark.parametrize("facts", [{"level": 4}, {"level": 3}, {"breaks_quiet": True}])
def test_red_orange_and_what_the_sender_decides_are_not_held(sender, reader_user, facts):
    mail(sender, reader_user.person, now=NIGHT, **facts)

    assert Attempt.objects.get().state == "waiting"


def test_yellow_is_held_and_the_bell_never(sender, reader_user):
    mail(sender, reader_user.person, now=NIGHT, level=2, channels=["in_app", "email"])

    assert dict(Attempt.objects.values_list("channel", "state")) == {"in_app": "sent", "email": "held"}


@pytest.mark.parametrize(
    ("clock_text", "is_quiet"),
    [
        ("21:59:59.999999", False),
        ("22:00:00", True),
        ("23:59:59", True),
        ("00:00:00", True),
        ("06:59:59.999999", True),
        ("07:00:00", False),
        ("12:00:00", False),
    ],
)
def test_the_borders_of_the_night(db, clock_text, is_quiet):
    at = datetime.fromisoformat(f"2026-07-20T{clock_text}+08:00")
    quiet = quiet_hours(at)

    assert quiet.covers(at) is is_quiet
    due = due_time(at, 0, quiet=quiet, breaks_quiet=False, disturbs=True)
    assert (due == at) is not is_quiet
    assert not quiet.covers(due)


def test_quiet_hours_within_one_day():
    quiet = QuietHours(datetime(2026, 1, 1, 12).time(), datetime(2026, 1, 1, 14).time())  # noqa: DTZ001
    noon = datetime.fromisoformat("2026-07-20T12:30:00+08:00")

    assert quiet.covers(noon) and quiet.end_after(noon) == noon + timedelta(hours=1, minutes=30)
    assert not quiet.covers(noon + timedelta(hours=2))


def test_waiting_grows_and_ends():
    spans = [retry_at(DAY, n, seconds=[10, 60, 300, 1800], most=6) for n in range(1, 7)]

    assert [at and (at - DAY).total_seconds() for at in spans] == [10, 60, 300, 1800, 1800, None]
