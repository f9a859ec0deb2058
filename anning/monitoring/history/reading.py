"""How the readings of one datastream are gathered from where they lie."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from anning.monitoring.history.database import Cursor
from anning.monitoring.history.rows import Rows, between, in_order, joined


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
        return cls(*(np.ascontiguousarray(rows[name]) for name in ("at_ms", "value", "quality")))


def read_series(cursor: Cursor, datastream: int, start_ms: int, end_ms: int) -> Rows:
    """Return the readings of a datastream in the range, sorted by time, one for each moment."""
    return in_order(read_tail(cursor, datastream, start_ms, end_ms))


def read_tail(cursor: Cursor, datastream: int, start_ms: int, end_ms: int) -> Rows:
    """Return what is not yet in segments, in the order of arrival."""
    (done,) = cursor.one("SELECT sorted FROM history_progress WHERE id = 1") or (0,)
    sql = "SELECT readings FROM history_batch WHERE number > ? AND last_ms >= ? AND first_ms < ? ORDER BY number"
    rows = joined(blob for (blob,) in cursor.all(sql, [done, start_ms, end_ms]))
    return between(rows[rows["datastream"] == datastream], start_ms, end_ms)
