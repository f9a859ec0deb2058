"""Writing the journal."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from anning.journal.models import Cursor, Entry, Heartbeat
from anning.journal.registry import listeners
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.digest import canonical
from anning.kernel.errors import NotFound, Refused

FORGET_BEATS = timedelta(days=1)


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


def beat(process: str, instance: str, **detail: Any) -> None:
    """Write the sign of life of one process; signs of instances long gone are dropped."""
    now = clock.now()
    Heartbeat.objects.update_or_create(process=process, instance=instance, defaults={"at": now, "detail": detail})
    Heartbeat.objects.filter(process=process, at__lt=now - FORGET_BEATS).delete()


@transaction.atomic
def skip_entry(listener: str, actor: Actor, *, reason: str) -> Entry:
    """Let a stuck listener pass over the entry that it cannot digest, and journal who decided so and why.

    Raises NotFound for an unknown listener and Refused for one that is not stuck or without a reason.
    """
    actor.require("journal.skip_entry")
    cursor = Cursor.objects.select_for_update().filter(listener=listener).first()
    heard_by = listeners.get(listener)
    if cursor is None or heard_by is None:
        raise NotFound(_("没有名为 %s 的监听者") % listener, _("名称见 anning doctor 或运行状态页"))
    entry = Entry.objects.filter(kind__in=heard_by.kinds, seq__gt=cursor.seq).order_by("seq").first()
    if entry is None or not cursor.failures:
        raise Refused(_("该监听者没有卡住，无需跳过"), _("请核对名称"))
    if not reason.strip():
        raise Refused(_("未写明跳过的原因"), _("请填写原因，它将记入日志"))
    cursor.seq, cursor.failures, cursor.error, cursor.retry_at = entry.seq or 0, 0, "", None
    cursor.save()
    return record("listener.skip", f"listener:{listener}"[:64], actor, cause=entry.uid, seq=entry.seq, reason=reason)
