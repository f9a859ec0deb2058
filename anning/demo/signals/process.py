"""Gas, tanks and machines of the watched enterprises."""

import numpy as np

from anning.demo.signals import weather
from anning.demo.signals.chance import DAY_MS, HOUR_MS, Floats, Habit, Ints, between, chance, drift, hour_of, jitter
from anning.demo.signals.spots import Spot

CALIBRATION = Habit("calibration", 0.045, (6, 12), (9, 16))  # nobody told the centre: a false alarm
SEEP = Habit("seep", 0.006, (8, 25), (6, 22))  # a real one, over the first limit
CHATTER = Habit("chatter", 0.005, (10, 20))  # a sensor that hops about its limit
STOP = Habit("stop", 0.015, (60, 240), (8, 17))  # of a whole enterprise: shut down for works
RUNAWAY = Habit("runaway", 0.004, (15, 40))
HOT_C = 50.0  # a limit up there means that something is heated
OVERFILL, LATE = 0.03, 0.03  # of the deliveries


def gas(spot: Spot, at_ms: Ints) -> Floats:
    """Return a gas sensor: near nothing, but for calibration gas, a seep, a hopping."""
    first = spot.levels.high or spot.top * 0.25
    second = spot.levels.high_high or first * 2
    quiet = first * 0.03 * np.abs(drift(spot.seed, "air", at_ms, 40 * 60_000)) + first * 0.01 * jitter(spot.seed, at_ms)
    quiet += first * between(spot.seed, "zero", 0.0, 0.08)
    test = CALIBRATION.progress(spot.seed, at_ms)
    applied = second * 1.04 * np.interp(test, [0, 0.1, 0.6, 1], [0, 1, 1, 0])
    seep = first * 1.35 * np.sin(np.pi * SEEP.progress(spot.seed, at_ms)) ** 2
    hop = first * (0.95 + 0.12 * jitter(spot.seed, at_ms))
    hopping = np.where(CHATTER.holds(spot.seed, at_ms), hop, 0)
    found: Floats = np.maximum.reduce([np.maximum(quiet, 0), np.nan_to_num(applied), np.nan_to_num(seep), hopping])
    return found


def oxygen(spot: Spot, at_ms: Ints) -> Floats:
    """Return the oxygen in the air, with a rare lack of it."""
    lack = np.nan_to_num(np.sin(np.pi * SEEP.progress(spot.seed, at_ms)))
    return 20.8 + 0.08 * drift(spot.seed, "air", at_ms, HOUR_MS) + 0.03 * jitter(spot.seed, at_ms) - 2.2 * lack


def level(spot: Spot, at_ms: Ints) -> Floats:
    """Return a tank that is drawn from by day and filled every few days; some deliveries overfill or come late."""
    cycle = int(between(spot.seed, "cycle", 1.8, 5.5) * DAY_MS)
    moved = at_ms + int(between(spot.seed, "phase", 0, 1) * cycle)
    drawn = moved + (0.9 * HOUR_MS * np.sin((hour_of(at_ms) - 9) / 24 * 2 * np.pi)).astype(np.int64)
    number, part = drawn // cycle, (drawn % cycle) / cycle
    top = np.where(chance(spot.seed, "overfill", number) < OVERFILL, 0.872, between(spot.seed, "top", 0.72, 0.82))
    late = chance(spot.seed, "late", number) < LATE
    bottom = np.where(late, 0.138, between(spot.seed, "bottom", 0.24, 0.34))
    filled = 1 - 1.2 * HOUR_MS / cycle
    after = np.where(chance(spot.seed, "overfill", number + 1) < OVERFILL, 0.872, between(spot.seed, "top", 0.72, 0.82))
    share = np.where(
        part < filled, top + (bottom - top) * part / filled, bottom + (after - bottom) * (part - filled) / (1 - filled)
    )
    share = share + 0.0008 * jitter(spot.seed, at_ms)
    low, high = (0.0, 100.0) if spot.range_high is None else (spot.range_low or 0.0, spot.range_high)
    found: Floats = low + (high - low) * share
    return found


