"""Opening and answering: two different things."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.selectors import person_of
from anning.delivery import permissions
from anning.delivery.models import Attempt, Receipt
from anning.delivery.selectors import message_for, receipt_of
from anning.delivery.services.attempting import mark_delivered
from anning.delivery.services.entries import note
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import IllegalMove, NotFound


@transaction.atomic
def open_message(message_id: int, actor: Actor, *, now: datetime | None = None) -> Receipt | None:
    """Note that the actor has opened a message to it (自动回执); None when it is not one of those told.

    Opening is no decision, so the journal does not hear of it; and it is no answer.
    """
    receipt = receipt_of(message_id, actor)
    if receipt and receipt.opened_at is None:
        now = now or clock.now()
        Receipt.objects.filter(pk=receipt.pk, opened_at=None).update(opened_at=now)
        mark_delivered(receipt, "in_app", now)
        receipt.refresh_from_db()
    return receipt


@transaction.atomic
def answer_message(
    message_id: int, actor: Actor, *, text: str = "", person_id: int | None = None, now: datetime | None = None
) -> Receipt:
    """Acknowledge a message, as the one who was told or, with permission, on behalf of somebody (``person_id``).

    Raises NotFound for who was not told, NotAllowed on behalf of others without permission, and IllegalMove
    when it is answered already.
    """
    own = person_of(actor)
    on_behalf = person_id is not None and (own is None or own.pk != person_id)
    if on_behalf:
        actor.require(permissions.ANSWER)
        message_for(message_id, actor)
    whose = person_id if person_id is not None else own.pk if own else None
    receipt = Receipt.objects.select_for_update().filter(message=message_id, person=whose).first()
    if receipt is None:
        raise NotFound(_("这条消息没有发给该人员"), _("请从消息列表进入"))
    write_answer(receipt, actor, text or _("已签收"), now or clock.now())
    return receipt


def write_answer(receipt: Receipt, actor: Actor, text: str, now: datetime) -> None:
    """Keep the answer, in the caller's transaction, and take what is no longer needed from the call list."""
    if receipt.answered_at:
        raise IllegalMove(_("这条消息已经签收过"), _("无需重复签收"))
    receipt.answered_at, receipt.answered_by, receipt.answer = now, actor.name, text.strip()[:200]
    receipt.delivered_at = receipt.delivered_at or now
    receipt.save()
    drop_calls(receipt, now)
    note(receipt.message, "answer", actor, person=receipt.person_id, text_length=len(receipt.answer))


def drop_calls(receipt: Receipt, now: datetime) -> None:
    """Take the calls that this answer makes needless from the list: its own, and all where one answer is enough."""
    needless = Attempt.objects.filter(channel="call_list", state__in=["held", "waiting", "listed"])
    if receipt.message.call_mode == receipt.message.CallMode.ANY:
        needless = needless.filter(receipt__message=receipt.message_id)
    else:
        needless = needless.filter(receipt=receipt)
    needless.update(state="dropped", ended_at=now, detail=_("已应答，无需再拨"))
