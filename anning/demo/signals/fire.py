"""Fire protection of the key units: detectors, water, wires, doors, and who sits in the control room."""

import numpy as np

from anning.demo.signals.chance import HOUR_MS, Floats, Habit, Ints, between, drift, hour_of, jitter
from anning.demo.signals.spots import Spot

SMOKE = Habit("smoke", 0.006, (4, 15), (6, 23))  # dust, cooking, a test; hardly ever a fire
FAULT = Habit("fault", 0.01, (30, 300))
SHIELD = Habit("shield", 0.008, (60, 300), (8, 15))
BURST = Habit("burst", 0.02, (20, 120))  # a hydrant is opened, a pipe leaks
LEAKING = Habit("leaking", 0.008, (10, 90))
WARM = Habit("warm", 0.006, (15, 60), (10, 20))
AJAR = Habit("ajar", 0.15, (1, 12), (7, 20))
ABSENT = Habit("absent", 0.06, (2, 9))
STATES = {"fault": FAULT, "shielded": SHIELD, "power_fault": FAULT, "main_power_fault": FAULT, "supervision": SHIELD}


def detector(spot: Spot, at_ms: Ints) -> Floats:
    """Return 1 while the component says what its channel names: fire, or a fault, or that it is shielded."""
    state = spot.channel.rpartition("/")[2]
    if state == "normal":
        return np.where(FAULT.holds(spot.seed, at_ms), 0.0, 1.0)
    return STATES.get(state, SMOKE).holds(spot.seed, at_ms).astype(np.float64)


def hydrant_pressure(spot: Spot, at_ms: Ints) -> Floats:
    """Return water pressure kept by a pump that starts and stops; low when a hydrant is opened."""
    usual = between(spot.seed, "head", 0.24, 0.42)
    value: Floats = usual + 0.02 * drift(spot.seed, "pump", at_ms, 20 * 60_000) + 0.002 * jitter(spot.seed, at_ms)
    value = np.where(BURST.holds(spot.seed, at_ms), 0.07, value)
    return value * 1000 if spot.unit.lower() == "kpa" else value


def fire_water_level(spot: Spot, at_ms: Ints) -> Floats:
    """Return the water in the fire tank, which is hardly used."""
    share = 0.85 + 0.05 * drift(spot.seed, "float", at_ms, 12 * HOUR_MS) - 0.5 * BURST.holds(spot.seed, at_ms)
    found: Floats = np.asarray(spot.at_share(0.0, (0.0, 4.0)) + (spot.top if spot.range_high else 4.0) * share)
    return found


def residual_current(spot: Spot, at_ms: Ints) -> Floats:
    """Return current that leaks, more by day; over the limit while something is wet."""
    value = between(spot.seed, "wet", 40, 120) * (1 + 0.3 * np.clip(np.sin((hour_of(at_ms) - 7) / 14 * np.pi), 0, 1))
    value = value + 4 * jitter(spot.seed, at_ms)
    value = np.where(LEAKING.holds(spot.seed, at_ms), 345 + 10 * jitter(spot.seed, at_ms), value)
    return value / 1000 if spot.unit == "A" else value


def cable_temperature(spot: Spot, at_ms: Ints) -> Floats:
    """Return the warmth of a cable by its load."""
    load = np.clip(np.sin((hour_of(at_ms) - 7) / 15 * np.pi), 0.1, 1)
    value = 18 + between(spot.seed, "load", 8, 24) * load + 0.5 * jitter(spot.seed, at_ms)
    rise = np.nan_to_num(np.sin(np.pi * WARM.progress(spot.seed, at_ms)))
    found: Floats = value + (75 - value) * rise
    return found


def fire_door(spot: Spot, at_ms: Ints) -> Floats:
    """Return 1 while a door that should be shut stands open."""
    return AJAR.holds(spot.seed, at_ms).astype(np.float64)


def presence(spot: Spot, at_ms: Ints) -> Floats:
    """Return 1 while somebody sits in the control room."""
    return np.where(ABSENT.holds(spot.seed, at_ms), 0.0, 1.0)
