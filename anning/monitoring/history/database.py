"""Where the tables lie: what the history asks of a database, and the file that serves it by default."""

import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from anning.monitoring.history.errors import HistoryBusy, HistoryFull
from anning.monitoring.history.tables import TABLES

FILE_TYPES = {"KEY": "INTEGER PRIMARY KEY", "INTEGER": "INTEGER", "REAL": "REAL", "BYTES": "BLOB"}
NO_ROOM_BYTES = 4 << 20
CHECKPOINT_PAGES = 4000  # the writer's own checkpoints, a backstop: sealing makes them before
FREE_PAGES = 64  # these stay for the next batches
PAGES_AT_ONCE = 256  # given back in one transaction
WAIT_S = 20.0


class Cursor(Protocol):
    """Runs statements whose parameters are written ``?``."""

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows."""
        ...

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        ...

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a change; return how many rows it touched."""
        ...

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a change once for every row of parameters."""
        ...


class Database(Protocol):
    """Snapshots for any number of readers, and transactions of the one writer, one at a time."""

    def reading(self) -> AbstractContextManager[Cursor]:
        """Give a cursor that sees one moment, whatever is written meanwhile."""
        ...

    def writing(self, *, durable: bool = True) -> AbstractContextManager[Cursor]:
        """Give a cursor whose changes are all kept or none.

        ``durable``: on disk when the block ends; otherwise at the latest with the next durable one.
        Raises HistoryFull when no room is left.
        """
        ...

    def tidy(self, *, thoroughly: bool = False) -> None:
        """Do what the store wants done now and then, without holding up the writer; ``thoroughly``: once a day."""
        ...

    def size(self) -> int:
        """Return how many bytes the store takes."""
        ...

    def close(self) -> None:
        """Let everything go, the writer's lock too."""
        ...


class FileCursor:
    """A cursor of SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows."""
        return self.connection.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        row: tuple[Any, ...] | None = self.connection.execute(sql, parameters).fetchone()
        return row

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a change; return how many rows it touched."""
        return self.connection.execute(sql, parameters).rowcount

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a change once for every row of parameters."""
        self.connection.executemany(sql, rows)


class FileDatabase:
    """One SQLite file in WAL: other processes read at any time, and neither waits for the other."""

    def __init__(self, folder: Path, *, writable: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "history.sqlite3"
        self._lock = _locked(folder / "writer.lock") if writable else None
        self._idle: list[sqlite3.Connection] = []
        self._turn = threading.Lock()  # between the threads of the one writer: SQLite's own waiting is not fair
        first = self._open("NORMAL")
        self._writer = self._open("FULL") if writable else None
        self._sealer = first if writable else None
        if not writable:
            self._idle.append(first)

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """Give a cursor that sees one moment, whatever is written meanwhile."""
        with self._naming_full():
            connection = self._idle.pop() if self._idle else self._open("NORMAL")
            try:
                connection.execute("BEGIN")
                yield FileCursor(connection)
            finally:
                _give_up(connection)
                self._idle.append(connection)

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Cursor]:
        """Give a cursor whose changes are all kept or none."""
        connection = self._writer if durable else self._sealer
        if connection is None:
            raise RuntimeError("this history was opened for reading")
        with self._turn, self._naming_full():
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield FileCursor(connection)
                connection.execute("COMMIT")
            except BaseException:
                _give_up(connection)
                raise

    def tidy(self, *, thoroughly: bool = False) -> None:
        """Carry the log over into the file, and ``thoroughly`` give free pages back when they are many."""
        if self._sealer is None:
            return
        with self._naming_full():
            while thoroughly and self._give_back(self._sealer):
                pass
            self._sealer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _give_back(self, connection: sqlite3.Connection) -> bool:
        """Give some free pages back if more than a sixteenth are free; say whether there may be more."""
        with self._turn:
            (free,), (pages,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in FREE)
            if free <= max(FREE_PAGES, pages // 16):
                return False
            connection.executescript(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})")  # execute gives back only one
        return True

    def size(self) -> int:
        """Return how many bytes the file and its log take."""
        return sum(
            each.stat().st_size for each in self.path.parent.glob("history.sqlite3*") if each.suffix[-3:] != "shm"
        )

    def close(self) -> None:
        """Let everything go, the writer's lock too."""
        for connection in (*self._idle, self._writer, self._sealer):
            if connection is not None:
                connection.close()
        self._idle.clear()
        self._writer = self._sealer = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @contextmanager
    def _naming_full(self) -> Iterator[None]:
        """Raise HistoryFull for the errors by which SQLite tells of a full disk."""
        try:
            yield
        except sqlite3.OperationalError as error:
            name = error.sqlite_errorname
            has_room = shutil.disk_usage(self.path.parent).free >= NO_ROOM_BYTES
            if name == "SQLITE_FULL" or (name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")) and not has_room):
                raise HistoryFull from error
            raise

    def _open(self, synchronous: str) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
        if not connection.execute("PRAGMA page_count").fetchone()[0]:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL")
        for pragma in (f"synchronous={synchronous}", f"wal_autocheckpoint={CHECKPOINT_PAGES}", *PRAGMAS):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE" if not _has_tables(connection) else "BEGIN")
        for statement in TABLES if not _has_tables(connection) else ():
            connection.execute(statement.format_map(FILE_TYPES))
        connection.execute("COMMIT")
        return connection


FREE = ("freelist_count", "page_count")
PRAGMAS = ("cache_size=-8000", "mmap_size=1073741824", "temp_store=MEMORY", "journal_size_limit=67108864")


def _has_tables(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'history_progress'").fetchone()
    return found is not None


def _give_up(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _locked(path: Path) -> int:
    """Return an open file that this process alone holds. Raises HistoryBusy."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise HistoryBusy from None
    return file
