"""Segments: the readings of one datastream and day, and the parts that they are until the day is over."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from anning.monitoring.history.columns import decode, encode
from anning.monitoring.history.database import Cursor
from anning.monitoring.history.figures import Figures, pack_cells, sum_up
from anning.monitoring.history.keys import DAYS, PARTS, STREAMS, key_of, marks, read_key
from anning.monitoring.history.rows import Rows

KEYS_AT_ONCE = 1000
FEW = 64  # datastreams that are looked up one by one
# The columns of figures, in the order of Figures.
FIGURES = (
    "first_ms, last_ms, count, present, faults, good, minimum, maximum, total, first, last, "
    "good_minimum, good_maximum, good_total"
)


SEGMENT, PART = "history_segment", "history_part"


class Segment(NamedTuple):
    """A whole day or a part of one; ``cells`` (of one width) and ``readings`` only where they were asked for."""

    table: str
    key: int
    figures: Figures
    cells: bytes | None = None
    readings: bytes = b""

    @property
    def day(self) -> int:
        """Return the number of its day."""
        return self.key // (STREAMS * PARTS)

    @property
    def datastream(self) -> int:
        """Return the datastream's id."""
        return self.key // PARTS % STREAMS

    def rows(self, cursor: Cursor | None = None) -> Rows:
        """Return its readings in order, fetched with the cursor where they were not asked for."""
        readings = self.readings
        if not readings and cursor:
            (readings,) = cursor.one(f"SELECT readings FROM {self.table} WHERE key = ?", [self.key]) or (b"",)  # noqa: S608
        return decode(readings, self.datastream, self.figures.first_ms, self.figures.size)


def made(key: int, rows: Rows) -> list[Any]:
    """Return the table's row for readings in order: compressing takes time and is done outside of transactions."""
    figures = sum_up(rows)
    stored = list(figures)
    if figures.good == figures.present:
        stored[-3:] = [None] * 3
    return [key, *stored, *pack_cells(rows), encode(rows)]


def write(cursor: Cursor, table: str, rows: Iterable[list[Any]]) -> None:
    """Write rows of the table, in place of those with the same key."""
    names = (*FIGURES.split(", "), "hours", "cells", "readings")
    cursor.run_many(
        f"INSERT INTO {table} (key, {', '.join(names)}) VALUES ({marks(range(18))}) "  # noqa: S608
        f"ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}",
        rows,
    )


def of_stream(
    cursor: Cursor, datastream: int, first_day: int, last_day: int, *, cells: str = "NULL", readings: bool = False
) -> list[Segment]:
    """Return what is kept of a datastream's days, by day and then in the order of arrival.

    ``cells``: the column of cells that is wanted, ``hours`` or ``cells``.
    """
    columns = _columns(cells, readings=readings)
    days: Sequence[int] = range(first_day, last_day + 1)
    if len(days) > KEYS_AT_ONCE:
        days = _kept_days(cursor, SEGMENT, first_day, last_day)
    found = _by_keys(cursor, SEGMENT, [key_of(day, datastream) for day in days], columns)
    for day in _kept_days(cursor, PART, first_day, last_day):
        found += _by_range(cursor, PART, key_of(day, datastream), PARTS, columns)
    return sorted(found, key=lambda segment: segment.day)


def of_day(cursor: Cursor, day: int, datastreams: Sequence[int]) -> list[Segment]:
    """Return what is kept of a day without readings, of each datastream in the order of arrival."""
    columns = _columns()
    if len(datastreams) > FEW:
        whole, parts = (_by_range(cursor, table, key_of(day, 0), STREAMS * PARTS, columns) for table in (SEGMENT, PART))
        asked = set(datastreams)
        return [segment for segment in (*whole, *parts) if segment.datastream in asked]
    found = _by_keys(cursor, SEGMENT, [key_of(day, each) for each in datastreams], columns)
    for each in datastreams if _kept_days(cursor, PART, day, day) else ():
        found += _by_range(cursor, PART, key_of(day, each), PARTS, columns)
    return found


def parts_of(cursor: Cursor, day: int, datastream: int) -> list[tuple[int, int]]:
    """Return (key, number of readings) of a day's parts, in the order of arrival."""
    sql = f"SELECT key, count FROM {PART} WHERE key >= ? AND key < ? ORDER BY key"  # noqa: S608
    return [(key, size) for key, size in cursor.all(sql, [key_of(day, datastream), key_of(day, datastream) + PARTS])]


def part_keys(cursor: Cursor, before_day: int) -> list[int]:
    """Return the keys of all parts of the days before this one, in order."""
    return [key for (key,) in cursor.all(f"SELECT key FROM {PART} WHERE key < ? ORDER BY key", [key_of(before_day, 0)])]  # noqa: S608


def with_readings(cursor: Cursor, table: str, keys: list[int]) -> list[Segment]:
    """Return what lies under these keys, in their order."""
    return sorted(_by_keys(cursor, table, keys, _columns(readings=True)), key=lambda segment: segment.key)


def _by_keys(cursor: Cursor, table: str, keys: list[int], columns: str) -> list[Segment]:
    found: list[Segment] = []
    for at in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[at : at + KEYS_AT_ONCE]
        sql = f"SELECT {columns} FROM {table} WHERE key IN ({marks(some)})"  # noqa: S608
        found += [_segment(table, row) for row in cursor.all(sql, some)]
    return found


def _by_range(cursor: Cursor, table: str, key: int, size: int, columns: str) -> list[Segment]:
    sql = f"SELECT {columns} FROM {table} WHERE key >= ? AND key < ? ORDER BY key"  # noqa: S608
    return [_segment(table, row) for row in cursor.all(sql, [key, key + size])]


def _columns(cells: str = "NULL", *, readings: bool = False) -> str:
    return f"key, {FIGURES}, {cells}{', readings' * readings}"


def _segment(table: str, row: tuple[Any, ...]) -> Segment:
    key, *figures, cells = row[:16]
    if figures[5] == figures[3]:  # all good: the figures are the same
        figures[11:14] = figures[6:9]
    return Segment(table, key, Figures(*figures), cells, row[16] if len(row) > 16 else b"")


def _kept_days(cursor: Cursor, table: str, first_day: int, last_day: int) -> list[int]:
    """Return the days in the range of which there is anything: one look for each, whatever lies between."""
    sql = f"SELECT key FROM {table} WHERE key >= ? AND key <= ? ORDER BY key LIMIT 1"  # noqa: S608
    days: list[int] = []
    end = key_of(min(last_day, DAYS - 1) + 1, 0) - 1
    while found := cursor.one(sql, [key_of(days[-1] + 1 if days else first_day, 0), end]):
        days.append(read_key(found[0])[0])
    return days


def by_day(segments: Iterable[Segment]) -> dict[int, list[Segment]]:
    """Return the parts by their day."""
    days: dict[int, list[Segment]] = {}
    for segment in segments:
        days.setdefault(segment.day, []).append(segment)
    return days


def groups(rows: Rows, names: Sequence[Any]) -> Iterator[Rows]:
    """Give the runs of rows in which none of the columns ``names`` changes."""
    if not len(rows):
        return
    changes = np.zeros(len(rows) - 1, bool)
    for column in names:
        changes |= column[1:] != column[:-1]
    yield from np.split(rows, np.flatnonzero(changes) + 1)
