"""Handing out the delivery report."""

from django.db import transaction

from anning.delivery import permissions
from anning.delivery.models import Message
from anning.delivery.selectors import message_for
from anning.delivery.services.entries import note
from anning.kernel.actor import Actor


@transaction.atomic
def export_report(message_id: int, actor: Actor) -> Message:
    """Return the message whose report is handed out, and journal that it was."""
    actor.require(permissions.EXPORT)
    message = message_for(message_id, actor)
    note(message, "export", actor, rows=message.receipts.count())
    return message
