"""A point as its signal needs it."""

from dataclasses import dataclass
from typing import NamedTuple


class Levels(NamedTuple):
    """The limits in force; None where there is none."""

    low_low: float | None = None
    low: float | None = None
    high: float | None = None
    high_high: float | None = None


NO_LEVELS = Levels()


@dataclass(frozen=True, slots=True)
class Spot:
    """One point: its own ``seed``, and that of the ``home`` with which it loses its power."""

    seed: int
    kind: str
    home: int = 0
    unit: str = ""
    medium: str = ""
    range_low: float | None = None
    range_high: float | None = None
    levels: Levels = NO_LEVELS
    channel: str = ""

    def at_share(self, share: float, usual: tuple[float, float]) -> float:
        """Return the value at a share of the range, or of the ``usual`` one of the kind."""
        low = usual[0] if self.range_low is None else self.range_low
        high = usual[1] if self.range_high is None else self.range_high
        return low + (high - low) * share

    @property
    def top(self) -> float:
        """The end of the range; 100 where none is named."""
        return 100.0 if self.range_high is None else self.range_high
