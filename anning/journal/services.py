"""Writing the journal."""

from datetime import datetime
from typing import Any

from django.db import connection

from anning.journal.models import Entry
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.digest import canonical


def record(
    kind: str,
    subject: str,
    actor: Actor,
    *,
    area_code: str = "",
    organisation_path: str = "",
    sensitivity: str = "internal",
    exercise: bool = False,
    at: datetime | None = None,
    cause: str = "",
    version: int = 0,
    **data: Any,
) -> Entry:
    """Write one entry in the caller's transaction. The sealer numbers and chains it later.

    Raises RuntimeError outside a transaction: an entry must live or die with its change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs in the transaction of the change that it records")
    now = clock.now()
    return Entry.objects.create(
        at=at or now,
        recorded_at=now,
        kind=kind,
        subject=subject,
        actor=actor.name,
        area_code=area_code,
        organisation_path=organisation_path,
        sensitivity=sensitivity,
        exercise=exercise,
        cause=cause,
        content_version=version,
        body=canonical(data),
    )
