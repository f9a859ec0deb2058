"""Rivers, rain, streets under water, wells and the ground."""

import numpy as np

from anning.demo.signals import weather
from anning.demo.signals.chance import DAY_MS, HOUR_MS, ZONE_MS, Floats, Habit, Ints, between, drift, hour_of, jitter
from anning.demo.signals.spots import Spot

STUCK_FLOAT = Habit("float", 0.01, (60, 300))
TILTED = Habit("tilted", 0.01, (10, 40), (8, 18))
OVERLOADED = Habit("overloaded", 0.5, (1, 4), (0, 6))
SLOPE_MM = 18  # rain of an hour that the sewers carry
EPOCH_DAY = 20_454  # 2026-01-01


def river_stage(spot: Spot, at_ms: Ints) -> Floats:
    """Return the stage in m: the tide holds the sluices shut, rain of the last day and a half raises it."""
    usual = spot.levels.high * 0.6 if spot.levels.high else between(spot.seed, "stage", 1.1, 2.2)
    swing = between(spot.seed, "tide", 0.06, 0.38)
    rain = weather.rain_before(weather.SKY, at_ms - 3 * HOUR_MS, 36 * HOUR_MS)
    value = usual + swing * weather.tide(at_ms, between(spot.seed, "lag", 0, 3)) + 0.006 * rain
    return value + 0.04 * drift(spot.seed, "gates", at_ms, 8 * HOUR_MS) + 0.004 * jitter(spot.seed, at_ms)


def river_flow(spot: Spot, at_ms: Ints) -> Floats:
    """Return the flow in m³/s; it stands still while the tide is in."""
    rain = weather.rain_before(weather.SKY, at_ms - 4 * HOUR_MS, 36 * HOUR_MS)
    out = np.clip(-weather.tide(at_ms, between(spot.seed, "lag", 0, 3)), 0, 1)
    return (between(spot.seed, "flow", 6, 30) + 1.2 * rain) * out + 0.1 * np.abs(jitter(spot.seed, at_ms))


def rain(spot: Spot, at_ms: Ints) -> Floats:
    """Return rain in mm: of the last five minutes, or of the span that the channel's element names."""
    spans = {"1A": 1, "1B": 2, "1C": 3, "1D": 6, "1E": 12}
    if spot.channel in spans:
        return weather.rain_before(spot.seed, at_ms, spans[spot.channel] * HOUR_MS)
    if spot.channel in ("20", "1F"):  # since eight o'clock
        begun = (at_ms + ZONE_MS - 8 * HOUR_MS) // DAY_MS * DAY_MS + 8 * HOUR_MS - ZONE_MS
    elif spot.channel in ("26", "rain_total"):
        begun = np.full(len(at_ms), EPOCH_DAY * DAY_MS - ZONE_MS, np.int64)
    else:
        return weather.rain_before(spot.seed, at_ms, weather.SLOT_MS)
    spans_ms = zip(begun.tolist(), at_ms.tolist(), strict=True)
    return np.array([weather.rain_between(spot.seed, *span) for span in spans_ms], np.float64)


def waterlogging(spot: Spot, at_ms: Ints) -> Floats:
    """Return the depth in cm on a low street: what the sewers could not carry in the last hour."""
    over = weather.rain_before(spot.seed, at_ms, HOUR_MS) - SLOPE_MM * between(spot.seed, "sewer", 0.6, 1.2)
    return np.maximum(0, over) * between(spot.seed, "bowl", 0.8, 2.2)


def well_level(spot: Spot, at_ms: Ints) -> Floats:
    """Return the water in a well below the street."""
    usual = spot.at_share(0.2, (0.0, 3.0))
    wet = weather.rain_before(weather.SKY, at_ms, 12 * HOUR_MS)
    day = np.sin((hour_of(at_ms) - 8) / 12 * np.pi)
    return np.maximum(0, usual * (1 + 0.15 * day + 0.02 * wet + 0.02 * jitter(spot.seed, at_ms)))


def manhole(spot: Spot, at_ms: Ints) -> Floats:
    """Return the tilt of a cover in degrees: lifted for works, or run over."""
    return np.where(TILTED.holds(spot.seed, at_ms), 24.0, np.abs(0.6 * jitter(spot.seed, at_ms)))


def subsidence(spot: Spot, at_ms: Ints) -> Floats:
    """Return how far the ground has sunk in mm."""
    years = (at_ms / DAY_MS - EPOCH_DAY) / weather.YEAR_DAYS
    return between(spot.seed, "clay", 6, 28) * years + 0.1 * drift(spot.seed, "tide", at_ms, DAY_MS)


def climate(spot: Spot, at_ms: Ints) -> Floats:
    """Return air temperature, wind, humidity or pressure, by unit."""
    if spot.unit == "m/s":
        return weather.wind(at_ms) * between(spot.seed, "lee", 0.7, 1.2)
    if spot.unit == "hPa":
        return 1016 + 9 * drift(weather.SKY, "pressure", at_ms, 3 * DAY_MS) + 0.1 * jitter(spot.seed, at_ms)
    if spot.unit == "%":
        return np.clip(62 + 22 * drift(weather.SKY, "damp", at_ms, DAY_MS), 12, 99)
    return weather.temperature(at_ms) + between(spot.seed, "place", -0.8, 0.8) + 0.1 * jitter(spot.seed, at_ms)


def axle_weight(spot: Spot, at_ms: Ints) -> Floats:
    """Return the weight in t of the lorry that has just passed; by night some are overloaded."""
    usual = 22 + 20 * np.abs(jitter(spot.seed, at_ms))
    return np.where(OVERLOADED.holds(spot.seed, at_ms), 53 + 9 * np.abs(jitter(spot.seed, at_ms)), usual)
