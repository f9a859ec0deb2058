"""Trends and days: figures over time, from stored figures wherever readings need not be looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anning.monitoring.history import segments
from anning.monitoring.history.database import Cursor
from anning.monitoring.history.figures import (
    CELL_MS,
    HOUR_MS,
    Cells,
    Figures,
    add_up,
    by_cells,
    of_days,
    one_table,
    sum_up,
    unpack_cells,
    wider,
    with_number,
)
from anning.monitoring.history.reading import Window, read_tail, read_tails
from anning.monitoring.history.rows import (
    DAY_MS,
    ZONE_MS,
    Rows,
    between,
    chained,
    chosen,
    day_of,
    day_start_ms,
    in_order,
    joined,
)
from anning.monitoring.history.segments import Segment

SECOND, MINUTE = 1000, 60_000
# Widths of buckets that people know; those from ten minutes are made of cells, those from a day of days.
WIDTHS = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(n * SECOND for n in (1, 2, 5, 10, 15, 20, 30)),
    *(n * MINUTE for n in (1, 2, 3, 4, 5, 10, 20, 30)),
    *(n * HOUR_MS for n in (1, 2, 3, 4, 6, 8, 12)),
    *(n * DAY_MS for n in (1, 2, 3, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365, 1000, 5000, 20_000, 100_000)),
)


@dataclass(frozen=True, slots=True)
class Trend:
    """Columns of equal length, in order of time: the buckets that hold a number.

    ``start_ms`` begins every bucket, ``width_ms`` is as wide as it is; a jump of more is a gap.
    """

    width_ms: int
    start_ms: NDArray[np.int64]
    count: NDArray[np.int64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    mean: NDArray[np.float64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.start_ms)


@dataclass(frozen=True, slots=True)
class Days:
    """Columns of equal length, sorted by datastream and day: the days that have readings.

    ``count`` all readings, ``good`` those that can be trusted; minimum, maximum and total are over the good ones,
    NaN where there is none. The mean is ``total / good``.
    """

    datastream: NDArray[np.int32]
    day: NDArray[np.datetime64]
    count: NDArray[np.int64]
    good: NDArray[np.int64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    total: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.datastream)


def read_trend(
    cursor: Cursor, datastream: int, start_ms: int, end_ms: int, buckets: int, *, without_faults: bool
) -> Trend:
    """Return at most ``buckets`` figures over the range."""
    width = bucket_width(start_ms, end_ms, buckets)
    parts = _cells_of_days(cursor, datastream, start_ms, end_ms, width, without_faults=without_faults)
    if not parts:
        empty = np.empty(0)
        return Trend(width, empty.astype(np.int64), empty.astype(np.int64), *[empty] * 5)
    cells = wider(one_table(parts), 1)
    starts = cells.number * width - ZONE_MS
    ends = cells.first, cells.last
    return Trend(width, starts, cells.sizes, cells.minimum, cells.maximum, cells.total / cells.sizes, *ends)


def bucket_width(start_ms: int, end_ms: int, buckets: int) -> int:
    """Return the smallest of the known widths of which so many cover the range."""
    for width in WIDTHS:
        if (end_ms - 1 + ZONE_MS) // width - (start_ms + ZONE_MS) // width < buckets:
            return width
    return WIDTHS[-1]


def _cells_of_days(
    cursor: Cursor, datastream: int, start_ms: int, end_ms: int, width: int, *, without_faults: bool
) -> list[Cells]:
    """Return cells of the bucket's width, in order of time; several that follow each other may be of one bucket."""
    if start_ms >= end_ms:
        return []
    days = segments.by_day(_of_stream(cursor, datastream, day_of(start_ms), day_of(end_ms - 1), width))
    tail = read_tail(cursor, datastream, start_ms, end_ms)
    numbers = (tail["at_ms"] + ZONE_MS) // DAY_MS
    tails = {day: chosen(tail, numbers == day) for day in np.unique(numbers).tolist()}
    found: list[Cells] = []
    whole: list[tuple[int, Figures]] = []  # days of which the figures are enough
    for day in sorted(days.keys() | tails.keys()):
        parts, new = days.get(day, []), tails.get(day)
        is_whole = start_ms <= day_start_ms(day) and day_start_ms(day + 1) <= end_ms
        if is_whole and new is None and _is_enough(parts, width, without_faults=without_faults):
            whole.append((day * DAY_MS // width, parts[0].figures))
            continue
        found += [of_days(whole)] if whole else []
        whole = []
        sources = apart(parts, new)
        if is_whole and sources is not None:
            found += _quick(cursor, sources, new, width, without_faults=without_faults)
        else:
            rows = _merged(cursor, parts, joined(()) if new is None else new)
            rows = with_number(between(rows, start_ms, end_ms), without_faults=without_faults)
            found.append(by_cells(rows, width))
    found += [of_days(whole)] if whole else []
    return [cells for cells in found if len(cells.number)]


def _of_stream(cursor: Cursor, datastream: int, first: int, last: int, width: int) -> list[Segment]:
    """Return what is kept of the days, with as little as the width needs.

    The days at the ends may be cut: then their readings are fetched too. Of those between, cells are enough.
    """
    if width % CELL_MS:
        return segments.of_stream(cursor, datastream, first, last, readings=True)
    cells = "NULL" if width % DAY_MS == 0 else "hours" if width % HOUR_MS == 0 else "cells"
    return segments.of_stream(cursor, datastream, first, last, cells=cells)


def _is_enough(parts: Sequence[Segment], width: int, *, without_faults: bool) -> bool:
    """Whether the figures of a whole day answer for it."""
    return width % DAY_MS == 0 and len(parts) == 1 and not (without_faults and parts[0].figures.faults)


def apart(parts: Sequence[Segment], tail: Rows | None) -> list[Segment] | None:
    """Return the parts of a day in order of time if they and what is not yet sealed follow each other, else None.

    Where they overlap, one moment may have come twice: then the figures of the parts do not add up.
    """
    ordered = sorted(parts, key=lambda part: part.figures.first_ms)
    ends = [part.figures.last_ms for part in ordered]
    begins = [part.figures.first_ms for part in ordered[1:]]
    if tail is not None and len(tail):
        begins.append(int(tail["at_ms"].min()))
    return ordered if all(end < begin for end, begin in zip(ends, begins, strict=False)) else None


def _quick(
    cursor: Cursor, parts: Sequence[Segment], tail: Rows | None, width: int, *, without_faults: bool
) -> list[Cells]:
    """Return the cells of a whole day whose parts follow each other."""
    found = [_part_cells(cursor, part, width, without_faults=without_faults) for part in parts]
    if tail is not None:
        found.append(by_cells(with_number(in_order(tail), without_faults=without_faults), width))
    return found


def _part_cells(cursor: Cursor, part: Segment, width: int, *, without_faults: bool) -> Cells:
    if not (without_faults and part.figures.faults):
        if width % DAY_MS == 0:
            return of_days([(part.day * DAY_MS // width, part.figures)])
        if part.cells is not None:
            kept = CELL_MS if width % HOUR_MS else HOUR_MS
            cells = unpack_cells(part.cells, kept)
            return cells._replace(number=cells.number // (width // kept))
    return by_cells(with_number(part.rows(cursor), without_faults=without_faults), width)


def _merged(cursor: Cursor, parts: Sequence[Segment], tail: Rows) -> Rows:
    return in_order(chained([*(part.rows(cursor) for part in parts), tail]))


def read_days(cursor: Cursor, datastreams: Sequence[int], first_day: date, last_day: date) -> Days:
    """Return the figures of the days from ``first_day`` to ``last_day``, both included."""
    asked = sorted(set(datastreams))
    days = range((first_day - EPOCH).days, (last_day - EPOCH).days + 1)
    tails = _tails(cursor, asked, days)
    found: list[tuple[int, int, Figures]] = []
    for day in days if asked else ():
        parts: dict[int, list[Segment]] = {}
        for segment in segments.of_day(cursor, day, asked):
            parts.setdefault(segment.datastream, []).append(segment)
        late = {stream for stream, each in tails if each == day}
        for stream in parts.keys() | late:
            figures = _figures(cursor, parts.get(stream, []), tails.get((stream, day)))
            found.append((stream, day, figures))
    return _table(sorted(found, key=lambda each: each[:2]))


EPOCH = date(1970, 1, 1)


def _tails(cursor: Cursor, asked: list[int], days: range) -> dict[tuple[int, int], Rows]:
    """Return what is not yet sealed by datastream and day, in the order of arrival."""
    if not asked or not days:
        return {}
    rows = read_tails(cursor, Window(asked[0], asked[-1], day_start_ms(days.start), day_start_ms(days.stop)))
    rows = chosen(rows, np.isin(rows["datastream"], asked))
    numbers = (rows["at_ms"] + ZONE_MS) // DAY_MS
    order = np.lexsort((numbers, rows["datastream"]))
    rows = chosen(rows, order)
    pieces = segments.groups(rows, (rows["datastream"], numbers[order]))
    return {(int(piece["datastream"][0]), day_of(int(piece["at_ms"][0]))): piece for piece in pieces}


def _figures(cursor: Cursor, parts: Sequence[Segment], tail: Rows | None) -> Figures:
    tail = joined(()) if tail is None else tail
    sources = apart(parts, tail)
    if sources is None:
        return sum_up(_merged(cursor, parts, tail))
    return add_up([*(part.figures for part in sources), *([sum_up(in_order(tail))] if len(tail) else [])])


def _table(found: list[tuple[int, int, Figures]]) -> Days:
    def column(values: list[Any], kind: type | str) -> NDArray[Any]:
        return np.array(values, kind)

    return Days(
        column([stream for stream, _, _ in found], np.int32),
        column([day for _, day, _ in found], "datetime64[D]"),
        column([figures.size for *_, figures in found], np.int64),
        column([figures.good for *_, figures in found], np.int64),
        column([figures.good_minimum for *_, figures in found], np.float64),
        column([figures.good_maximum for *_, figures in found], np.float64),
        column([figures.good_total for *_, figures in found], np.float64),
    )
