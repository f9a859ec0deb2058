"""Of every datastream the newest reading: kept in memory, and every so often beside the batches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anning.monitoring.history.database import Cursor
from anning.monitoring.history.rows import ROW, Rows, chained, chosen

NEWEST = np.dtype([*ROW.descr, ("received_ms", "<i8")])
SAVE_ROWS, SAVE_BATCHES = 65_536, 512  # so few need be read again by another process


@dataclass(frozen=True, slots=True)
class Last:
    """Columns of equal length, sorted by datastream: its reading of the newest phenomenon time."""

    datastreams: NDArray[np.int32]
    at_ms: NDArray[np.int64]
    values: NDArray[np.float64]
    qualities: NDArray[np.uint8]
    received_ms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.datastreams)


class Newest:
    """The newest readings among the batches up to ``batch``."""

    def __init__(self) -> None:
        self.batch = 0
        self.rows: Rows = np.empty(0, NEWEST)
        self._saved = 0  # the batch up to which they are saved
        self._since = 0  # rows taken since then

    def take(self, rows: Rows, received_ms: int, batch: int) -> None:
        """Take one batch in."""
        self._merge(_dated(rows, received_ms))
        self.batch = batch
        self._since += len(rows)

    def catch_up(self, cursor: Cursor) -> None:
        """Take in what was appended since, from the saved state where batches are gone."""
        found = cursor.one("SELECT batch FROM history_last WHERE id = 1")
        if found and found[0] > self.batch:
            batch, saved = cursor.one("SELECT batch, readings FROM history_last WHERE id = 1") or (0, b"")
            self.rows = np.frombuffer(saved, NEWEST)
            self.batch = self._saved = batch
            self._since = 0
        sql = "SELECT number, received_ms, readings FROM history_batch WHERE number > ? ORDER BY number"
        tail = cursor.all(sql, [self.batch])
        if tail:
            rows = chained([_dated(np.frombuffer(blob, ROW), received) for _, received, blob in tail])
            self._merge(rows)
            self.batch = tail[-1][0]
            self._since += len(rows)

    def save(self, cursor: Cursor, *, anyway: bool = False) -> bool:
        """Save when much was taken since; say whether that happened. ``saved`` confirms it after the commit."""
        if not anyway and self._since < SAVE_ROWS and self.batch - self._saved < SAVE_BATCHES:
            return False
        cursor.run(
            "INSERT INTO history_last (id, batch, readings) VALUES (1, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, readings = excluded.readings",
            [self.batch, self.rows.tobytes()],
        )
        return True

    def saved(self) -> None:
        """Note that what was saved is committed."""
        self._saved, self._since = self.batch, 0

    def columns(self) -> Last:
        """Return the newest readings as columns."""
        rows = self.rows
        return Last(*(rows[name].copy() for name in NEWEST.names or ()))

    def _merge(self, rows: Rows) -> None:
        if not len(rows):
            return
        rows = chosen(rows, np.lexsort((rows["at_ms"], rows["datastream"])))  # stable: the later arrival comes last
        streams = rows["datastream"]
        rows = chosen(rows, np.append(streams[1:] != streams[:-1], True))
        known = self.rows["datastream"]
        places = np.searchsorted(known, rows["datastream"])
        fits = places < len(known)
        fits[fits] = known[places[fits]] == rows["datastream"][fits]
        merged = self.rows.copy()
        newer = fits.copy()
        newer[fits] = rows["at_ms"][fits] >= merged["at_ms"][places[fits]]
        merged[places[newer]] = rows[newer]
        if not fits.all():
            merged = np.insert(merged, places[~fits], rows[~fits])
        self.rows = merged  # replaced whole: another thread may be reading the old one


def _dated(rows: Rows, received_ms: int) -> Rows:
    dated = np.empty(len(rows), NEWEST)
    for name in ROW.names or ():
        dated[name] = rows[name]
    dated["received_ms"] = received_ms
    return dated
