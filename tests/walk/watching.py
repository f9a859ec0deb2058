"""What one request did to the database, read from its SQL: which records it wrote, and whether it journaled."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from anning.journal.models import Entry, Record

WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
RECORDS = {model._meta.db_table for model in apps.get_models() if issubclass(model, Record)}
JOURNAL = Entry._meta.db_table


@dataclass
class Deeds:
    """The tables that were written."""

    tables: set[str] = field(default_factory=set)

    @property
    def records(self) -> set[str]:
        """The journaled tables among them."""
        return self.tables & RECORDS

    @property
    def is_journaled(self) -> bool:
        """Whether an entry was written with them."""
        return JOURNAL in self.tables

    def see(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Note the table that a statement writes, and let it pass."""
        if found := WRITE.match(sql):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


@contextmanager
def undone() -> Iterator[Deeds]:
    """Watch what happens inside, then take all of it back."""
    deeds = Deeds()
    with transaction.atomic():
        with connection.execute_wrapper(deeds.see):
            yield deeds
        transaction.set_rollback(True)
