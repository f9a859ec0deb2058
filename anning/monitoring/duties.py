"""What ``anning work`` looks at again and again for alarms, silences and devices."""

from functools import lru_cache

from anning.journal.registry import periodic
from anning.monitoring import services
from anning.monitoring.history import History, open_history


@lru_cache(maxsize=1)
def _history() -> History:
    """Return the history, opened once in the worker for reading."""
    return open_history()


@periodic("monitoring.expire", every_s=1.0)
def expire() -> int:
    """Ask again for what was acknowledged and forgotten."""
    return services.expire_acknowledgements()


@periodic("monitoring.escalate", every_s=1.0)
def escalate() -> int:
    """Raise the tier of what has stood too long."""
    return services.escalate_tiers()


@periodic("monitoring.tell", every_s=1.0)
def tell() -> int:
    """Tell the next in line of what nobody acknowledges."""
    return services.tell_next()


@periodic("monitoring.unshelve", every_s=5.0)
def unshelve() -> int:
    """Bring back what was put aside."""
    return services.end_shelving()


@periodic("monitoring.windows", every_s=5.0)
def windows() -> int:
    """Begin and end the windows of maintenance and bypass."""
    return services.begin_windows() + services.end_windows() + services.end_suppression()


@periodic("monitoring.silence", every_s=15.0)
def silence() -> int:
    """Mark the devices that have fallen silent."""
    return services.note_silence()


@periodic("monitoring.cameras", every_s=10.0)
def cameras() -> int:
    """Take over how the cameras say they are."""
    return services.look_at_cameras(_history().last())


@periodic("monitoring.repairs", every_s=60.0)
def repairs() -> int:
    """Order the repair of what has been broken for some time."""
    return services.order_repairs()
