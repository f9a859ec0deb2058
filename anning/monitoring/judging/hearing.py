"""When a datastream was heard, and how its clock goes against ours: offline, late, set back."""

from anning.monitoring.judging.conditions import Conditions
from anning.monitoring.judging.ruleset import FAR, NEVER, Limits, Transition

SET_BACK_MS = 60_000


class Hearing(Conditions):
    """``newest`` is the newest moment of the datastream's own clock, ``heard`` when its last value was received."""

    __slots__ = ("behind", "heard", "late_ms", "newest", "offline_ms")

    def __init__(self, limits: Limits, out: list[Transition]) -> None:
        super().__init__(limits, out)
        self.offline_ms = 2 * FAR if limits.offline_ms is None else limits.offline_ms
        self.late_ms = 2 * FAR if limits.late_ms is None else limits.late_ms
        self.newest, self.heard = NEVER, NEVER
        self.behind: tuple[int, int, int] | None = None  # newest, first reception and newest moment of what is too old

    @property
    def lags(self) -> bool:
        """Whether the newest value is late, or was."""
        return self.newest > NEVER and (self.heard - self.newest > self.late_ms or "late" in self.active)

    def _judge_silence(self, now: int) -> None:
        """Begin what silence until ``now`` brings, and settle how late the last reception was."""
        if now - self.heard > self.offline_ms and "offline" not in self.active:
            self._begin("offline", self.heard + self.offline_ms, None, self.offline_ms / 1000)
        lag = self.heard - self.newest
        if self.newest > NEVER and (lag > self.late_ms) != ("late" in self.active):
            change = self._begin if lag > self.late_ms else self._end
            change("late", self.heard, lag / 1000, self.late_ms / 1000)

    def _is_set_back(self, at: int, received: int) -> bool:
        """Whether the device's clock was set back: for a minute now all it sends is old, and goes on from there."""
        newest, since, last = self.behind or (NEVER, 0, 0)
        if newest != self.newest:
            self.behind = self.newest, received, at
        elif at > last:
            self.behind = newest, since, at
            return received - since >= SET_BACK_MS
        return False
