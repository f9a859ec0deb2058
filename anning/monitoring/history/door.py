"""The one door to the history of readings."""

import threading
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from anning.monitoring.history import export, retention, sealing
from anning.monitoring.history.database import Database
from anning.monitoring.history.errors import HistoryForeign
from anning.monitoring.history.last import Last, Newest
from anning.monitoring.history.reading import Series, read_series
from anning.monitoring.history.rows import ROW, day_of, pack, unpack
from anning.monitoring.history.tables import FORMAT
from anning.monitoring.history.trends import Days, Trend, read_days, read_trend
from anning.monitoring.observations import Observations

BATCHES_AT_ONCE = 256


class History:
    """Keeps every reading; one process writes, any number read at the same time.

    Moments are milliseconds since 1970 (UTC), ranges are half-open, days those of Asia/Shanghai. Of several readings
    of one datastream for one moment, the last to arrive counts.
    """

    def __init__(self, database: Database, *, writable: bool, days: int = 0, frames_days: int = 0) -> None:
        """``days`` and ``frames_days``: how long readings and raw frames are kept, 0 for ever.

        Raises HistoryForeign for tables of another format.
        """
        with database.reading() as cursor:
            (found,) = cursor.one("SELECT format FROM history_progress WHERE id = 1") or (0,)
        if found != FORMAT:
            database.close()
            raise HistoryForeign(found)
        self._database = database
        self._writable = writable
        self._days, self._frames_days = days, frames_days
        self._appending = threading.Lock()
        self._sealing = threading.Lock()
        self._newest = Newest()
        self._number: int | None = None  # of the last batch; None: to be read from the database

    def append(self, observations: Observations, frames: bytes | None = None) -> int:
        """Keep a batch, and the raw ``frames`` it came from; return its number once it is on disk.

        Numbers run 1, 2, 3 … without a gap. Raises HistoryFull when no room is left: nothing of the batch is kept
        then. Raises ValueError for times outside 1970 to 2327 and negative ids.
        """
        rows = pack(observations)
        first_ms, last_ms = (int(rows["at_ms"].min()), int(rows["at_ms"].max())) if len(rows) else (0, 0)
        raw = None if frames is None else zlib.compress(frames, 1)
        received_ms = int(observations.received_ms)
        with self._appending:
            try:
                number = self._last_number() + 1
                with self._database.writing() as cursor:
                    cursor.run(
                        "INSERT INTO history_batch (number, received_ms, first_ms, last_ms, size, readings) "
                        "VALUES (?, ?, ?, ?, ?, ?)",
                        [number, received_ms, first_ms, last_ms, len(rows), rows.tobytes()],
                    )
                    if raw is not None:
                        sql = "INSERT INTO history_frames (batch, received_ms, frames) VALUES (?, ?, ?)"
                        cursor.run(sql, [number, received_ms, raw])
                    has_saved = self._newest.save(cursor)
            except BaseException:
                self._number = None  # whether it was kept is uncertain after some errors: look
                raise
            if has_saved:
                self._newest.saved()
            self._number = number
            self._newest.take(rows, received_ms, number)
        return number

    def series(self, datastream: int, start_ms: int, end_ms: int) -> Series:
        """Return the readings of a datastream in the range, sorted by time, one for each moment."""
        with self._database.reading() as cursor:
            rows = read_series(cursor, datastream, start_ms, end_ms)
        return Series.of(rows)

    def trend(
        self, datastream: int, start_ms: int, end_ms: int, buckets: int = 500, *, without_faults: bool = False
    ) -> Trend:
        """Return the figures of the range in at most so many buckets, which begin at round times in Asia/Shanghai.

        What was reported as missing is left out, with ``without_faults`` what is marked as a fault too.
        """
        with self._database.reading() as cursor:
            return read_trend(cursor, datastream, start_ms, end_ms, buckets, without_faults=without_faults)

    def days(self, datastreams: Sequence[int], first_day: date, last_day: date) -> Days:
        """Return the figures of the days from ``first_day`` to ``last_day``, both included."""
        with self._database.reading() as cursor:
            return read_days(cursor, datastreams, first_day, last_day)

    def last(self) -> Last:
        """Return of every datastream the reading of the newest phenomenon time."""
        with self._appending:
            if self._writable:
                self._last_number()
            else:
                with self._database.reading() as cursor:
                    self._newest.catch_up(cursor)
            newest = self._newest
        return newest.columns()

    def batches(self, after: int) -> Iterator[tuple[int, Observations]]:
        """Give the batches after this number, oldest first, that are still kept as they arrived.

        All are that no saved state includes yet, and those that are not yet sealed.
        """
        sql = "SELECT number, received_ms, readings FROM history_batch WHERE number > ? ORDER BY number LIMIT ?"
        while True:
            with self._database.reading() as cursor:
                found = cursor.all(sql, [after, BATCHES_AT_ONCE])
            for number, received_ms, blob in found:
                yield number, unpack(np.frombuffer(blob, ROW), received_ms)
                after = number
            if len(found) < BATCHES_AT_ONCE:
                return

    def raw_frames(self, start_ms: int, end_ms: int) -> Iterator[tuple[int, bytes]]:
        """Give the raw bytes received in the range, each with its moment of reception, in the order of arrival."""
        sql = (
            "SELECT batch, received_ms, frames FROM history_frames "
            "WHERE batch > ? AND received_ms >= ? AND received_ms < ? ORDER BY batch LIMIT ?"
        )
        after = 0
        while True:
            with self._database.reading() as cursor:
                found = cursor.all(sql, [after, start_ms, end_ms, BATCHES_AT_ONCE])
            for after, received_ms, raw in found:  # noqa: B007  # the last one is where the next page begins
                yield received_ms, zlib.decompress(raw)
            if len(found) < BATCHES_AT_ONCE:
                return

    def save_state(self, name: str, batch: int, blob: bytes) -> None:
        """Save a state that includes the batches up to this number; later ones are kept until it moves on."""
        with self._database.writing() as cursor:
            cursor.run(
                "INSERT INTO history_state (name, batch, state) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET batch = excluded.batch, state = excluded.state",
                [name.encode(), batch, blob],
            )

    def load_state(self, name: str) -> tuple[int, bytes] | None:
        """Return the saved state and the last batch it includes, or None."""
        with self._database.reading() as cursor:
            found = cursor.one("SELECT batch, state FROM history_state WHERE name = ?", [name.encode()])
        return (found[0], bytes(found[1])) if found else None

    def seal(self, now_ms: int, *, everything: bool = False) -> int:
        """Compress what is due; return how many readings were. Call it every second or so, from any thread.

        Batches go as soon as every saved state includes them. ``everything``: also what is not yet due.
        """
        with self._sealing:
            today = day_of(now_ms)
            everything = everything or sealing.is_day_over(self._database, today)
            sealed = sealing.seal(self._database, today, streams=len(self._newest.rows), everything=everything)
            with self._appending:
                self._last_number()
                with self._database.writing(durable=False) as cursor:
                    has_saved = self._newest.save(cursor, anyway=everything)
                if has_saved:
                    self._newest.saved()
            sealing.drop_batches(self._database)
            self._database.tidy(thoroughly=everything)
        return sealed

    def expire(self, now_ms: int, days_of: retention.DaysOf | None = None) -> int:
        """Drop sealed days and raw frames that are older than they are kept; return how many readings went.

        ``days_of`` tells for a datastream how many days it is kept, 0 for ever, None as the setting says.
        """
        with self._sealing:
            gone = retention.expire_segments(self._database, now_ms, self._days, days_of)
            retention.expire_frames(self._database, now_ms, self._frames_days)
        return gone

    def digest(self, datastream: int, start_ms: int, end_ms: int) -> str:
        """Return the SHA-256 of a series: the same for the same readings, however they lie."""
        return export.digest(datastream, start_ms, end_ms, self.series(datastream, start_ms, end_ms))

    def export_csv(self, path: Path, datastreams: Sequence[int], start_ms: int, end_ms: int) -> int:
        """Write readings as CSV; return how many."""
        return export.write_csv(path, self.series, datastreams, start_ms, end_ms)

    def export_parquet(self, path: Path, datastreams: Sequence[int], start_ms: int, end_ms: int) -> int:
        """Write readings as Parquet; return how many. Raises ExportMissing without pyarrow."""
        return export.write_parquet(path, self.series, datastreams, start_ms, end_ms)

    def size(self) -> int:
        """Return how many bytes the history takes."""
        return self._database.size()

    def close(self) -> None:
        """Let the history go; another process may write it now."""
        self._database.close()

    def _last_number(self) -> int:
        if self._number is None:
            with self._database.reading() as cursor:
                (number,) = cursor.one("SELECT max(number) FROM history_batch") or (None,)
                self._newest = Newest()
                self._newest.catch_up(cursor)
            self._number = number or 0
        return self._number
