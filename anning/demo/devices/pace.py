"""The time that demo devices live in: that of the house's clock, or the last minutes played faster."""

import asyncio
import time
from datetime import timedelta

from anning.kernel import clock


class Pace:
    """A story of time. With ``minutes`` and ``speed`` N it begins so far back that at N times the pace it ends now."""

    def __init__(self, speed: float = 1.0, minutes: float | None = None) -> None:
        self.start_ms = now_ms()
        self.end_ms: int | None = None
        if minutes is not None:
            span = round(minutes * 60_000)
            self.start_ms -= round(span * (1 - 1 / speed))
            self.end_ms = self.start_ms + span
        self._rate = speed / clock.real_seconds(timedelta(seconds=1))  # story seconds to a real one
        self._begun = time.monotonic()

    def now_ms(self) -> int:
        """Return the moment of the story, ms since 1970."""
        return self.start_ms + round((time.monotonic() - self._begun) * 1000 * self._rate)

    def is_over(self, at_ms: int) -> bool:
        """Whether the story has ended at ``at_ms``."""
        return self.end_ms is not None and at_ms >= self.end_ms

    async def until(self, at_ms: int) -> None:
        """Sleep until the story comes to ``at_ms``."""
        while (left_ms := at_ms - self.now_ms()) > 0:
            await asyncio.sleep(left_ms / 1000 / self._rate)


def now_ms() -> int:
    """Return the clock's instant in ms since 1970 UTC."""
    return int(clock.now().timestamp() * 1000)
