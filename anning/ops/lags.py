"""Numbers of the running platform: what waits, for how long, and who is alive."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from anning.delivery.models import Attempt
from anning.journal import registry
from anning.journal.models import Cursor, Entry, Heartbeat
from anning.kernel import clock
from anning.ops.processes import NAMES

SEAL_LATE_S = 10.0
SILENT_S = 30.0
MANY_BEHIND = 1000


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Entries that the sealer has not reached; ``oldest_s`` in real seconds."""

    count: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class ListenerLag:
    """How far one listener is ``behind`` the sealed end."""

    name: str
    seq: int
    behind: int
    failures: int
    error: str


@dataclass(frozen=True, slots=True)
class Life:
    """The latest sign of life of one process; ``silent_s`` in real seconds, None when it never gave one."""

    process: str
    silent_s: float | None

    @property
    def is_alive(self) -> bool:
        """Whether it gave a sign recently."""
        return self.silent_s is not None and self.silent_s < SILENT_S


def unsealed() -> Unsealed:
    """Return what waits for the sealer."""
    facts = Entry.objects.filter(seq=None).aggregate(count=Count("id"), oldest=Min("recorded_at"))
    return Unsealed(facts["count"], _age_s(facts["oldest"]) if facts["oldest"] else 0.0)


def listeners() -> list[ListenerLag]:
    """Return every listener with how many entries of its kinds it has not heard yet."""
    cursors = {cursor.listener: cursor for cursor in Cursor.objects.all()}
    found = []
    for name, listener in sorted(registry.listeners.items()):
        cursor = cursors.get(name) or Cursor(listener=name)
        behind = Entry.objects.filter(kind__in=listener.kinds, seq__gt=cursor.seq).count()
        found.append(ListenerLag(name, cursor.seq, behind, cursor.failures, cursor.error))
    return found


def lives() -> list[Life]:
    """Return the latest sign of life of each of our processes."""
    latest = dict(Heartbeat.objects.values_list("process").annotate(Max("at")))
    return [Life(name, _age_s(latest[name]) if name in latest else None) for name in NAMES]


def waiting_messages() -> dict[str, int]:
    """Return how many delivery attempts stand in each state."""
    return dict(Attempt.objects.order_by().values_list("state").annotate(Count("pk")))


def _age_s(instant: datetime) -> float:
    return max(0.0, clock.real_seconds(clock.now() - instant))
