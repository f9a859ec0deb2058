"""The call list (叫应): who dials, what came of it, who is next, and when somebody must knock at the door."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.delivery import permissions
from anning.delivery.models import Attempt, Message, Receipt
from anning.delivery.selectors import call_queue
from anning.delivery.services.answering import drop_calls, write_answer
from anning.delivery.services.attempting import BATCH, PLATFORM, follow, mark_delivered
from anning.delivery.services.entries import note
from anning.delivery.services.sending import first_attempt
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import IllegalMove, NotFound, Refused

OUTCOMES = {
    "connected": gettext_lazy("接通"),
    "no_answer": gettext_lazy("无人接听"),
    "busy": gettext_lazy("占线"),
    "answered": gettext_lazy("已答复"),
}
FAILURES = ("no_answer", "busy", "timeout")


@transaction.atomic
def start_call(attempt_id: int, actor: Actor, *, now: datetime | None = None) -> Attempt:
    """Begin to dial: the number is read now, the reading is journaled, the answer's clock starts.

    Raises IllegalMove when somebody else is dialling already, Refused when there is no number.
    """
    now = now or clock.now()
    attempt = _on_list(attempt_id, actor)
    if attempt.state != "listed":
        raise IllegalMove(_("已有人正在拨打这个电话"), _("请拨打名单上的下一位"))
    person = attempt.receipt.person
    number = person.mobile or person.office_phone or (attempt.receipt.post.phone if attempt.receipt.post else "")
    if not number:
        _close(attempt, "no_answer", actor, now, _("没有登记电话号码"))
        return attempt
    minutes = int(rulebook.value("DEL-CALL-ANSWER-MINUTES", now))
    attempt.state, attempt.started_at, attempt.by, attempt.address = "calling", now, actor.name, number
    attempt.answer_due_at = now + timedelta(minutes=minutes)
    attempt.save()
    note(attempt.receipt.message, "call", actor, person=person.pk, number=attempt.number)
    return attempt


@transaction.atomic
def close_call(attempt_id: int, outcome: str, actor: Actor, *, text: str = "", now: datetime | None = None) -> Attempt:
    """Tap in what came of a call. Raises Refused for an unknown outcome, IllegalMove for a call that is over."""
    actor.require(permissions.CALL)
    if outcome not in OUTCOMES:
        raise Refused(_("没有这种通话结果"), _("请选择：%(known)s") % {"known": "、".join(map(str, OUTCOMES.values()))})
    attempt = _on_list(attempt_id, actor)
    _close(attempt, outcome, actor, now or clock.now(), text.strip())
    return attempt


def close_late_calls(now: datetime | None = None) -> int:
    """Close calls that nobody answered in time, so that the next person's turn comes; return how many."""
    now = now or clock.now()
    late = Attempt.objects.filter(channel="call_list", state="calling", answer_due_at__lte=now)
    return sum(_time_out(pk, now) for pk in late.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _time_out(attempt_id: int, now: datetime) -> bool:
    won = Attempt.objects.filter(pk=attempt_id, state="calling", answer_due_at__lte=now).update(answer_due_at=None)
    if won:
        attempt = Attempt.objects.select_related("receipt__message").get(pk=attempt_id)
        _close(attempt, "timeout", PLATFORM, now, _("超过应答时限，转下一人"))
    return bool(won)


def _on_list(attempt_id: int, actor: Actor) -> Attempt:
    """Return a call of the actor's list, locked. Raises NotFound, and IllegalMove for a call that is over."""
    actor.require(permissions.CALL)
    attempt = Attempt.objects.select_for_update().filter(pk=attempt_id, channel="call_list").first()
    if attempt and attempt.state not in ("listed", "calling"):
        raise IllegalMove(_("这次拨打已经结束"), _("请刷新名单，查看下一位"))
    if attempt is None or not call_queue(actor).filter(pk=attempt_id).exists():
        raise NotFound(_("名单上没有这个电话"), _("请刷新名单"))
    return attempt


def _close(attempt: Attempt, outcome: str, actor: Actor, now: datetime, text: str) -> None:
    receipt = attempt.receipt
    attempt.state = "failed" if outcome in FAILURES else "sent"
    attempt.outcome, attempt.detail, attempt.by = outcome, text[:300], attempt.by or actor.name
    attempt.started_at, attempt.ended_at, attempt.answer_due_at = attempt.started_at or now, now, None
    attempt.save()
    note(receipt.message, "close_call", actor, person=receipt.person_id, number=attempt.number, outcome=outcome)
    if outcome in FAILURES:
        _next(attempt, now)
        return
    mark_delivered(receipt, attempt.channel, now)
    if outcome == "answered" and not receipt.answered_at:
        write_answer(receipt, actor, text or str(OUTCOMES[outcome]), now)
    else:
        drop_calls(receipt, now)


def _next(failed: Attempt, now: datetime) -> None:
    """After a failure: the same person again later, or a knock at the door; and the next person's turn."""
    receipt = failed.receipt
    failures = receipt.attempts.filter(channel="call_list", state="failed").count()
    if failures >= int(rulebook.value("TSK-ESCALATE-FAILURES", now)):
        receipt.visit_at = now
        receipt.save(update_fields=["visit_at"])
        note(receipt.message, "visit", PLATFORM, person=receipt.person_id, failures=failures)
    elif receipt.message.call_mode == Message.CallMode.EACH:
        follow(failed, now, state="listed")
    if receipt.message.call_mode == Message.CallMode.ANY:
        _call_next_person(failed, now)


def _call_next_person(failed: Attempt, now: datetime) -> None:
    """Where one answer is enough: list the next person who was not called in this round, else begin the next round."""
    people = Receipt.objects.filter(message=failed.receipt.message_id, visit_at=None).order_by("position", "pk")
    tried = {r.pk: r.attempts.filter(channel="call_list").count() for r in people}
    if not tried:
        return
    after = [r for r in people if tried[r.pk] < failed.number] or list(people)
    receipt = min(after, key=lambda r: (tried[r.pk], r.position))
    last = receipt.attempts.filter(channel="call_list").order_by("-number").first()
    if last:
        follow(last, now, state="listed")
    else:
        first = first_attempt(receipt, "call_list", now)
        first.state = "listed"
        first.save()
