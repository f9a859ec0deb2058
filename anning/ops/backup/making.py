"""Making backups, and keeping only the newest."""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from anning import __version__
from anning.journal import heads, selectors
from anning.journal.services import record
from anning.kernel import clock, district
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.ops.backup import database, passphrase, readings
from anning.ops.backup.archive import Manifest, Writer

NAME = re.compile(r"anning-\d{8}-\d{6}\.tar(\.enc)?")
STORED = re.compile(r"[0-9a-f]{64}")
SPARE = 64 * 1024 * 1024  # bytes that must stay free beside the backup


def make_backup(actor: Actor, *, folder: Path | None = None, secret: str = "") -> Path:
    """Copy database, files and keys into one archive while everybody works on; return its path.

    ``secret`` encrypts it. The database is copied first: every file that it names was stored before it.
    Raises Refused when there is too little room or another backup runs.
    """
    actor.require("ops.make_backup")
    place = folder or settings.HOME / "backups"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(place), tempfile.TemporaryDirectory(prefix=".making-", dir=place) as working:
        _require_room(place)
        plain = Path(working) / "archive"
        digests = _write(plain, Path(working))
        made = _encrypted(plain, secret) if secret else plain
        target = place / _name(encrypted=bool(secret))
        os.replace(made, target)
        _sync(place)
    with transaction.atomic():
        record("backup.make", f"backup:{target.name}", actor, files=digests, encrypted=bool(secret))
    return target


def backups(folder: Path | None = None) -> list[Path]:
    """Return the backups in ``folder``, newest first."""
    place = folder or settings.HOME / "backups"
    found = [path for path in place.iterdir() if NAME.fullmatch(path.name)] if place.is_dir() else []
    return sorted(found, reverse=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup on disk; ``size`` in bytes, ``made_at`` in real time."""

    name: str
    size: int
    made_at: datetime


def kept() -> list[Kept]:
    """Return the automatic backups, newest first."""
    facts = [(path.name, path.stat()) for path in backups(settings.BACKUP_FOLDER)]
    return [Kept(name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC)) for name, stat in facts]


def rotate(keep: int, folder: Path | None = None) -> list[Path]:
    """Delete all but the ``keep`` newest backups; return what was deleted."""
    old = backups(folder)[max(keep, 1) :]
    for path in old:
        path.unlink()
    return old


def applied_migrations() -> list[str]:
    """Return the migrations of the present database."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _write(plain: Path, working: Path) -> int:
    copy, history = working / "database", working / "history"
    manifest = Manifest(
        made_at=clock.now().isoformat(),
        release=__version__,
        vendor=connection.vendor,
        district=district.code(),
        migrations=applied_migrations(),
        head=heads.sign().as_json() if selectors.last_seq() else None,  # before the copy: the copy holds it
    )
    readings.dump(history)  # before the database: judging again raises nothing twice, but would miss what is not there
    database.dump(copy)
    with plain.open("wb") as target:
        plain.chmod(0o600)
        writer = Writer(target)
        writer.add("database", copy)
        writer.add("history", history)
        for path in sorted((settings.HOME / "keys").iterdir()):
            if path.is_file() and not path.name.startswith("."):
                writer.add(f"keys/{path.name}", path)
        for path in sorted(Path(settings.FILES).glob("[0-9a-f][0-9a-f]/*")):
            if STORED.fullmatch(path.name):
                writer.add(f"files/{path.parent.name}/{path.name}", path)
        manifest.digests.update(writer.digests)
        writer.finish(manifest)
        target.flush()
        os.fsync(target.fileno())
    copy.unlink()
    history.unlink(missing_ok=True)
    return len(manifest.digests)


def _encrypted(plain: Path, secret: str) -> Path:
    sealed = plain.with_suffix(".enc")
    with plain.open("rb") as source, sealed.open("wb") as target:
        sealed.chmod(0o600)
        passphrase.encrypt(source, target, secret)
        target.flush()
        os.fsync(target.fileno())
    return sealed


def _name(*, encrypted: bool) -> str:
    real = clock.local(datetime.fromtimestamp(time.time(), UTC))  # an accelerated clock would repeat names
    return f"anning-{real:%Y%m%d-%H%M%S}.tar{'.enc' if encrypted else ''}"


def _require_room(place: Path) -> None:
    files = sum(path.stat().st_size for path in Path(settings.FILES).glob("*/*") if path.is_file())
    needed, free = 2 * (database.size() + readings.size()) + files + SPARE, shutil.disk_usage(place).free
    if needed > free:
        raise Refused(
            f"空间不足，未做备份：约需 {needed >> 20} MB，剩余 {free >> 20} MB",
            "请清理磁盘，或用 --to 指定另一块磁盘上的目录",
        )


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("另一个备份正在进行", "请等它完成") from None
        yield


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
