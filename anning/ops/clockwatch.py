"""Looking after the clock: jumps of this machine's time, and differences to what the data say."""

import time
from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from anning.journal.models import Entry, Heartbeat
from anning.kernel import clock

JUMP_S = 5.0
REMEMBERED_S = 3600.0


class Watch:
    """Compares the wall clock with the monotonic one, which nobody can set."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self.last_jump: tuple[float, float] | None = None  # wall clock of the discovery, seconds jumped

    def look(self) -> float:
        """Return by how many seconds the wall clock jumped since the last look; 0.0 for less than ``JUMP_S``."""
        offset = time.time() - time.monotonic()
        jump, self._offset = offset - self._offset, offset
        if abs(jump) < JUMP_S:
            return 0.0
        self.last_jump = (time.time(), jump)
        return jump


def jumps() -> Iterator[tuple[str, float]]:
    """Yield (process, seconds) of the jumps that the processes saw within the last hour."""
    for beat in Heartbeat.objects.order_by("process"):
        found = beat.detail.get("jump")
        if found and time.time() - found[0] < REMEMBERED_S:
            yield beat.process, found[1]


def lag_behind_journal_s() -> float:
    """Return by how many seconds the clock is behind the newest journal entry; 0.0 when it is not."""
    newest = Entry.objects.order_by("-id").values_list("recorded_at", flat=True).first()
    return max(0.0, (newest - clock.now()).total_seconds()) if newest else 0.0


def lag_of_database_s() -> float:
    """Return by how many seconds the database server's clock is ahead of ours; 0.0 for a database on this machine."""
    if connection.vendor != "postgresql":
        return 0.0
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return there.timestamp() - (before + time.time()) / 2
