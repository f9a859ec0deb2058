"""The same tables in PostgreSQL, over connections of the history's own."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from anning.monitoring.history.database import Cursor
from anning.monitoring.history.errors import HistoryBusy, HistoryFull
from anning.monitoring.history.tables import TABLES

TYPES = {"KEY": "BIGINT PRIMARY KEY", "INTEGER": "BIGINT", "REAL": "DOUBLE PRECISION", "BYTES": "BYTEA"}
# What is compressed already is not compressed again by the server.
BLOBS = (
    ("batch", "readings"),
    ("frames", "frames"),
    ("block", "readings"),
    ("segment", "readings"),
    ("segment", "hours"),
    ("segment", "cells"),
    ("part", "readings"),
    ("part", "hours"),
    ("part", "cells"),
    ("last", "readings"),
    ("state", "state"),
)
LOCK = 0x616E6E696E67  # "anning": of the one writer, held by its connection
KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}  # a dead writer's lock goes soon

Connection = psycopg.Connection[tuple[Any, ...]]


class ServerCursor:
    """A cursor of PostgreSQL."""

    def __init__(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> None:
        self.cursor = cursor

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows."""
        return self._execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        return self._execute(sql, parameters).fetchone()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a change; return how many rows it touched."""
        return self._execute(sql, parameters).rowcount

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a change once for every row of parameters."""
        self.cursor.executemany(_theirs(sql), rows)

    def _execute(self, sql: str, parameters: Sequence[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
        return self.cursor.execute(_theirs(sql), parameters, binary=True)


class PostgresDatabase:
    """Tables in the business database; ``parameters`` are those of psycopg.connect."""

    def __init__(self, parameters: Mapping[str, Any], *, writable: bool) -> None:
        own = ("cursor_factory", "context", "prepare_threshold")  # Django's, not ours
        self._parameters = {name: value for name, value in parameters.items() if name not in own}
        self._idle: list[Connection] = []
        self._turn = threading.Lock()
        self._writable = writable
        self._writer: Connection | None = None
        with self._connect() as connection:
            _make_tables(connection)
        if writable:
            self._writer = self._locked()

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """Give a cursor that sees one moment, whatever is written meanwhile."""
        connection = self._idle.pop() if self._idle else self._reader()
        try:
            with connection.transaction(), connection.cursor() as cursor:
                yield ServerCursor(cursor)
        except psycopg.OperationalError:
            connection.close()
            raise
        finally:
            if not connection.closed:
                self._idle.append(connection)

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Cursor]:
        """Give a cursor whose changes are all kept or none."""
        if not self._writable:
            raise RuntimeError("this history was opened for reading")
        with self._turn:
            connection = self._writer
            if connection is None or connection.closed:
                connection = self._writer = self._locked()  # the server was restarted: the lock went with it
            try:
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL synchronous_commit = {'on' if durable else 'off'}")
                    yield ServerCursor(cursor)
            except psycopg.errors.DiskFull as error:
                raise HistoryFull from error
            except psycopg.OperationalError:
                connection.close()
                raise

    def tidy(self, *, thoroughly: bool = False) -> None:
        """Do nothing: the server's autovacuum does it."""

    def size(self) -> int:
        """Return how many bytes the tables and their indexes take."""
        sql = (
            "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class "
            "WHERE relkind = 'r' AND relname LIKE 'history\\_%' AND pg_table_is_visible(oid)"
        )
        with self._connect() as connection:
            (size,) = connection.execute(sql.encode()).fetchone() or (0,)
        return int(size)

    def close(self) -> None:
        """Let everything go, the writer's lock too."""
        if self._writer is not None:
            with suppress(psycopg.Error):  # at once: the server ends a closed session only a little later
                self._writer.execute("SELECT pg_advisory_unlock_all()")
        for connection in (*self._idle, self._writer):
            if connection is not None:
                connection.close()
        self._idle.clear()
        self._writable, self._writer = False, None

    def _connect(self) -> Connection:
        return psycopg.connect(**{**KEEPALIVE, **self._parameters, "autocommit": True})

    def _reader(self) -> Connection:
        connection = self._connect()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        return connection

    def _locked(self) -> Connection:
        """Return a connection that alone holds the writer's lock. Raises HistoryBusy."""
        connection = self._connect()
        (is_ours,) = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() or (False,)
        if not is_ours:
            with suppress(psycopg.Error):
                connection.close()
            raise HistoryBusy
        return connection


def _theirs(sql: str) -> bytes:
    """Return the statement with PostgreSQL's placeholders."""
    return sql.replace("%", "%%").replace("?", "%s").encode()


def _make_tables(connection: Connection) -> None:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK + 1])
        (found,) = connection.execute("SELECT to_regclass('history_progress')").fetchone() or (None,)
        if found is not None:
            return
        for statement in TABLES:
            connection.execute(statement.format_map(TYPES).encode())
        for table, column in BLOBS:
            connection.execute(f"ALTER TABLE history_{table} ALTER {column} SET STORAGE EXTERNAL".encode())