def pressure(spot: Spot, at_ms: Ints) -> Floats:
    """Return a pressure that follows warmth and load; it falls when the plant stops, and rarely runs up."""
    usual = spot.levels.high * 0.72 if spot.levels.high else spot.at_share(0.45, (0.0, 1.6))
    share = 1 + 0.004 * (weather.temperature(at_ms) - 12) + 0.02 * drift(spot.seed, "load", at_ms, HOUR_MS)
    value = usual * (share + 0.003 * jitter(spot.seed, at_ms))
    value = np.where(STOP.holds(spot.home, at_ms), usual * 0.12, value)
    return _run_up(spot, at_ms, value)


def temperature(spot: Spot, at_ms: Ints) -> Floats:
    """Return the temperature of what stands outside, slower than the air; of a cold store where the range says so."""
    if spot.range_low is not None and spot.range_low <= -30 and "冷" in spot.medium:
        cold: Floats = -18 + 1.5 * drift(spot.seed, "thaw", at_ms, 3 * HOUR_MS) + 0.1 * jitter(spot.seed, at_ms)
        return np.where(STOP.holds(spot.home, at_ms), cold + 4, cold)
    if (spot.levels.high or spot.top) >= HOT_C and spot.range_high is not None:  # of a process, not of the weather
        usual = spot.levels.high * 0.8 if spot.levels.high else spot.top * 0.6
        hot = usual * (1 + 0.02 * drift(spot.seed, "fire", at_ms, HOUR_MS) + 0.002 * jitter(spot.seed, at_ms))
        return _run_up(spot, at_ms, np.where(STOP.holds(spot.home, at_ms), usual * 0.3, hot))
    air = weather.temperature(at_ms - 2 * HOUR_MS) * 0.8 + 5 + between(spot.seed, "place", -1, 4)
    value = air + 0.3 * drift(spot.seed, "sun", at_ms, HOUR_MS) + 0.1 * jitter(spot.seed, at_ms)
    if spot.levels.high:
        value = np.minimum(value, spot.levels.high * 0.9)
    return _run_up(spot, at_ms, value)


def flow(spot: Spot, at_ms: Ints) -> Floats:
    """Return a flow by the hours of work."""
    usual = spot.at_share(0.5, (0.0, 100.0))
    work = 0.35 + 0.65 * np.clip(np.sin((hour_of(at_ms) - 6) / 16 * np.pi), 0, 1)
    value = usual * (work + 0.06 * drift(spot.seed, "use", at_ms, 20 * 60_000) + 0.01 * jitter(spot.seed, at_ms))
    return np.where(STOP.holds(spot.home, at_ms), 0.0, np.maximum(value, 0))


def vibration(spot: Spot, at_ms: Ints) -> Floats:
    """Return a machine that runs and sometimes rests."""
    usual = spot.levels.high * 0.45 if spot.levels.high else spot.at_share(0.15, (0.0, 20.0))
    value = usual * (1 + 0.15 * drift(spot.seed, "wear", at_ms, HOUR_MS) + 0.1 * jitter(spot.seed, at_ms))
    return _run_up(spot, at_ms, np.where(STOP.holds(spot.home, at_ms), usual * 0.02, value))


def dust(spot: Spot, at_ms: Ints) -> Floats:
    """Return dust in the air of a workshop by its shifts."""
    usual = spot.levels.high * 0.3 if spot.levels.high else spot.at_share(0.1, (0.0, 100.0))
    shift = np.where((hour_of(at_ms) > 7) & (hour_of(at_ms) < 18), 1.0, 0.2)
    value = usual * shift * (1 + 0.3 * drift(spot.seed, "dust", at_ms, 30 * 60_000) + 0.1 * jitter(spot.seed, at_ms))
    return _run_up(spot, at_ms, value)


def valve(spot: Spot, at_ms: Ints) -> Floats:
    """Return a valve that stands open (1), and closes while the plant stops."""
    return np.where(STOP.holds(spot.home, at_ms), 0.0, 1.0)


def _run_up(spot: Spot, at_ms: Ints, value: Floats) -> Floats:
    """Take a value over its limit in one of its rare troubles."""
    if not spot.levels.high:
        return value
    rise = np.nan_to_num(np.sin(np.pi * RUNAWAY.progress(spot.seed, at_ms)))
    found: Floats = value + (spot.levels.high * 1.04 - value) * rise
    return found
