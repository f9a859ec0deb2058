"""Reactions: each listener hears sealed entries in order; its effects and its cursor commit together."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from anning.journal.models import Cursor, Entry
from anning.journal.registry import Listener, listeners
from anning.kernel import clock

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 300


def hear_all(heard_by: Iterable[Listener] | None = None, *, limit: int = 100) -> int:
    """Let every listener hear up to ``limit`` entries; return how many were heard. One that fails stops only itself."""
    awake = list(listeners.values() if heard_by is None else heard_by)
    at = {c.listener: c for c in Cursor.objects.filter(listener__in=[listener.name for listener in awake])}
    if fresh := [Cursor(listener=one.name) for one in awake if one.name not in at]:
        Cursor.objects.bulk_create(fresh, ignore_conflicts=True)
        at |= {cursor.listener: cursor for cursor in fresh}
    return sum(_hear(one, limit) for one in awake if _next(one, at[one.name]))


def _hear(listener: Listener, limit: int) -> int:
    for heard in range(limit):
        if not _hear_next(listener):
            return heard
    return limit


def _hear_next(listener: Listener) -> bool:
    """Let the listener hear one entry; False when there is none, it must wait, or another worker serves it."""
    entry = None
    try:
        with transaction.atomic():
            cursor = Cursor.objects.select_for_update(skip_locked=True).filter(listener=listener.name).first()
            entry = _next(listener, cursor) if cursor else None
            if cursor is None or entry is None:
                return False
            listener.react(entry)
            cursor.seq, cursor.failures, cursor.error, cursor.retry_at = entry.seq or 0, 0, "", None
            cursor.save()
    except Exception as error:
        if entry is None:
            raise  # the database, not the reaction
        log.exception("listener %s failed at entry %s", listener.name, entry.seq)
        _keep_failure(listener, error)
        return False
    return True


def _next(listener: Listener, cursor: Cursor) -> Entry | None:
    """Return the next entry for the listener, unless it waits after a failure."""
    if cursor.retry_at and cursor.retry_at > clock.now():
        return None
    return Entry.objects.filter(kind__in=listener.kinds, seq__gt=cursor.seq).order_by("seq").first()


@transaction.atomic
def _keep_failure(listener: Listener, error: Exception) -> None:
    """Show the failure in health and let the listener try the same entry again, later each time."""
    cursor = Cursor.objects.select_for_update().get(listener=listener.name)
    cursor.failures += 1
    cursor.error = f"{type(error).__name__}: {error}"[:300]
    cursor.retry_at = clock.now() + timedelta(seconds=min(2 ** min(cursor.failures - 1, 16), LONGEST_WAIT_S))
    cursor.save()
