"""Chance that can be asked again: numbers from a seed, a word and a moment, always the same."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
ZONE_MS = 8 * HOUR_MS  # local days begin so much earlier than those of UTC
M1, M2, M3 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S27, S30, S31 = np.uint64(27), np.uint64(30), np.uint64(31)


def chance(seed: int, word: str, numbers: Ints) -> Floats:
    """Return a number in [0, 1) for each of ``numbers`` (splitmix64)."""
    key = np.uint64((seed * 0x9E3779B97F4A7C15 + crc32(word.encode()) * 0xD1B54A32D192ED03) & 0xFFFFFFFFFFFFFFFF)
    with np.errstate(over="ignore"):
        mixed = (numbers.astype(np.uint64) + key) * M1
        mixed = (mixed ^ (mixed >> S30)) * M2
        mixed = (mixed ^ (mixed >> S27)) * M3
    return ((mixed ^ (mixed >> S31)) >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def share(seed: int, word: str) -> float:
    """Return one number in [0, 1) that never changes."""
    return float(chance(seed, word, np.zeros(1, np.int64))[0])


def between(seed: int, word: str, least: float, most: float) -> float:
    """Return one number in [least, most) that never changes."""
    return least + (most - least) * share(seed, word)


def jitter(seed: int, at_ms: Ints) -> Floats:
    """Return noise of about -1…1, mostly small, anew every second."""
    seconds = at_ms // 1000
    return chance(seed, "jitter", seconds) + chance(seed, "more", seconds) - 1.0


def drift(seed: int, word: str, at_ms: Ints, step_ms: int) -> Floats:
    """Return a slow wave in [-1, 1] that takes a new turn every ``step_ms``."""
    step, part = at_ms // step_ms, (at_ms % step_ms) / step_ms
    bend = part * part * (3 - 2 * part)
    before, after = chance(seed, word, step), chance(seed, word, step + 1)
    return (before + (after - before) * bend) * 2 - 1


def day_of(at_ms: Ints) -> Ints:
    """Return the number of the local day."""
    return (at_ms + ZONE_MS) // DAY_MS


def hour_of(at_ms: Ints) -> Floats:
    """Return the local hour of the day with its fraction."""
    return ((at_ms + ZONE_MS) % DAY_MS) / HOUR_MS


@dataclass(frozen=True, slots=True)
class Habit:
    """Something that happens on some days, at most once: how often, how long, between which local hours it begins."""

    word: str
    per_day: float
    minutes: tuple[float, float]
    hours: tuple[float, float] = (0.0, 24.0)

    def starts(self, seed: int, at_ms: Ints) -> Ints:
        """Return when it began, of the moments within; -1 elsewhere."""
        return np.where(np.isnan(self.progress(seed, at_ms)), -1, self._start(seed, day_of(at_ms)))

    def progress(self, seed: int, at_ms: Ints) -> Floats:
        """Return how far it has come, 0…1; NaN where it does not happen."""
        day = day_of(at_ms)
        happens = chance(seed, self.word, day) < self.per_day
        if not happens.any():
            return np.full(len(at_ms), np.nan)
        least, most = self.minutes
        span = (least + (most - least) * chance(seed, self.word + " span", day)) * MINUTE_MS
        part = (at_ms - self._start(seed, day)) / span
        return np.where(happens & (part >= 0) & (part < 1), part, np.nan)

    def holds(self, seed: int, at_ms: Ints) -> NDArray[np.bool_]:
        """Return where it happens."""
        return ~np.isnan(self.progress(seed, at_ms))

    def _start(self, seed: int, day: Ints) -> Ints:
        first, last = self.hours
        hour = first + (last - first) * chance(seed, self.word + " hour", day)
        return day * DAY_MS - ZONE_MS + (hour * HOUR_MS).astype(np.int64)
