"""Figures that stand for many readings: of a day, of ten minutes, of a bucket of a trend."""

import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from anning.monitoring.history.columns import AS_IS, Column, broken, whole
from anning.monitoring.history.rows import ZONE_MS, Rows, chosen
from anning.monitoring.observations import Quality

CELL_MS, HOUR_MS = 600_000, 3_600_000
WORTH = 20_000  # readings in a day from which cells are much quicker, and much smaller, than the readings themselves
CELLS = struct.Struct("<HBB")  # how many cells, decimals of their values, bytes of a value


class Figures(NamedTuple):
    """What readings come to; ``present`` have a number, ``good`` one that can be trusted.

    The first group of figures is over the present, the second over the good; None over nothing.
    """

    first_ms: int
    last_ms: int
    size: int
    present: int
    faults: int
    good: int
    minimum: float | None
    maximum: float | None
    total: float | None
    first: float | None
    last: float | None
    good_minimum: float | None
    good_maximum: float | None
    good_total: float | None


class Cells(NamedTuple):
    """Figures of readings by cells of equal width, in order of time: columns of equal length."""

    number: Column  # of the cell: local time divided by its width
    sizes: Column
    minimum: Column
    maximum: Column
    total: Column
    first: Column
    last: Column


def with_number(rows: Rows, *, without_faults: bool = False) -> Rows:
    """Return the rows that have a number: those not reported as missing."""
    left_out = (rows["quality"] == Quality.MISSING) | np.isnan(rows["value"])
    if without_faults:
        left_out |= rows["quality"] == Quality.FAULT
    return chosen(rows, ~left_out) if left_out.any() else rows


def sum_up(rows: Rows) -> Figures:
    """Return the figures of rows in order; there is at least one."""
    present = with_number(rows)
    values = present["value"]
    good = values[present["quality"] == Quality.GOOD]
    ends: tuple[float | None, float | None] = (float(values[0]), float(values[-1])) if len(values) else (None, None)
    return Figures(
        int(rows["at_ms"][0]),
        int(rows["at_ms"][-1]),
        len(rows),
        len(values),
        int((present["quality"] == Quality.FAULT).sum()),
        len(good),
        *_extremes(values),
        *ends,
        *_extremes(good),
    )


def add_up(parts: Sequence[Figures]) -> Figures:
    """Return the figures of parts that follow each other in time; there is at least one."""
    if len(parts) == 1:
        return parts[0]
    having = [each for each in parts if each.present]
    good = [each for each in parts if each.good]
    return Figures(
        parts[0].first_ms,
        parts[-1].last_ms,
        sum(each.size for each in parts),
        sum(each.present for each in parts),
        sum(each.faults for each in parts),
        sum(each.good for each in parts),
        min((each.minimum for each in having if each.minimum is not None), default=None),
        max((each.maximum for each in having if each.maximum is not None), default=None),
        sum(each.total or 0.0 for each in having) if having else None,
        having[0].first if having else None,
        having[-1].last if having else None,
        min((each.good_minimum for each in good if each.good_minimum is not None), default=None),
        max((each.good_maximum for each in good if each.good_maximum is not None), default=None),
        sum(each.good_total or 0.0 for each in good) if good else None,
    )


def by_cells(rows: Rows, width_ms: int) -> Cells:
    """Return the figures of rows, in order and all with a number, by cells of this width."""
    values = rows["value"].copy()
    numbers = (rows["at_ms"] + ZONE_MS) // width_ms
    return wider(Cells(numbers, np.ones(len(rows), np.int64), *[values] * 5), 1)


def wider(cells: Cells, times: int) -> Cells:
    """Return cells ``times`` as wide; the given ones are in order of time and may share a cell."""
    number = cells.number // times if times != 1 else cells.number
    if not len(number):
        return cells
    starts = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    return Cells(
        number[starts],
        np.add.reduceat(cells.sizes, starts),
        np.minimum.reduceat(cells.minimum, starts),
        np.maximum.reduceat(cells.maximum, starts),
        np.add.reduceat(cells.total, starts),
        cells.first[starts],
        cells.last[np.append(starts[1:], len(number)) - 1],
    )


def one_table(parts: Sequence[Cells]) -> Cells:
    """Return cells that follow each other in time as one table."""
    if len(parts) == 1:
        return parts[0]
    return Cells(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def of_days(days: Sequence[tuple[int, Figures]]) -> Cells:
    """Return (number of a cell, figures of a day in it) as cells, those that have a number."""
    rows = [
        (number, each.present, each.minimum, each.maximum, each.total, each.first, each.last)
        for number, each in days
        if each.present
    ]
    columns = np.array(rows, np.float64).reshape(-1, 7).T
    return Cells(columns[0].astype(np.int64), columns[1].astype(np.int64), *columns[2:])


def pack_cells(rows: Rows) -> tuple[bytes | None, bytes | None]:
    """Return the cells of an hour and of ten minutes of a day's rows as bytes, where they are worth it."""
    if len(rows) < WORTH:
        return None, None
    cells = by_cells(with_number(rows), CELL_MS)
    return _packed(wider(cells, HOUR_MS // CELL_MS)), zlib.compress(_packed(cells))


def _packed(cells: Cells) -> bytes:
    numbers, decimals = whole(np.concatenate((cells.minimum, cells.maximum, cells.first, cells.last)))
    head = CELLS.pack(len(cells.number), decimals, numbers.dtype.itemsize)
    columns = (cells.number.astype("<u4"), cells.sizes.astype("<u4"), cells.total.astype("<f8"), numbers)
    return head + b"".join(column.tobytes() for column in columns)


def unpack_cells(data: bytes, width_ms: int) -> Cells:
    """Return the cells of this width again; a day has so few of an hour that they are not compressed."""
    raw = data if width_ms == HOUR_MS else zlib.decompress(data)
    size, decimals, width = CELLS.unpack_from(raw)
    at = CELLS.size
    number, sizes = np.frombuffer(raw, "<u4", 2 * size, at).astype(np.int64).reshape(2, size)
    total = np.frombuffer(raw, "<f8", size, at + 8 * size)
    kind = "<f8" if decimals == AS_IS else f"<i{width}"
    minimum, maximum, first, last = broken(np.frombuffer(raw, kind, 4 * size, at + 16 * size), decimals).reshape(
        4, size
    )
    return Cells(number, sizes, minimum, maximum, total, first, last)


def _extremes(values: Column) -> tuple[float | None, float | None, float | None]:
    if not len(values):
        return None, None, None
    return float(values.min()), float(values.max()), float(values.sum())
