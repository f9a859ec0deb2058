"""Decisions about messages, attempts, answers and calls."""

from anning.delivery.services.answering import answer_message, open_message
from anning.delivery.services.attempting import deliver_due, recover_lost
from anning.delivery.services.calling import close_call, close_late_calls, start_call
from anning.delivery.services.erasing import erase
from anning.delivery.services.exporting import export_report
from anning.delivery.services.preferring import set_preferences
from anning.delivery.services.sending import send_message

__all__ = [
    "answer_message",
    "close_call",
    "close_late_calls",
    "deliver_due",
    "erase",
    "export_report",
    "open_message",
    "recover_lost",
    "send_message",
    "set_preferences",
    "start_call",
]
