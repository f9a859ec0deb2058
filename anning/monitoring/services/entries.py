"""What is kept of an alarm's life: a line under the alarm, an entry in the journal."""

from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import place_of
from anning.journal import personal
from anning.journal.labels import describe
from anning.journal.models import Entry, Record
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.kernel.lifecycle import Lifecycle
from anning.monitoring.lifecycle import ALARM, DEVICE, LIMITS, WINDOW
from anning.monitoring.models import Alarm, AlarmEvent

SHORT = 300  # characters of the text of a line

LIVES: tuple[tuple[str, Any, Lifecycle], ...] = (
    ("alarm", _("报警"), ALARM),
    ("fielddevice", _("监测设备"), DEVICE),
    ("window", _("检修摘除"), WINDOW),
    ("limitversion", _("报警限值"), LIMITS),
    ("rule", _("组合规则"), LIMITS),
)
for noun, words, life in LIVES:
    for move in life.moves:
        describe(f"{noun}.{move.name}", format_lazy("{} {}", words, move.label))
for kind, words in {
    "alarm.raise": _("报警 发生"),
    "alarm.repeat": _("报警 再次发生"),
    "alarm.return": _("报警 恢复"),
    "alarm.tell": _("报警 通知下一级"),
    "alarm.judge": _("报警 研判"),
    "alarm.hand_up": _("报警 上报"),
    "alarm.close": _("报警 消警"),
    "alarm.agree": _("报警 多点印证"),
    "fielddevice.key": _("监测设备 签发密钥"),
    "fielddevice.end_key": _("监测设备 停用密钥"),
    "datastream.camera": _("监测点位 视频状态"),
    "window.request": _("检修摘除 申请"),
    "window.expire": _("检修摘除 到时结束"),
    "limitversion.draft": _("报警限值 拟定"),
    "limitversion.try": _("报警限值 试算"),
    "rule.draft": _("组合规则 拟定"),
    "fault.order": _("设备故障 派工单"),
}.items():
    describe(kind, words)


def keep(
    alarm: Alarm, move: str, actor: Actor, now: datetime, *, verb: str = "", text: str = "", **facts: Any
) -> Alarm:
    """Write a changed alarm with the line under it and the entry ``alarm.<verb>`` (default: the move)."""
    text = text.strip()
    alarm.version += 1
    alarm.save()
    line(alarm, move, actor, now, text=text).save()
    note(alarm, verb or move, actor, at=now, text=text, **facts)
    return alarm


def line(
    alarm: Alarm,
    move: str,
    actor: Actor,
    now: datetime,
    *,
    at: datetime | None = None,
    text: str = "",
    value: float | None = None,
    limit: float | None = None,
    key: str | None = None,
) -> AlarmEvent:
    """Return the line of one event, not yet written; state and tier are the alarm's after it."""
    return AlarmEvent(
        alarm=alarm,
        at=at or now,
        recorded_at=now,
        move=move,
        actor=actor.name,
        state=alarm.state,
        tier=alarm.tier,
        value=value,
        limit=limit,
        text=text[:SHORT],
        key=key,
    )


def note(alarm: Alarm, verb: str, actor: Actor, *, at: datetime | None = None, cause: str = "", **facts: Any) -> Entry:
    """Record ``alarm.<verb>`` with every fact that a listener above needs.

    What somebody wrote may name people: the chain keeps its digest, the words can be erased.
    """
    if facts.get("text"):
        facts["text"] = personal.protect(alarm.subject, facts["text"])
    said = facts_of(alarm) | facts
    return record(f"alarm.{verb}", alarm.subject, actor, **where(alarm), at=at, cause=cause, **said)


def facts_of(alarm: Alarm) -> dict[str, Any]:
    """Return what the journal says of an alarm each time."""
    point = alarm.datastream
    return {
        "title": str(alarm),
        "url": alarm.get_absolute_url(),
        "datastream": point.pk,
        "point": point.name,
        "point_kind": point.kind,
        "medium": point.medium,
        "unit": point.unit,
        "position": point.position,
        "longitude": point.longitude,
        "latitude": point.latitude,
        "enterprise": alarm.enterprise_id,
        "place": str(alarm.enterprise or point.device),
        "condition": alarm.condition,
        "rule": alarm.rule,
        "state": alarm.state,
        "tier": alarm.tier,
        "priority": alarm.priority,
        "value": alarm.value,
        "limit": alarm.limit,
        "peak": alarm.peak,
        "onset_at": alarm.onset_at.isoformat(),
        "episodes": alarm.episodes,
        "due_at": alarm.due_at and alarm.due_at.isoformat(),
    }


def where(row: Record) -> dict[str, Any]:
    """Return the facts of place and 密级 that every entry about the row carries."""
    area_code, path = place_of(row)
    return {
        "area_code": area_code,
        "organisation_path": path,
        "sensitivity": row.sensitivity,
        "exercise": row.exercise,
        "version": row.version,
    }
