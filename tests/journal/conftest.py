"""What the tests of the journal stand on: entries that are written, and sealed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.journal.services import record
from anning.kernel.actor import Actor

OFFICER = Actor("user:7", frozenset({"journal.view_entry_all", "journal.view_sensitive_entry"}))

Write = Callable[..., Entry]


@pytest.fixture
def write(db: None) -> Write:
    """``write("document.change", "document:1", …)`` records one entry in its own transaction."""

    def one(kind: str = "document.change", subject: str = "document:1", actor: Actor = OFFICER, **facts: Any) -> Entry:
        with transaction.atomic():
            return record(kind, subject, actor, **facts)

    return one


@pytest.fixture
def chain(write: Write) -> list[Entry]:
    """Six sealed entries."""
    for number in range(1, 7):
        write("document.change", f"document:{number}", area_code="120117001", version=number, title=f"第{number}号")
    seal()
    return list(Entry.objects.order_by("seq"))
