"""What the doors have seen: signs of life, clock drift, refusals and strangers; written together every few seconds."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from anning.monitoring.selectors import Known

MOST_STRANGERS = 500  # different ones between two writings; what comes beyond is counted together
CAMERA_STATES = ("normal", "offline", "blocked", "black")
OTHERS = "…"
EVERY_S = 20.0  # between two writings of one device's signs of life
MOST_SIGHTS = 300  # devices of one writing


class Cause(NamedTuple):
    """Who was refused and why; ``device`` 0 is a stranger, told by ``identity`` and ``address``."""

    protocol: str
    device: int
    identity: str
    address: str
    reason: str


@dataclass(slots=True)
class Sight:
    """The newest sign of life of a device."""

    at_ms: int
    address: str
    drift_ms: int | None = None


@dataclass(slots=True)
class Page:
    """What has been seen since the last writing."""

    sights: dict[int, Sight] = field(default_factory=dict)
    refusals: Counter[Cause] = field(default_factory=Counter)
    cameras: dict[int, tuple[str, int]] = field(default_factory=dict)  # datastream → state, ms since 1970 UTC


class Ledger:
    """Collects without asking the database; ``turn`` hands over what was collected."""

    def __init__(self) -> None:
        self._page = Page()
        self._cameras: dict[int, str] = {}  # latest states
        self._seen_at: dict[int, float] = {}  # monotonic seconds of the last writing

    def see(self, device: int, at_ms: int, address: str, drift_ms: int | None = None) -> None:
        """Note that a device has spoken."""
        self._page.sights[device] = Sight(at_ms, address, drift_ms)

    def refuse(
        self, protocol: str, reason: str, *, known: Known | None = None, identity: str = "", address: str = ""
    ) -> None:
        """Count one refusal."""
        cause = (
            Cause(protocol, known.pk, "", "", reason) if known else Cause(protocol, 0, identity[:80], address, reason)
        )
        if not known and cause not in self._page.refusals and len(self._page.refusals) >= MOST_STRANGERS:
            cause = Cause(protocol, 0, OTHERS, "", reason)
        self._page.refusals[cause] += 1

    def look(self, camera: int, value: float, at_ms: int) -> None:
        """Note the state that a camera reports as a number: 0 well, 1 offline, 2 blocked, 3 black."""
        state = CAMERA_STATES[int(value)] if value in range(len(CAMERA_STATES)) else ""
        if state and self._cameras.get(camera) != state:
            self._cameras[camera] = state
            self._page.cameras[camera] = (state, at_ms)

    def turn(self) -> Page:
        """Return what was collected, and begin a new page.

        Signs of life of one device are handed over now and then, so that many devices do not keep the database busy.
        """
        page, self._page = self._page, Page()
        now = time.monotonic()
        due = [device for device in page.sights if now - self._seen_at.get(device, -EVERY_S) >= EVERY_S]
        for device in due[MOST_SIGHTS:]:
            self._page.sights.setdefault(device, page.sights[device])
        page.sights = {device: page.sights[device] for device in due[:MOST_SIGHTS]}
        self._seen_at.update(dict.fromkeys(page.sights, now))
        return page

    def put_back(self, page: Page) -> None:
        """Take up a page again that could not be written."""
        for pk, sight in page.sights.items():
            self._seen_at.pop(pk, None)
            self._page.sights.setdefault(pk, sight)
        self._page.refusals.update(page.refusals)
        self._page.cameras = page.cameras | self._page.cameras
