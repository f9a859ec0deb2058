"""Judging readings by rules: by columns, value by value, and the way the judge chooses, at every shape of a batch.

    python bench/bench_rules.py [repetitions]

The baseline is the plain program: one object a point, two levels each side with deadband, a range, a frozen signal and
silence, each reading in its turn; its transitions must equal the judge's. One JSON line a shape:
``readings_s`` of ``chosen``, ``columns``, ``rows`` and ``plain``; ``of_best`` is chosen over the better of columns and
rows (goal 0.9), ``of_plain`` chosen over plain (goal 10 at 10 000 points). Medians over interleaved repetitions;
seconds of the process, which has one thread, so that what else runs on the machine matters little.
"""

import gc
import json
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anning.monitoring.judging import Judge, Limits, Ruleset  # noqa: E402
from anning.monitoring.observations import Observations  # noqa: E402

REPEAT = int(sys.argv[1]) if len(sys.argv) > 1 else 5
START, SECOND = 1_784_520_000_000, 1_000
# name, points, readings a batch, batches, share of readings beyond a limit
SHAPES = (
    ("1", 1, 1, 2_000, 0.001),
    ("10", 10, 10, 2_000, 0.001),
    ("50", 50, 50, 1_000, 0.001),
    ("100", 100, 100, 1_000, 0.001),
    ("500", 500, 500, 300, 0.001),
    ("10k", 10_000, 10_000, 30, 0.001),
    ("100k", 100_000, 100_000, 6, 0.001),
    ("10k on 50 points", 50, 10_000, 30, 0.001),
    ("10k on 50 points, one in twenty beyond", 50, 10_000, 30, 0.05),
    ("10k, one in twenty beyond", 10_000, 10_000, 30, 0.05),
)
OFFLINE_MS, FLAT_MS, HIGH, HIGH_HIGH, LOW, LOW_LOW, DEADBAND = 300_000, 3_600_000, 85.0, 90.0, 15.0, 10.0, 1.0


class Point:
    """One point of the plain program."""

    __slots__ = ("active", "at", "heard", "last", "since")

    def __init__(self) -> None:
        self.active: set[str] = set()
        self.at = self.since = self.heard = 0
        self.last: float | None = None

    def take(self, at: int, value: float, quality: int, received: int) -> list[tuple[str, bool, int]]:
        """Return what one reading brings."""
        found: list[tuple[str, bool, int]] = []
        active = self.active
        if self.heard and received - self.heard > OFFLINE_MS:
            found += [("offline", True, self.heard + OFFLINE_MS), ("offline", False, received)]
        self.heard = received
        if quality or at <= self.at:
            return found
        self.at = at
        if not 0.0 <= value <= 100.0:
            if "out_of_range" not in active:
                active.add("out_of_range")
                found.append(("out_of_range", True, at))
            return found
        if "out_of_range" in active:
            active.discard("out_of_range")
            found.append(("out_of_range", False, at))
        for rule, beyond, over in (
            ("low_low", value <= LOW_LOW, value > LOW_LOW + DEADBAND),
            ("low", value <= LOW, value > LOW + DEADBAND),
            ("high", value >= HIGH, value < HIGH - DEADBAND),
            ("high_high", value >= HIGH_HIGH, value < HIGH_HIGH - DEADBAND),
        ):
            if rule in active:
                if over:
                    active.discard(rule)
                    found.append((rule, False, at))
            elif beyond:
                active.add(rule)
                found.append((rule, True, at))
        if value != self.last:
            self.last, self.since = value, at
            if "flat" in active:
                active.discard("flat")
                found.append(("flat", False, at))
        elif at - self.since >= FLAT_MS and "flat" not in active:
            active.add("flat")
            found.append(("flat", True, self.since + FLAT_MS))
        return found


class Plain:
    """The plain program."""

    def __init__(self, points: int) -> None:
        self.points = {each: Point() for each in range(1, points + 1)}

    def judge(self, batch: Observations) -> list[tuple[int, str, bool, int]]:
        """Judge reading by reading."""
        points, received, found = self.points, batch.received_ms, []
        rows = (batch.datastreams, batch.at_ms, batch.values, batch.qualities)
        for datastream, at, value, quality in zip(*(column.tolist() for column in rows), strict=True):
            for rule, is_active, moment in points[datastream].take(at, value, quality, received):
                found.append((datastream, rule, is_active, moment))
        return found


def batches(points: int, size: int, number: int, beyond: float) -> list[Observations]:
    """Return batches of readings a second apart, each point in its turn; some beyond a limit, in random places."""
    chance, result = np.random.default_rng(7), []
    per_point = max(1, size // points)
    for batch in range(number):
        ids = np.tile(np.arange(1, points + 1, dtype=np.int32), per_point)[:size]
        rounds = np.repeat(np.arange(per_point), points)[:size]
        at = START + (batch * per_point + rounds).astype(np.int64) * SECOND
        values = np.round(50 + chance.normal(0, 5, size), 2)
        out = chance.random(size) < beyond
        values[out] = chance.choice([5.0, 12.0, 87.0, 95.0, 101.0], int(out.sum()))
        received = START + (batch + 1) * per_point * SECOND
        result.append(Observations(ids, at, values, np.zeros(size, np.uint8), received))
    return result


def ruleset(points: int) -> Ruleset:
    """Return the limits of every point."""
    levels = {"low_low": LOW_LOW, "low": LOW, "high": HIGH, "high_high": HIGH_HIGH, "deadband": DEADBAND}
    spans = {"offline_ms": OFFLINE_MS, "flat_ms": FLAT_MS, "range_low": 0.0, "range_high": 100.0}
    return Ruleset(tuple(Limits(each, **levels, **spans) for each in range(1, points + 1)))


def timed(judge: Judge | Plain, given: list[Observations]) -> tuple[float, list[tuple[int, str, bool, int]]]:
    """Return readings a second over all batches but the first, and the transitions."""
    found = [judge.judge(given[0])]
    gc.collect()
    began = time.process_time()
    found += [judge.judge(batch) for batch in given[1:]]
    took = time.process_time() - began
    flat = [tuple(each) for changes in found for each in changes]
    named = [each if len(each) == 4 else (each[0], each[1], each[4], each[3]) for each in flat]
    return sum(len(batch) for batch in given[1:]) / took, named


def main() -> None:
    """Measure every shape in rotation, check that all tell the same, print."""
    for name, points, size, number, beyond in SHAPES:
        given, rules = batches(points, size, number, beyond), ruleset(points)
        made = {
            "chosen": lambda rules=rules: Judge(rules),
            "columns": lambda rules=rules: Judge(rules, few=0),
            "rows": lambda rules=rules: Judge(rules, few=10**9),
            "plain": lambda points=points: Plain(points),
        }
        rates: dict[str, list[float]] = {each: [] for each in made}
        for _ in range(REPEAT):
            told = {}
            for each, make in made.items():
                rate, told[each] = timed(make(), given)
                rates[each].append(rate)
            assert len({tuple(changes) for changes in told.values()}) == 1, name
        speed = {each: median(found) for each, found in rates.items()}
        best = max(speed["columns"], speed["rows"])
        result = {"bench": "rules", "shape": name, "transitions": len(told["chosen"])}
        result |= {"readings_s": {each: round(rate) for each, rate in speed.items()}}
        result |= {"of_best": round(speed["chosen"] / best, 2), "of_plain": round(speed["chosen"] / speed["plain"], 2)}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
