"""What operations look after again and again: the daily backup, the nightly walk over the whole chain."""

import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

from django.conf import settings
from django.db import transaction

from anning.journal import selectors as journal
from anning.journal.registry import periodic
from anning.journal.services import record
from anning.journal.verification import verify
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
    now = datetime.fromtimestamp(time.time() if real is None else real, UTC)
    made = backup.backups(settings.BACKUP_FOLDER)
    return not made or made[0].stat().st_mtime < _last(settings.BACKUP_AT, now).timestamp()


@periodic("ops.verify", every_s=60.0)
def verify_whole_chain() -> int:
    """Walk the whole chain once a night and journal what came out."""
    if not settings.VERIFY_AT or not is_verification_due():
        return 0
    walk = verify()
    broken = str(walk.broken) if walk.broken else ""
    with transaction.atomic():
        record("journal.verify", "journal:chain", system(), count=walk.entries, seq=walk.seq, broken=broken)
    return 0


def is_verification_due() -> bool:
    """Whether anything is sealed and nobody has walked the chain since the last time of day for it."""
    last = journal.last_verification()
    return journal.last_seq() > 0 and (last is None or last.recorded_at < _last(settings.VERIFY_AT, clock.now()))


def _last(time_of_day: str, now: datetime) -> datetime:
    """Return the last instant before ``now`` at which it was so late in Asia/Shanghai."""
    here, at = clock.local(now), clock_time.fromisoformat(time_of_day)
    due = here.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return due if due <= here else due - timedelta(days=1)
