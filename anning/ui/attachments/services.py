"""Decisions about attachments: who may change a record adds and removes its files; all of it is journaled."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from anning.journal import personal
from anning.journal.models import Sensitivity
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound, Refused
from anning.ui.attachments import kinds, media, selectors
from anning.ui.models import Attachment
from anning.ui.records import rows
from anning.ui.records import selectors as records
from anning.ui.records.register import Register
from anning.vault import store

MOST = 200  # of one record: a bound against mischief
MEGABYTE = 1024 * 1024


def add(register: Register, actor: Actor, key: int | str, *, name: str, file: IO[bytes]) -> Attachment:
    """Keep a file beside a record.

    Permission and scope come before the first byte is read; the bytes are checked and durable before the transaction
    begins, for a slow disk must hold no lock. Raises Refused for a file that is too large, is there already, or is
    not what its name says.
    """
    actor.require(register.permission("change"))
    pk = records.one(register, actor, key).pk
    limit = settings.ATTACHMENT_MB * MEGABYTE
    if _size_of(file) > limit:
        raise Refused(
            _("文件超过 %s MB") % settings.ATTACHMENT_MB, _("请压缩图片或剪短视频后再上传；确需更大，请联系系统管理员")
        )
    checked = kinds.check(name, file)
    kept = store.keep(_pieces(file), limit=limit)
    drawn = media.small_picture(file) if checked.type.kind == Attachment.Kind.PICTURE else None
    made = Attachment(
        name=checked.name,
        kind=checked.type.kind,
        media_type=checked.type.media_type,
        sha256=kept.sha256,
        size=kept.size,
        small_sha256=store.keep([drawn]).sha256 if drawn else "",
        by=actor.name,
    )
    return _keep(register, actor, pk, made)


@transaction.atomic
def remove(register: Register, actor: Actor, key: int | str, uid: str, *, reason: str) -> None:
    """Take a file away for a reason; its hash stays in the journal. Raises NotFound, and Refused without a reason."""
    actor.require(register.permission("change"))
    row = rows.lock(register, actor, records.one(register, actor, key).pk)
    found = selectors.one(register, actor, key, uid)
    if not reason.strip():
        raise Refused(_("未填写移除原因"), _("请写明为什么移除"), fields={"reason": _("请填写移除原因")})
    said = personal.protect(row.subject, reason.strip())
    _journal("remove", row, actor, found, before=found.name, reason=said)
    found.delete()


@transaction.atomic
def hand_out(register: Register, actor: Actor, key: int | str, uid: str) -> tuple[Attachment, Path]:
    """Return a file and where it lies; of a sensitive record it is journaled who took it. Raises NotFound."""
    actor.require(register.permission("view"))
    row = records.one(register, actor, key)
    found = selectors.one(register, actor, key, uid)
    path = store.path_of(found.sha256)
    if not path.exists():
        raise NotFound(_("附件的文件不在服务器上"), _("请联系系统管理员从备份恢复"))
    if row.sensitivity == Sensitivity.SENSITIVE:
        where = rows.where(row)
        record("attachment.take", row.subject, actor, **where, attachment=found.uid, sha256=found.sha256)
    return found, path


@transaction.atomic
def _keep(register: Register, actor: Actor, key: int, made: Attachment) -> Attachment:
    row = rows.lock(register, actor, key)
    there = selectors.of_row(row)
    if twin := there.filter(sha256=made.sha256).first():
        raise Refused(_("同样的文件已在附件中：%s") % twin.name, _("无需重复上传"))
    if there.count() >= MOST:
        raise Refused(_("一条记录最多 %s 个附件") % MOST, _("请移除不再需要的，或打包为 .zip 后上传"))
    made.about, made.sensitivity, made.exercise = row.subject, row.sensitivity, row.exercise
    made.save()
    _journal("add", row, actor, made, after=made.name)
    return made


def _journal(
    verb: str,
    row: Any,
    actor: Actor,
    file: Attachment,
    *,
    before: str | None = None,
    after: str | None = None,
    **facts: Any,
) -> None:
    changes = {"attachment": [personal.protect(row.subject, name) for name in (before, after)]}
    record(
        f"attachment.{verb}",
        row.subject,
        actor,
        **rows.where(row),
        version=row.version,
        attachment=file.uid,
        sha256=file.sha256,
        size=file.size,
        changes=changes,
        **facts,
    )


def _size_of(file: IO[bytes]) -> int:
    file.seek(0, 2)
    return file.tell()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.read(1 << 16), b"")
