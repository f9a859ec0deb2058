"""Decisions about tasks, escalation and approvals."""

from anning.tasks.services.approving import (
    add_opinion,
    agree,
    consent,
    deny,
    release,
    revise,
    send_back,
    sign,
    start_approval,
    submit,
    transfer,
    withdraw,
)
from anning.tasks.services.assigning import assign_task
from anning.tasks.services.erasing import erase
from anning.tasks.services.escalating import audit_steps, escalate_due, realarm_due, remind_due
from anning.tasks.services.moving import add_feedback, add_proof, move_task, read_copy
from anning.tasks.services.policies import load_policies, set_steps

__all__ = [
    "add_feedback",
    "add_opinion",
    "add_proof",
    "agree",
    "assign_task",
    "audit_steps",
    "consent",
    "deny",
    "erase",
    "escalate_due",
    "load_policies",
    "move_task",
    "read_copy",
    "realarm_due",
    "release",
    "remind_due",
    "revise",
    "send_back",
    "set_steps",
    "sign",
    "start_approval",
    "submit",
    "transfer",
    "withdraw",
]
