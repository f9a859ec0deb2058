"""Real series with labelled disturbances: rules tuned on the first half of each, met by the second.

    python -m tests.monitoring.pure.real_series

prints the tables of docs/rules-on-real-series.md.
"""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from anning.monitoring.judging import Expression, Limits, Occurrence, Ruleset, would_have

TELEMETRY = Path(__file__).resolve().parents[3].parent / "shared/data/telemetry"
MINUTE = 60_000
LOWS, HIGHS, DELAYS = (0.001, 0.005, 0.02), (0.999, 0.995, 0.98), (0, 15 * MINUTE, 60 * MINUTE)
TIMES_SIGMA, VOTES, HOLDS = (2.5, 3, 3.5, 4, 5), (1, 2, 3), (0, 5_000, 15_000, 30_000)


class Series(NamedTuple):
    """Columns as the history gives them."""

    at_ms: np.ndarray
    values: np.ndarray
    qualities: np.ndarray

    @classmethod
    def of(cls, at, values):
        return cls(np.array(at, np.int64), np.array(values, float), np.zeros(len(values), np.uint8))

    def halves(self):
        half = len(self.at_ms) // 2
        return [Series(*(column[part] for column in self)) for part in (slice(None, half), slice(half, None))]


class Met(NamedTuple):
    """How rules met the labelled windows of the second half."""

    name: str
    rule: str
    windows: int
    met: int
    alarms: int
    true: int
    share: float  # of the time that the windows cover: what alarms at random times would hit
    minutes: float | None  # from the begin of a window to its first alarm, median


def meet(name: str, rule: str, found: list[Occurrence], windows: list[tuple[int, int]], span: tuple[int, int]) -> Met:
    """Count alarms that overlap a window, and windows that overlap an alarm."""
    far = span[1]
    hits = [[f for f in found if f.onset_ms <= end and (f.return_ms or far) >= begin] for begin, end in windows]
    true = {occurrence for hit in hits for occurrence in hit}
    waits = [max(0, hit[0].onset_ms - begin) / MINUTE for hit, (begin, _end) in zip(hits, windows, strict=True) if hit]
    share = sum(end - begin for begin, end in windows) / (span[1] - span[0])
    wait = round(float(np.median(waits)), 1) if waits else None
    return Met(name, rule, len(windows), len(waits), len(found), len(true), round(share, 2), wait)


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def table(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def split(windows, cut):
    """Windows by the half in which they begin."""
    return [w for w in windows if w[0] < cut], [w for w in windows if w[0] >= cut]


def tuned_levels(first: Series, windows: list[tuple[int, int]]) -> Ruleset:
    """Choose levels and delay by the first half: the best F1; of equals the fewest alarms, then the most sensitive."""
    x, span = first.values, (first.at_ms[0], first.at_ms[-1])
    lows = [None, *np.quantile(x, LOWS).tolist()]
    highs = [None, *np.quantile(x, HIGHS).tolist()]
    best, chosen = (-1.0,), Ruleset()
    for low, high, delay in product(lows, highs, DELAYS):
        if low is high or (low is not None and high is not None and low >= high):
            continue
        limits = Limits(1, low=low, high=high, delay_ms=delay, deadband=0.5 * float(np.std(x)), grace_ms=0)
        ruleset = Ruleset((limits,))
        told = meet("", "", would_have(ruleset, {1: first}), windows, span)
        f1 = 2 * told.true / (told.alarms + told.true * told.windows / told.met) if told.met else float(not windows)
        mark = (f1, -told.alarms, -delay, -np.inf if low is None else low, -np.inf if high is None else -high)
        if mark > best:
            best, chosen = mark, ruleset
    return chosen


def nab() -> Iterator[Met]:
    """Tune two levels and a delay on the first half of each NAB series; meet the second."""
    labels = json.loads((TELEMETRY / "nab/labels.json").read_text())
    for path in sorted((TELEMETRY / "nab").glob("*.csv")):
        rows = table(path)
        series = Series.of([moment(row["timestamp"]) for row in rows], [float(row["value"]) for row in rows])
        first, second = series.halves()
        windows = [(moment(begin), moment(end)) for begin, end in labels[path.name]["windows"]]
        before, after = split(windows, second.at_ms[0])
        ruleset = tuned_levels(first, before)
        (limits,) = ruleset.limits
        named = [f"{sign} {level:.4g}" for sign, level in (("≤", limits.low), ("≥", limits.high)) if level is not None]
        rule = " / ".join(named) + (f", {limits.delay_ms // MINUTE} min" if limits.delay_ms else "")
        span = second.at_ms[0], second.at_ms[-1]
        yield meet(path.stem, rule, would_have(ruleset, {1: second}), after, span)


def tuned_votes(first: dict[str, Series]) -> tuple[str, Ruleset]:
    """Choose the most sensitive vote of channels that is silent on the (undisturbed) first half."""
    numbered = dict(enumerate(first.values(), 1))
    for hold, votes, times in product(HOLDS, VOTES, TIMES_SIGMA):
        conditions = [
            f"abs(x{number} - {series.values.mean():.6g}) > {times * series.values.std():.6g}"
            for number, series in numbered.items()
        ]
        text = f"votes({votes}, {', '.join(conditions)})"
        names = {f"x{number}": number for number in numbered}
        ruleset = Ruleset((), (Expression("votes", text, names, hold_ms=hold, grace_ms=0),))
        if not would_have(ruleset, numbered):
            return f"{votes} of {len(numbered)} beyond {times:g} σ" + (f", {hold // 1000} s" if hold else ""), ruleset
    raise ValueError("no vote is silent")


def skab() -> Iterator[Met]:
    """Tune a vote of all eight channels on the first half of each SKAB run; meet the second."""
    for path in sorted((TELEMETRY / "skab").glob("*.csv")):
        rows = table(path, ";")
        if "anomaly" not in rows[0]:
            continue
        at = [moment(row["datetime"]) for row in rows]
        channels = [name for name in rows[0] if name not in {"datetime", "anomaly", "changepoint"}]
        halves = {name: Series.of(at, [float(row[name]) for row in rows]).halves() for name in channels}
        edges = np.flatnonzero(np.diff([0, *(float(row["anomaly"]) for row in rows), 0])).tolist()
        cut, end = at[len(at) // 2], at[-1]
        windows = [(at[a], at[min(b, len(at) - 1)]) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        windows = [(max(a, cut), b) for a, b in windows if b >= cut]
        rule, ruleset = tuned_votes({name: first for name, (first, _second) in halves.items()})
        second = {number: half for number, (_first, half) in enumerate(halves.values(), 1)}
        yield meet(path.stem, rule, would_have(ruleset, second), windows, (cut, end))


def lines(told: list[Met]) -> list[str]:
    """Rows of the table in the document, and their sum."""
    result = [
        f"| {each.name} | {each.rule} | {each.met} of {each.windows} | {each.true} of {each.alarms} "
        f"| {each.share:.2f} | {'–' if each.minutes is None else each.minutes} |"
        for each in told
    ]
    windows, met = sum(each.windows for each in told), sum(each.met for each in told)
    alarms, true = sum(each.alarms for each in told), sum(each.true for each in told)
    sums = f"| together | | {met} of {windows} (recall {met / windows:.2f}) | {true} of {alarms} "
    return [*result, sums + f"(precision {true / alarms:.2f}) | | |"]


if __name__ == "__main__":
    for told in (nab, skab):
        sys.stdout.write("\n".join(lines(list(told()))) + "\n\n")
