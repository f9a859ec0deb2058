"""What a point says at a moment: its shape, with what happens to sensors and lines laid over it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anning.demo.signals import fire, process, water
from anning.demo.signals.chance import Floats, Habit, Ints, chance, day_of, drift, jitter, share
from anning.demo.signals.leaks import KINDS, Leak
from anning.demo.signals.spots import Spot

Shape = Callable[[Spot, Ints], Floats]
GOOD, MAINTENANCE, MISSING = 0, 3, 4  # monitoring.observations.Quality

POWER_CUT = Habit("power cut", 0.02, (12, 70))  # of a whole enterprise; when it ends sensors warm up
WARM_UP = 0.93  # share of the cut after which the device speaks again
STUCK = Habit("stuck", 0.02, (180, 700))
FULL_SCALE = Habit("full scale", 0.004, (20, 90))
LOST = Habit("lost", 0.01, (10, 40))
DECLARED = 0.15  # share of the calibrations that the device marks as such
CAMERAS = (  # value, share of those that always are so, habit
    (1.0, 0.05, Habit("camera offline", 0.06, (20, 600))),
    (2.0, 0.01, Habit("camera blocked", 0.02, (30, 400))),
    (3.0, 0.01, Habit("camera black", 0.015, (30, 400), (17, 23))),
)
SHAPES: dict[str, tuple[Shape, int]] = {  # and decimals
    "combustible_gas": (process.gas, 1),
    "toxic_gas": (process.gas, 1),
    "oxygen": (process.oxygen, 2),
    "level": (process.level, 2),
    "pressure": (process.pressure, 3),
    "temperature": (process.temperature, 1),
    "flow": (process.flow, 2),
    "vibration": (process.vibration, 2),
    "dust": (process.dust, 1),
    "valve": (process.valve, 0),
    "fire": (fire.detector, 0),
    "hydrant_pressure": (fire.hydrant_pressure, 3),
    "fire_water_level": (fire.fire_water_level, 2),
    "residual_current": (fire.residual_current, 3),
    "cable_temperature": (fire.cable_temperature, 1),
    "fire_door": (fire.fire_door, 0),
    "presence": (fire.presence, 0),
    "river_stage": (water.river_stage, 2),
    "river_flow": (water.river_flow, 1),
    "rain": (water.rain, 1),
    "waterlogging": (water.waterlogging, 1),
    "well_level": (water.well_level, 2),
    "manhole": (water.manhole, 1),
    "subsidence": (water.subsidence, 1),
    "weather": (water.climate, 1),
    "axle_weight": (water.axle_weight, 1),
}
DIGITAL = frozenset({"valve", "fire", "fire_door", "presence", "camera"})


@dataclass(frozen=True, slots=True)
class Said:
    """Values and qualities of some moments; MISSING where the sensor says nothing."""

    values: Floats
    qualities: NDArray[np.uint8]


def say(spot: Spot, at_ms: Ints, leak: Leak | None = None) -> Said:
    """Return what the point says at these moments; ``leak`` is what has got out beside it."""
    at_ms = np.asarray(at_ms, np.int64)
    if spot.kind == "camera":
        return Said(_camera(spot, at_ms), np.zeros(len(at_ms), np.uint8))
    shape, decimals = SHAPES.get(spot.kind, (_steady, 2))
    values = shape(spot, _held(spot, at_ms))
    qualities = np.zeros(len(at_ms), np.uint8)
    if spot.kind not in DIGITAL:
        values, qualities = _troubled(spot, at_ms, values)
    if leak is not None and spot.kind in KINDS:
        second = spot.levels.high_high or spot.top * 0.5
        values = np.maximum(values, np.minimum(leak.over(at_ms) * second, spot.top))
    return Said(np.round(values, decimals) + 0.0, qualities)


def is_silent(home: int, at_ms: Ints) -> NDArray[np.bool_]:
    """Return when nothing comes from a home: its power is cut."""
    silent: NDArray[np.bool_] = np.nan_to_num(POWER_CUT.progress(home, np.asarray(at_ms, np.int64)), nan=2.0) < WARM_UP
    return silent


def _held(spot: Spot, at_ms: Ints) -> Ints:
    """Return the moments whose values are said: a stuck sensor goes on saying that of the first."""
    if spot.kind in DIGITAL:
        return at_ms
    since = STUCK.starts(spot.seed, at_ms)
    return np.where(since >= 0, since, at_ms)


def _troubled(spot: Spot, at_ms: Ints, values: Floats) -> tuple[Floats, NDArray[np.uint8]]:
    qualities = np.zeros(len(at_ms), np.uint8)
    if spot.range_high is not None:
        values = np.where(FULL_SCALE.holds(spot.seed, at_ms), spot.range_high * 1.1, values)
    if spot.kind in KINDS:
        warming = POWER_CUT.progress(spot.home, at_ms) >= WARM_UP
        first = spot.levels.high or spot.top * 0.25
        values = np.where(warming & (share(spot.seed, "warms") < 0.4), first * 1.3, values)
        declared = chance(spot.seed, "declared", day_of(at_ms)) < DECLARED
        qualities[process.CALIBRATION.holds(spot.seed, at_ms) & declared] = MAINTENANCE
    lost = LOST.holds(spot.seed, at_ms)
    qualities[lost] = MISSING
    return np.where(lost, np.nan, values), qualities


def _camera(spot: Spot, at_ms: Ints) -> Floats:
    """Return the number of the state: 0 well, 1 offline, 2 blocked, 3 black."""
    values = np.zeros(len(at_ms))
    luck = share(spot.seed, "camera")
    for state, always, habit in reversed(CAMERAS):
        values[habit.holds(spot.seed, at_ms)] = state
        if 0 <= luck < always:
            values[:] = state
        luck -= always
    return values


def _steady(spot: Spot, at_ms: Ints) -> Floats:
    usual = spot.at_share(0.4, (0.0, 100.0))
    return usual * (1 + 0.03 * drift(spot.seed, "steady", at_ms, 3_600_000) + 0.005 * jitter(spot.seed, at_ms))
