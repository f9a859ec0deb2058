"""Making the database itself forget erased people: its log, dead rows, and the samples its planner keeps."""

import time
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model
from django.db.utils import OperationalError

from anning.accounts.holders import holders
from anning.accounts.models import (
    ApiToken,
    Device,
    Erasure,
    Membership,
    PasswordHistory,
    Person,
    SignInSession,
    User,
)
from anning.journal.models import PersonalKey, PersonalValue
from anning.kernel import clock

OURS: tuple[type[Model], ...] = (
    Person,
    Membership,
    User,
    SignInSession,
    Device,
    ApiToken,
    PasswordHistory,
    Session,
    PersonalKey,
    PersonalValue,
)
PATIENCE_S = 5
# VACUUM FULL keeps every dead row that its own snapshot or a reader here may see. The snapshot begins with the oldest
# transaction that still runs anywhere in the cluster, also in databases of others.
IS_PAST = """
    SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8 AND NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND age(backend_xmin) > age(%s::xid8::xid)
    )
"""
SAMPLED = "SELECT attname FROM pg_stats WHERE schemaname = current_schema() AND tablename = %s"
TYPE_OF = "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s"


def scrub_erased() -> int:
    """Make the database forget the freed pages of erased people; return how many erasures are closed by it.

    Runs outside a transaction, by ``anning work``; what is busy is tried again at the next look.
    """
    waiting = list(Erasure.objects.filter(scrubbed_at=None).values_list("pk", flat=True))
    if not waiting or not _scrub():
        return 0
    return Erasure.objects.filter(pk__in=waiting).update(scrubbed_at=clock.now())


def _scrub() -> bool:
    """Clean freed pages: SQLite folds its log into the file, PostgreSQL rewrites the tables. False when busy."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return not cursor.fetchone()[0]
        try:
            cursor.execute(f"SET lock_timeout = '{PATIENCE_S}s'")
            return _rewrite(cursor)
        except OperationalError:  # somebody uses the table
            return False
        finally:
            cursor.execute("SET lock_timeout = DEFAULT")


def _rewrite(cursor: Any) -> bool:
    """Rewrite the tables and their statistics without what is dead. False while an old reader still sees it."""
    if not _all_see_it(cursor):
        return False
    tables = {model._meta.db_table for model in OURS}
    tables |= {model._meta.db_table for holder in holders.values() for model in holder.tables}
    for table in sorted(tables):
        cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
        _forget_samples_when_empty(cursor, table)
    if not _all_see_it(cursor):  # ... the samples taken just now
        return False
    cursor.execute("VACUUM (FULL) pg_catalog.pg_statistic")  # a database's owner may
    return True


def _all_see_it(cursor: Any) -> bool:
    """Wait until nobody can see the rows as they were before now; False when somebody reads on."""
    cursor.execute("SELECT pg_current_xact_id()::text")
    (now,) = cursor.fetchone()
    until = time.monotonic() + PATIENCE_S
    while True:
        cursor.execute(IS_PAST, [now, now])
        if cursor.fetchone()[0]:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.05)


def _forget_samples_when_empty(cursor: Any, table: str) -> None:
    """Drop the samples of an empty table, which ANALYZE leaves as they were; naming a column's type again does."""
    name = connection.ops.quote_name(table)
    cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")  # noqa: S608 - a table of ours, quoted
    if cursor.fetchone()[0]:
        return
    cursor.execute(SAMPLED, [table])
    for (column,) in cursor.fetchall():
        cursor.execute(TYPE_OF, [name, column])
        (kind,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {name} ALTER COLUMN {connection.ops.quote_name(column)} TYPE {kind}")
