"""How the readings of one datastream are gathered from where they lie."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from anning.monitoring.history import segments
from anning.monitoring.history.database import Cursor
from anning.monitoring.history.rows import Rows, between, chained, chosen, day_of, in_order, joined


@dataclass(frozen=True, slots=True)
class Series:
    """Columns of equal length, sorted by time."""

    at_ms: NDArray[np.int64]
    values: NDArray[np.float64]
    qualities: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.at_ms)

    @classmethod
    def of(cls, rows: Rows) -> Self:
        """Return the columns of rows."""
        return cls(*(rows[name].copy() for name in ("at_ms", "value", "quality")))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far readings have come on their way from batches over runs to segments."""

    sorted: int
    flushed: int
    flushing: int
    flushed_stream: int

    @classmethod
    def of(cls, cursor: Cursor) -> Self:
        """Return how far they are at this moment."""
        found = cursor.one("SELECT sorted, flushed, flushing, flushed_stream FROM history_progress WHERE id = 1")
        return cls(*(found or (0, 0, 0, -1)))


class Window(NamedTuple):
    """The datastreams from ``first`` to ``last``, both included, and a half-open range of time."""

    first: int
    last: int
    start_ms: int
    end_ms: int


def read_series(cursor: Cursor, datastream: int, start_ms: int, end_ms: int) -> Rows:
    """Return the readings of a datastream in the range, sorted by time, one for each moment."""
    if start_ms >= end_ms:
        return joined(())
    days = day_of(start_ms), day_of(end_ms - 1)
    parts = [each.rows() for each in segments.of_stream(cursor, datastream, *days, readings=True)]
    rows = chained([*parts, read_tail(cursor, datastream, start_ms, end_ms)])
    return between(in_order(rows), start_ms, end_ms)


def read_tail(cursor: Cursor, datastream: int, start_ms: int, end_ms: int) -> Rows:
    """Return what is not yet in segments, in the order of arrival."""
    return read_tails(cursor, Window(datastream, datastream, start_ms, end_ms))


def read_tails(cursor: Cursor, window: Window) -> Rows:
    """Return what is not yet in segments; of each datastream in the order of arrival."""
    progress = Progress.of(cursor)
    at = progress.flushed_stream
    done = read_blocks(cursor, window._replace(last=min(window.last, at)), progress.flushing)
    still = read_blocks(cursor, window._replace(first=max(window.first, at + 1)), progress.flushed)
    return chained([done, still, read_batches(cursor, window, progress.sorted)])


def read_blocks(cursor: Cursor, window: Window, after: int, until: int = 2**62) -> Rows:
    """Return the window of the runs after ``after`` up to ``until``; of each datastream in the order of arrival."""
    first, last, start_ms, end_ms = window
    if last < first:
        return joined(())
    sql = (
        "SELECT number, readings FROM history_block WHERE run > ? AND run <= ? "
        "AND first_stream <= ? AND last_stream >= ? AND last_ms >= ? AND first_ms < ?"
    )
    pieces = [joined(())]
    for _, blob in sorted(cursor.all(sql, [after, until, last, first, start_ms, end_ms])):
        rows = joined((blob,))
        begin, end = np.searchsorted(rows["datastream"], (first, last + 1))
        pieces.append(rows[begin:end])
    return between(chained(pieces), start_ms, end_ms)


def read_batches(cursor: Cursor, window: Window, after: int) -> Rows:
    """Return the window of the batches after ``after``, in the order of arrival."""
    first, last, start_ms, end_ms = window
    sql = "SELECT readings FROM history_batch WHERE number > ? AND last_ms >= ? AND first_ms < ? ORDER BY number"
    rows = joined(blob for (blob,) in cursor.all(sql, [after, start_ms, end_ms]))
    streams = rows["datastream"]
    return between(chosen(rows, (streams >= first) & (streams <= last)), start_ms, end_ms)
