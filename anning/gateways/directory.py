"""Who may speak: the registered devices in memory, renewed when the tables change, and what is remembered of each."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from anning.kernel import clock
from anning.monitoring import selectors
from anning.monitoring.selectors import Known
from anning.monitoring.services import digest_of

MOST_UNKNOWN = 200  # channels of one device that nobody registered
REMEMBERED = 64  # frames of one device, by which a repetition is recognised


@dataclass(slots=True)
class Memory:
    """What this process remembers of a device from frame to frame."""

    recent: deque[int] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    unknown: dict[str, float] = field(default_factory=dict)  # channel → latest value
    tokens: float = 0.0
    filled_at: float = 0.0  # monotonic seconds
    drift_ms: int | None = None
    clock_set_at: float = 0.0  # monotonic seconds


class Directory:
    """The devices by protocol and identity, and by the digests of their keys."""

    def __init__(self, devices: Mapping[tuple[str, str], Known] | None = None) -> None:
        self._memories: dict[int, Memory] = {}
        self._stamp = ""
        self._take(devices or {})

    def find(self, protocol: str, identity: str) -> Known | None:
        """Return the device with this identity."""
        return self.devices.get((protocol, identity))

    def by_key(self, protocol: str, key: str) -> Known | None:
        """Return the device that holds ``key`` now."""
        digest = digest_of(key)
        known = self._by_digest.get((protocol, digest))
        return known if known and known.accepts(digest, clock.now()) else None

    def of(self, protocol: str) -> list[Known]:
        """Return all devices of a protocol."""
        return [known for known in self.devices.values() if known.protocol == protocol]

    def memory(self, known: Known) -> Memory:
        """Return what is remembered of a device; it outlives the renewal of the directory."""
        if (memory := self._memories.get(known.pk)) is None:
            memory = self._memories[known.pk] = Memory()
        return memory

    def renew(self) -> bool:
        """Read the tables when they have changed, and say whether they had; asks the database."""
        stamp = selectors.directory_stamp()
        if stamp == self._stamp:
            return False
        self._take(selectors.directory())
        self._stamp = stamp
        return True

    def _take(self, devices: Mapping[tuple[str, str], Known]) -> None:
        self._by_digest = {
            (known.protocol, digest): known for known in devices.values() for digest, _until in known.keys
        }
        self.devices = devices


def holds(known: Known, key: str) -> bool:
    """Whether ``key`` is one of the device's keys now."""
    return known.accepts(digest_of(key), clock.now())
