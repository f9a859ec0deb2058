"""The weather of the demo district: one sky for all, and what each gauge catches of it."""

from functools import lru_cache

import numpy as np

from anning.demo.signals.chance import DAY_MS, HOUR_MS, ZONE_MS, Floats, Ints, between, chance, day_of, drift, hour_of

SKY = 120117
SLOT_MS = 300_000  # five minutes
SLOTS = DAY_MS // SLOT_MS
TIP_MM = 0.2  # a gauge counts tips of its bucket
YEAR_DAYS = 365.2425
# by month: share of days with rain, and how much a usual one brings in mm
WET = (0.06, 0.07, 0.10, 0.15, 0.20, 0.30, 0.42, 0.36, 0.22, 0.15, 0.10, 0.06)
MEAN_MM = (1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 18.0, 17.0, 9.0, 6.0, 4.0, 2.0)
COLDEST_DAY, MEAN_C, SWING_C = 18, 12.5, 15.5  # of the year
TIDE_H = 12.4206  # the moon's half-day tide
SPRING_DAYS = 14.765


def temperature(at_ms: Ints) -> Floats:
    """Return the air temperature in ℃: the year, the day, and the days' own turns."""
    day = day_of(at_ms)
    year: Floats = -np.cos((day % YEAR_DAYS - COLDEST_DAY) / YEAR_DAYS * 2 * np.pi)
    daily = np.cos((hour_of(at_ms) - 15) / 24 * 2 * np.pi)
    return MEAN_C + SWING_C * year + 4.5 * daily + 3 * drift(SKY, "warm", at_ms, 2 * DAY_MS)


def wind(at_ms: Ints) -> Floats:
    """Return the wind in m/s."""
    return np.maximum(0.2, 2.6 + 1.8 * drift(SKY, "wind", at_ms, 6 * HOUR_MS) + drift(SKY, "gusts", at_ms, 300_000))


def tide(at_ms: Ints, lag_h: float = 0.0) -> Floats:
    """Return the tide outside the sluices, -1…1, stronger at new and full moon."""
    hours = at_ms / HOUR_MS - lag_h
    spring = 0.75 + 0.25 * np.cos(2 * np.pi * hours / 24 / SPRING_DAYS)
    return spring * np.cos(2 * np.pi * hours / TIDE_H)


@lru_cache(maxsize=512)
def rain_of_day(gauge: int, day: int) -> Floats:
    """Return what a gauge catches in each five minutes of a local day, in mm."""
    month = int(np.datetime64(day, "D").astype("datetime64[M]").astype(np.int64) % 12)
    key = np.array([day], np.int64)
    if chance(SKY, "wet", key)[0] >= WET[month]:
        return np.zeros(SLOTS)
    total = -np.log(1 - chance(SKY, "amount", key)[0]) * MEAN_MM[month] * between(gauge, "catch", 0.7, 1.3)
    length = int(24 + 72 * chance(SKY, "length", key)[0])  # slots: two to eight hours
    start = int((SLOTS - length) * chance(SKY, "begin", key)[0])
    share = np.sin(np.pi * (np.arange(length) + 0.5) / length) ** 2
    share *= 0.2 + 1.6 * chance(gauge, "shower", day * SLOTS + np.arange(length, dtype=np.int64))
    fallen = np.zeros(SLOTS)
    fallen[start : start + length] = total * share / share.sum()
    tips = np.floor(np.cumsum(fallen) / TIP_MM)
    caught: Floats = np.round(np.diff(tips, prepend=0.0) * TIP_MM, 1)
    return caught


def rain_between(gauge: int, begin_ms: int, end_ms: int) -> float:
    """Return the rain from one moment to another, whole slots of five minutes, in mm."""
    first, last = (begin_ms + ZONE_MS) // SLOT_MS, (end_ms + ZONE_MS) // SLOT_MS
    total = 0.0
    while first < last:
        day, slot = divmod(first, SLOTS)
        until = min(SLOTS, slot + last - first)
        total += float(rain_of_day(gauge, int(day))[slot:until].sum())
        first += until - slot
    return round(total, 1)


def rain_before(gauge: int, at_ms: Ints, span_ms: int) -> Floats:
    """Return the rain of the last ``span_ms`` before each moment, in mm."""
    return np.array([rain_between(gauge, at - span_ms, at) for at in at_ms.tolist()], np.float64)
