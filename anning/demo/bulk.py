"""Writing very many rows at once: COPY on PostgreSQL, one prepared INSERT on SQLite."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice, product
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model

from anning.journal.models import Record, Sensitivity
from anning.kernel import clock
from anning.kernel.uid import new_uid

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of a ULID
COUNTED = 5  # signs at the end of a ULID that are counted up: 33 million uids of one head
CHUNK = 20_000


def uids() -> Iterator[str]:
    """Yield fresh ULIDs in ascending order, which an index takes far quicker than scattered ones."""
    head = new_uid()[:-COUNTED]
    return (head + "".join(tail) for tail in product(SIGNS, repeat=COUNTED))


def next_key(model: type[Model]) -> int:
    """Return the first primary key that is free."""
    return (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def write_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows of values as the database keeps them; return how many. A Record gets its own columns by itself."""
    fields = {field.name: field.column for field in model._meta.concrete_fields}
    names = [str(fields[column]) for column in columns]
    filled: Iterable[Iterable[Any]] = rows
    if issubclass(model, Record):
        now = connection.ops.adapt_datetimefield_value(clock.now())
        constants = (1, Sensitivity.INTERNAL.value, False, now, now)
        names += ["uid", "version", "sensitivity", "exercise", "created_at", "changed_at"]
        filled = (chain(row, (uid,), constants) for row, uid in zip(rows, uids(), strict=False))
    count = _send(model._meta.db_table, names, filled)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return count


def as_day(value: date | None) -> Any:
    """Return a day as the database keeps it."""
    return connection.ops.adapt_datefield_value(value)


def _send(table: str, names: list[str], rows: Iterable[Iterable[Any]]) -> int:
    """Send the rows in chunks, each made before it is sent: making one may ask the database on this connection."""
    quoted = ", ".join(map(connection.ops.quote_name, names))
    send = _copy if connection.vendor == "postgresql" else _insert
    count, left = 0, iter(rows)
    while chunk := [tuple(row) for row in islice(left, CHUNK)]:
        send(table, quoted, chunk)
        count += len(chunk)
    return count


def _copy(table: str, quoted: str, chunk: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
        for row in chunk:
            copy.write_row(row)


def _insert(table: str, quoted: str, chunk: list[tuple[Any, ...]]) -> None:
    places = ", ".join(["%s"] * len(chunk[0]))
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{table}" ({quoted}) VALUES ({places})', chunk)  # noqa: S608 - our own names
