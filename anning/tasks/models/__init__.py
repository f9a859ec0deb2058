"""Tables of tasks, escalation and approvals."""

from anning.tasks.models.approvals import Approval, Draft, Opinion, Step, VerbalConsent
from anning.tasks.models.escalation import Alarm, EscalationPolicy, EscalationStep
from anning.tasks.models.tasks import Copy, Feedback, Proof, Task, Urgency

__all__ = [
    "Alarm",
    "Approval",
    "Copy",
    "Draft",
    "EscalationPolicy",
    "EscalationStep",
    "Feedback",
    "Opinion",
    "Proof",
    "Step",
    "Task",
    "Urgency",
    "VerbalConsent",
]
