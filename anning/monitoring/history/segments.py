"""Segments: the readings of one datastream and day, in one part or, until they are merged, in several."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from anning.monitoring.history.columns import decode, encode
from anning.monitoring.history.database import Cursor
from anning.monitoring.history.figures import Figures, pack_cells, sum_up
from anning.monitoring.history.keys import DAYS, PARTS, STREAMS, key_of, marks, read_key
from anning.monitoring.history.rows import Rows

KEYS_AT_ONCE = 1000
# The columns of figures, in the order of Figures.
FIGURES = (
    "first_ms, last_ms, count, present, faults, good, minimum, maximum, total, first, last, "
    "good_minimum, good_maximum, good_total"
)


class Segment(NamedTuple):
    """One part of a day; ``cells`` and ``readings`` only where they were asked for."""

    key: int
    figures: Figures
    cells: bytes | None = None
    readings: bytes = b""

    @property
    def day(self) -> int:
        """Return the number of its day."""
        return read_key(self.key)[0]

    @property
    def datastream(self) -> int:
        """Return the datastream's id."""
        return read_key(self.key)[1]

    def rows(self) -> Rows:
        """Return its readings in order."""
        return decode(self.readings, self.datastream, self.figures.first_ms, self.figures.size)


def write(cursor: Cursor, key: int, rows: Rows) -> None:
    """Write a part; the rows are in order and within its day."""
    cursor.run(INSERT, made(key, rows))


def made(key: int, rows: Rows) -> list[Any]:
    """Return the table's row for a part: compressing takes time and is done outside of transactions."""
    figures = sum_up(rows)
    stored = list(figures)
    if figures.good == figures.present:
        stored[-3:] = [None] * 3
    return [key, *stored, pack_cells(rows), encode(rows)]


INSERT = (
    f"INSERT INTO history_segment (key, {FIGURES}, cells, readings) VALUES (?, {marks(range(14))}, ?, ?) "  # noqa: S608
    "ON CONFLICT (key) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*FIGURES.split(", "), "cells", "readings"))
)


def of_stream(
    cursor: Cursor, datastream: int, first_day: int, last_day: int, *, cells: bool = False, readings: bool = False
) -> list[Segment]:
    """Return the parts of a datastream's days, in order of day and part."""
    days = _kept_days(cursor, first_day, last_day)
    split = _split_days(cursor)
    whole_days = [day for day in days if not split[0] <= day <= split[1]]
    found = by_keys(cursor, [key_of(day, datastream) for day in whole_days], cells=cells, readings=readings)
    for day in range(max(split[0], days.start), min(split[1] + 1, days.stop)):
        found += _by_range(cursor, key_of(day, datastream), PARTS, cells=cells, readings=readings)
    return sorted(found, key=lambda segment: segment.key)


def of_day(cursor: Cursor, day: int, datastreams: Sequence[int]) -> list[Segment]:
    """Return the parts of a day without readings, in order of datastream and part."""
    split = _split_days(cursor)
    if len(datastreams) <= KEYS_AT_ONCE and not split[0] <= day <= split[1]:
        return sorted(by_keys(cursor, [key_of(day, each) for each in datastreams]), key=lambda segment: segment.key)
    asked = set(datastreams)
    found = _by_range(cursor, key_of(day, 0), STREAMS * PARTS)
    return [segment for segment in found if segment.datastream in asked]


def split_keys(cursor: Cursor, before_day: int) -> list[tuple[int, int]]:
    """Return (day, datastream) of the days before this one that lie in several parts."""
    sql = "SELECT key FROM history_segment WHERE key % 32768 > 0 AND key < ?"
    return sorted({read_key(key)[:2] for (key,) in cursor.all(sql, [key_of(before_day, 0)])})


def by_keys(cursor: Cursor, keys: list[int], *, cells: bool = False, readings: bool = False) -> list[Segment]:
    """Return the parts with these keys, in any order."""
    found: list[Segment] = []
    for at in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[at : at + KEYS_AT_ONCE]
        sql = f"{_select(cells=cells, readings=readings)} WHERE key IN ({marks(some)})"
        found += map(_segment, cursor.all(sql, some))
    return found


def _by_range(cursor: Cursor, key: int, size: int, *, cells: bool = False, readings: bool = False) -> list[Segment]:
    sql = f"{_select(cells=cells, readings=readings)} WHERE key >= ? AND key < ? ORDER BY key"
    return [_segment(row) for row in cursor.all(sql, [key, key + size])]


def _select(*, cells: bool, readings: bool) -> str:
    more = ", cells" * cells + ", NULL" * (not cells) + ", readings" * readings
    return f"SELECT key, {FIGURES}{more} FROM history_segment"  # noqa: S608


def _segment(row: tuple[Any, ...]) -> Segment:
    key, *figures, cells = row[:16]
    if figures[5] == figures[3]:  # all good: the figures are the same
        figures[11:14] = figures[6:9]
    return Segment(key, Figures(*figures), cells, row[16] if len(row) > 16 else b"")


def _kept_days(cursor: Cursor, first_day: int, last_day: int) -> range:
    found = cursor.one("SELECT (SELECT min(key) FROM history_segment), (SELECT max(key) FROM history_segment)")
    if found is None or found[0] is None:
        return range(0)
    return range(max(first_day, read_key(found[0])[0], 0), min(last_day, read_key(found[1])[0], DAYS - 1) + 1)


def _split_days(cursor: Cursor) -> tuple[int, int]:
    """Return the first and last day that lies in several parts for some datastream; few days, mostly today."""
    ends = [
        cursor.one(f"SELECT key FROM history_segment WHERE key % 32768 > 0 ORDER BY key {way} LIMIT 1")  # noqa: S608
        for way in ("ASC", "DESC")
    ]
    first, last = (read_key(end[0])[0] if end else -1 for end in ends)
    return first, last


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
