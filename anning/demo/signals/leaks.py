"""A leak on demand: gas rises over minutes at one enterprise, one sensor after the other, then falls."""

from dataclasses import dataclass

import numpy as np

from anning.demo.signals.chance import MINUTE_MS, Floats, Ints

KINDS = frozenset({"combustible_gas", "toxic_gas"})
RISE_MIN, STAY_MIN, FALL_MIN = 5.0, 4.0, 6.0
LATER_MIN = 1.5  # until the next sensor smells it
PEAK = 1.25  # times the second limit
PEAK_LESS = 0.12  # from sensor to sensor
LENGTH_MS = int((RISE_MIN + STAY_MIN + FALL_MIN + 3 * LATER_MIN) * MINUTE_MS)


@dataclass(frozen=True, slots=True)
class Leak:
    """A leak that began at ``since_ms``; ``rank`` says how far a sensor stands from it: 0 is the nearest."""

    since_ms: int
    rank: int = 0

    def over(self, at_ms: Ints) -> Floats:
        """Return what the leak adds, as a multiple of the sensor's second limit."""
        minutes = (at_ms - self.since_ms) / MINUTE_MS - self.rank * LATER_MIN
        peak = max(0.0, PEAK - PEAK_LESS * self.rank)
        return peak * np.interp(
            minutes, [0.0, RISE_MIN, RISE_MIN + STAY_MIN, RISE_MIN + STAY_MIN + FALL_MIN], [0.0, 1.0, 0.97, 0.0]
        )
