"""What operations look after again and again: the daily backup."""

import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

from django.conf import settings

from anning.journal.registry import periodic
from anning.kernel import clock
from anning.kernel.actor import system
from anning.ops import backup


@periodic("ops.backup", every_s=60.0)
def make_daily_backup() -> int:
    """Make the backup of the day once its time has come, and keep only the newest ones."""
    if not settings.BACKUP_AT or not is_backup_due():
        return 0
    backup.make_backup(system("ops.make_backup"), folder=settings.BACKUP_FOLDER, secret=settings.BACKUP_PASSPHRASE)
    backup.rotate(settings.BACKUP_KEEP, settings.BACKUP_FOLDER)
    return 0


def is_backup_due(*, real: float | None = None) -> bool:
    """Whether no backup was made since the last time of day for it; in real time, since real disks fail.

    ``real`` is the instant that counts as now, in seconds since 1970.
    """
    now = clock.local(datetime.fromtimestamp(time.time() if real is None else real, UTC))
    at = clock_time.fromisoformat(settings.BACKUP_AT)
    due = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if due > now:
        due -= timedelta(days=1)
    made = backup.backups(settings.BACKUP_FOLDER)
    return not made or made[0].stat().st_mtime < due.timestamp()
