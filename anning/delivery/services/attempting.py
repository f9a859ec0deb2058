"""Attempts: the only way out of the database. Each is claimed, tried, and told exactly; a failure makes a new one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from anning.delivery import channels as plugs
from anning.delivery import logic
from anning.delivery.channels import Outcome, Sent
from anning.delivery.models import Attempt, Receipt
from anning.delivery.selectors import due_attempts
from anning.delivery.services.entries import note
from anning.kernel import clock, rulebook
from anning.kernel.actor import system

PLATFORM = system()
BATCH = 50
LEASE = timedelta(minutes=5)  # longer than any channel's patience: after it the worker is taken for dead


def deliver_due(now: datetime | None = None) -> int:
    """Make every attempt that is due; return how many this worker made."""
    now = now or clock.now()
    return sum(_deliver(attempt, now) for attempt in due_attempts(now)[:BATCH])


def recover_lost(now: datetime | None = None) -> int:
    """Say of attempts whose worker died that their result is unknown, and try again with the same key."""
    now = now or clock.now()
    lost = Attempt.objects.filter(state="sending", answer_due_at__lte=now)
    return sum(_recover(attempt, now) for attempt in lost[:BATCH])


def _deliver(seen: Attempt, now: datetime) -> bool:
    """Claim by compare-and-swap and commit; try outside any transaction; then write what came of it."""
    won = Attempt.objects.filter(pk=seen.pk, state=seen.state).update(
        state="sending", started_at=now, answer_due_at=now + LEASE
    )
    if not won:
        return False
    attempt = Attempt.objects.select_related("receipt__message", "receipt__person").get(pk=seen.pk)
    plug = plugs.channel(attempt.channel)
    result = plug.send(attempt)
    with transaction.atomic():
        settle(attempt, result, max(now, clock.now()))
    return True


def settle(attempt: Attempt, result: Sent, now: datetime) -> None:
    """Write what came of an attempt, in the caller's transaction; after a failure queue the next one or give up."""
    attempt.started_at = attempt.started_at or now
    attempt.answer_due_at, attempt.detail, attempt.address = None, result.detail[:300], result.address
    attempt.outcome = result.outcome
    if result.outcome == Outcome.LISTED:
        attempt.state = "listed"
        attempt.save()
        return
    attempt.ended_at = now
    attempt.state = "sent" if result.outcome == Outcome.SENT else "failed"
    attempt.save()
    if attempt.state == "sent":
        mark_delivered(attempt.receipt, attempt.channel, now)
    elif not (result.outcome == Outcome.FAILED and _try_again(attempt, now)):
        note(
            attempt.receipt.message,
            "undelivered",
            PLATFORM,
            channel=attempt.channel,
            person=attempt.receipt.person_id,
            number=attempt.number,
        )


def mark_delivered(receipt: Receipt, channel: str, now: datetime) -> None:
    """Keep when and how somebody was first reached."""
    if receipt.delivered_at is None:
        receipt.delivered_at, receipt.delivered_by = now, channel
        receipt.save(update_fields=["delivered_at", "delivered_by"])


def follow(attempt: Attempt, due_at: datetime, state: str = "waiting") -> Attempt:
    """Queue the next try of the same delivery."""
    return Attempt.objects.create(
        receipt=attempt.receipt,
        channel=attempt.channel,
        number=attempt.number + 1,
        key=attempt.key,
        state=state,
        due_at=due_at,
    )


def _try_again(attempt: Attempt, now: datetime) -> bool:
    due_at = logic.retry_at(
        now,
        attempt.number,
        seconds=rulebook.value("DEL-RETRY-SECONDS", now),
        most=int(rulebook.value("DEL-ATTEMPTS", now)),
    )
    if due_at is None:
        return False
    follow(attempt, due_at)
    return True


@transaction.atomic
def _recover(seen: Attempt, now: datetime) -> bool:
    lost = Attempt.objects.filter(pk=seen.pk, state="sending", answer_due_at=seen.answer_due_at)
    won = lost.update(state="unknown", ended_at=now, answer_due_at=None, detail=_("发送进程中断，结果不明"))
    if won:
        _try_again(seen, now)
    return bool(won)
