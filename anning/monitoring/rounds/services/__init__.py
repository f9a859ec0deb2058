"""Decisions about rounds, spot checks, findings, notices and reports."""

from anning.monitoring.rounds.services.checking import answer_check, close_late_checks, start_checks
from anning.monitoring.rounds.services.notices import draft_notice, receive_notice, send_notice, withdraw_notice
from anning.monitoring.rounds.services.patrols import mend_finding, note_visit, plan_round
from anning.monitoring.rounds.services.reporting import make_due_report, make_report

__all__ = [
    "answer_check",
    "close_late_checks",
    "draft_notice",
    "make_due_report",
    "make_report",
    "mend_finding",
    "note_visit",
    "plan_round",
    "receive_notice",
    "send_notice",
    "start_checks",
    "withdraw_notice",
]
