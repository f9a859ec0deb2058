"""Figures that stand for many readings: of a day, of ten minutes, of a bucket of a trend."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from anning.monitoring.history.columns import PLAIN, Column, broken, pack_column, unpack_column, whole
from anning.monitoring.history.rows import DAY_MS, ZONE_MS, Rows, chosen
from anning.monitoring.observations import Quality

CELL_MS = 600_000
WORTH = 4 * (DAY_MS // CELL_MS)  # readings in a day from which cells are quicker than the readings themselves


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


def pack_cells(rows: Rows) -> bytes | None:
    """Return the ten-minute cells of a day's rows as bytes, where they are worth it."""
    present = with_number(rows)
    if len(present) < WORTH:
        return None
    cells = by_cells(present, CELL_MS)
    # differences to the minimum are small and positive, which packs well
    numbers, decimals = whole(np.concatenate((cells.minimum, cells.maximum, cells.first, cells.last)))
    columns = (cells.number - cells.number[0]).astype(np.uint32), cells.sizes.astype(np.uint32), numbers, cells.total
    packed = [pack_column(column, plain=PLAIN) for column in columns]
    head = np.array([len(cells.number), PLAIN, decimals, cells.number[0], *map(len, packed)], "<u4")
    return head.tobytes() + b"".join(packed)


def unpack_cells(data: bytes) -> Cells:
    """Return the ten-minute cells again."""
    size, plain, decimals, first, *lengths = np.frombuffer(data[:32], "<u4").tolist()
    ends = 32 + np.cumsum(lengths)
    columns = [
        unpack_column(data[end - length : end], plain=bool(plain)) for end, length in zip(ends, lengths, strict=True)
    ]
    minimum, maximum, first_value, last_value = broken(columns[2], decimals).reshape(4, size)
    number, count = columns[0].astype(np.int64) + first, columns[1].astype(np.int64)
    return Cells(number, count, minimum, maximum, columns[3], first_value, last_value)


def _extremes(values: Column) -> tuple[float | None, float | None, float | None]:
    if not len(values):
        return None, None, None
    return float(values.min()), float(values.max()), float(values.sum())
