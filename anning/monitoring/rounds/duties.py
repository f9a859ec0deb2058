"""What ``anning work`` looks at again and again for spot checks and reports."""

from anning.journal.registry import periodic
from anning.monitoring.rounds import services


@periodic("monitoring.checks", every_s=5.0)
def checks() -> int:
    """Mark the spot checks that nobody has answered in time."""
    return services.close_late_checks()


@periodic("monitoring.report", every_s=60.0)
def report() -> int:
    """Make the report whose hour has come."""
    return services.make_due_report()
