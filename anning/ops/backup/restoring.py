"""Bringing an installation back from a backup."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from anning.journal.heads import SignedHead
from anning.journal.services import record
from anning.journal.verification import Walk, verify
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.ops import home
from anning.ops.backup import archive, database, passphrase, readings
from anning.ops.backup.archive import Manifest
from anning.ops.lock import sole_use
from anning.vault import keys


def restore(path: Path, actor: Actor, *, secret: str = "", force: bool = False) -> Walk:
    """Replace database, keys and files by those of a backup, and walk the chain; return what the walk saw.

    Nothing is touched before the whole archive has been compared with its manifest. With ``force`` an
    installation that is not empty is replaced; what it held is kept aside in ``replaced-…``. Raises Refused for a
    damaged archive, one of a newer release or another kind of database, a running platform, or an
    installation that is not empty.
    """
    actor.require("ops.restore_backup")
    if not path.is_file():
        raise Refused(f"找不到备份 {path}", "请检查路径")
    with sole_use(settings.HOME), _plain(path, secret) as plain:
        manifest = archive.examine(plain)
        _require_fitting(manifest)
        if not (force or _is_empty()):
            raise Refused("数据目录不是空的，未恢复", "请用 ANNING_HOME 指定空目录，或确认后加 --force 覆盖")
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=settings.HOME) as working:
            archive.extract(plain, Path(working))
            _put_in_place(Path(working))
        call_command("migrate", verbosity=0, interactive=False)
        walk = verify(promises=_promises(manifest))
        with transaction.atomic():
            record("backup.restore", f"backup:{path.name}", actor, made_at=manifest.made_at, release=manifest.release)
        return walk


@contextmanager
def _plain(path: Path, secret: str) -> Iterator[Path]:
    if not passphrase.is_encrypted(path):
        yield path
        return
    if not secret:
        raise Refused("备份已加密", "请用 --passphrase-file 或 ANNING_BACKUP_PASSPHRASE 给出口令")
    with tempfile.NamedTemporaryFile(prefix=".decrypting-", dir=settings.HOME) as target:
        with path.open("rb") as source:
            passphrase.decrypt(source, target, secret)
        target.flush()
        yield Path(target.name)


def _require_fitting(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise Refused(
            f"备份来自 {manifest.vendor}，当前数据库是 {connection.vendor}", "请把 ANNING_DATABASE_URL 设为同类数据库"
        )
    if unknown := home.unknown_to_this_release(manifest.migrations):
        raise Refused(
            f"备份由更新的版本 {manifest.release} 制作（{'、'.join(unknown[:3])}）", "请安装不低于该版本的程序后再恢复"
        )
    if manifest.head and not SignedHead.read(manifest.head).is_genuine:
        raise Refused("备份清单中的链头签名无效", "备份已被改动，请使用另一份备份")


def _is_empty() -> bool:
    try:
        return home.is_empty() and not any(Path(settings.FILES).glob("*/*"))
    except DatabaseError:  # no tables yet
        return True


def _put_in_place(working: Path) -> None:
    """Move what was there aside, then the backup in; both lie on one disk, so each move is a rename."""
    aside = settings.HOME / f"replaced-{time.strftime('%Y%m%d-%H%M%S')}"
    aside.mkdir(mode=0o700)
    database.set_aside(aside / "database")
    database.load(working / "database")
    readings.put_in_place(working / "history", aside)
    for name, place in (("keys", settings.HOME / "keys"), ("files", Path(settings.FILES))):
        if place.is_dir():
            shutil.move(place, aside / name)
        (working / name).mkdir(exist_ok=True, mode=0o700)
        shutil.move(working / name, place)
    keys.derived.cache_clear()
    keys.signing_key.cache_clear()


def _promises(manifest: Manifest) -> list[SignedHead]:
    return [SignedHead.read(manifest.head)] if manifest.head else []
