"""What ``anning work`` looks at again and again for tasks."""

from anning.journal.registry import periodic
from anning.tasks import services


@periodic("tasks.escalate", every_s=1.0)
def escalate() -> int:
    """Take the escalation steps that are due."""
    return services.escalate_due()


@periodic("tasks.realarm", every_s=1.0)
def realarm() -> int:
    """Open again what was acknowledged and forgotten."""
    return services.realarm_due()


@periodic("tasks.remind", every_s=5.0)
def remind() -> int:
    """Remind of the deadlines that come near."""
    return services.remind_due()


@periodic("tasks.audit", every_s=30.0)
def audit() -> int:
    """Name the steps that should have been taken and were not."""
    return services.audit_steps()
