"""Silences, each with its end: the shelf of an operator, and windows of maintenance and bypass."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.selectors import find_scoped
from anning.journal import personal
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor, system
from anning.kernel.errors import Refused
from anning.monitoring import permissions
from anning.monitoring.lifecycle import ALARM, ANNUNCIATED, WINDOW
from anning.monitoring.models import Alarm, Datastream, Tier, Verdict, Window
from anning.monitoring.services.acting import JOINED, locked
from anning.monitoring.services.entries import keep, where
from anning.monitoring.services.escalating import unsilence
from anning.ui.records import services as records
from anning.ui.records.register import Register

PLATFORM = system()
BATCH = 100


@transaction.atomic
def shelve(
    alarm_id: int, actor: Actor, *, reason: str, minutes: float | None = None, now: datetime | None = None
) -> Alarm:
    """Put an alarm aside for a time; it comes back by itself.

    Raises Refused without a reason, for too long a time, and for an alarm of the highest tier not judged to be false.
    """
    actor.require(permissions.SHELVE)
    alarm, now = locked(alarm_id, actor), now or clock.now()
    bounds = rulebook.value("ALM-SHELVE-MINUTES", now)
    minutes = bounds["usual"] if minutes is None else minutes
    if not reason.strip():
        raise Refused(_("没有写明搁置原因"), _("请填写后再提交"), fields={"reason": _("必填")})
    if not 1 <= minutes <= bounds["most"]:
        complaint = _("搁置时间应为 1 至 %s 分钟") % bounds["most"]
        raise Refused(complaint, _("更久请申请检修摘除"), fields={"minutes": complaint})
    if alarm.tier == Tier.ALARM and alarm.verdict != Verdict.FALSE:
        raise Refused(_("报警级未研判为误报，不能搁置"), _("请先电话和视频核实"))
    alarm.state = ALARM.after(alarm.state, "shelve")
    alarm.shelved_until = alarm.due_at = now + timedelta(minutes=minutes)
    _quiet(alarm)
    keep(alarm, "shelve", actor, now, text=reason.strip(), until=alarm.shelved_until.isoformat())
    return alarm


@transaction.atomic
def unshelve(alarm_id: int, actor: Actor, *, text: str = "", now: datetime | None = None) -> Alarm:
    """Take an alarm off the shelf before its time. Raises IllegalMove for one that is not shelved."""
    actor.require(permissions.SHELVE)
    alarm = locked(alarm_id, actor)
    if alarm.state != "shelved":
        ALARM.after(alarm.state, "unshelve")
    unsilence(alarm, actor, now or clock.now(), text)
    return alarm


@transaction.atomic
def request_window(
    datastream_id: int,
    actor: Actor,
    *,
    kind: str,
    since_at: datetime,
    until_at: datetime,
    reason: str,
    measures: str = "",
    now: datetime | None = None,
) -> Window:
    """Ask for a window of maintenance, bypass or calibration; somebody else approves it."""
    actor.require("monitoring.add_window")
    now = now or clock.now()
    point = find_scoped(Datastream.objects.select_related("area", "organisation"), actor, datastream_id)
    window = Window(
        datastream=point,
        kind=kind,
        since_at=since_at,
        until_at=until_at,
        reason=reason.strip()[:200],
        measures=measures.strip()[:200],
        sensitivity=point.sensitivity,
        exercise=point.exercise,
    )
    prepare_window(window, actor, now)
    window.save()
    note_window(window, "request", actor, text=reason, until=until_at.isoformat())
    return window


@transaction.atomic
def draft_window(register: Register, actor: Actor, values: Mapping[str, Any], **how: Any) -> Window:
    """Ask for a window, by the signature of a register's ``create``."""
    actor.require(register.permission("add"))
    window = Window(**values)
    prepare_window(window, actor, clock.now())
    asked = {"applied_by": window.applied_by, "applied_at": window.applied_at}
    made: Window = records.create_row(register, actor, dict(values) | asked, **how)
    return made


def prepare_window(window: Window, actor: Actor, now: datetime) -> None:
    """Fill who asks and when. Raises Refused for a window in the past, too long, upside down or without a reason."""
    hours = rulebook.value("ALM-WINDOW-HOURS", now)
    fields: dict[str, str] = {}
    if not window.reason.strip():
        fields["reason"] = _("必填")
    for name in ("since_at", "until_at"):
        if getattr(window, name) is None:
            fields[name] = _("必填")
    if fields:
        raise Refused(_("申请不完整"), _("请补充标出的内容"), fields=fields)
    if window.until_at <= max(window.since_at, now):
        fields["until_at"] = _("结束时间应晚于开始时间和现在")
    elif window.until_at - window.since_at > timedelta(hours=hours):
        fields["until_at"] = _("一次最长 %s 小时") % hours
    if window.kind not in Window.Kind.values:
        fields["kind"] = _("必选")
    if fields:
        raise Refused(_("申请不完整"), _("请改正标出的内容"), fields=fields)
    window.applied_by, window.applied_at = actor.name, now


@transaction.atomic
def decide_window(window_id: int, move: str, actor: Actor, *, opinion: str = "", now: datetime | None = None) -> Window:
    """Approve or refuse a window that somebody else asked for; withdraw one's own; end an approved one early.

    Raises Refused when applicant and approver are one, for a refusal without a reason, for a window that is over.
    """
    if not actor.may("monitoring.add_window"):
        actor.require(permissions.APPROVE_WINDOW)
    now = now or clock.now()
    rows = Window.all_objects.select_for_update(of=("self",)).select_related(
        "datastream__area", "datastream__organisation"
    )
    window = find_scoped(rows, actor, window_id)
    is_own = window.applied_by == actor.name
    if move == "withdraw":
        actor.require("monitoring.add_window" if is_own else permissions.APPROVE_WINDOW)
    elif move == "end" and is_own:
        actor.require("monitoring.add_window")
    else:
        actor.require(permissions.APPROVE_WINDOW)
    after = WINDOW.after(window.state, move)
    if move in ("approve", "refuse") and is_own:
        raise Refused(_("申请人不能批准自己的申请"), _("请由另一名有批准权限的人员办理"))
    if move == "refuse" and not opinion.strip():
        raise Refused(_("没有写明不批准的理由"), _("请填写后再提交"), fields={"opinion": _("必填")})
    if move == "approve" and window.until_at <= now:
        raise Refused(_("申请的时间已过"), _("请重新申请"))
    window.state, window.opinion = after, opinion.strip()[:200]
    if move == "end":
        window.ended_at = now
    else:
        window.decided_by, window.decided_at = actor.name, now
    window.version += 1
    window.save()
    note_window(window, move, actor, text=opinion)
    if move == "approve" and window.since_at <= now:
        begin_window(window, actor, now)
    if move == "end":
        _release(window, actor, now)
    return window


def begin_windows(now: datetime | None = None) -> int:
    """Suppress by design the alarms of points whose approved window has begun; return how many windows had any."""
    now = now or clock.now()
    sounding = Alarm.all_objects.filter(
        state__in=ANNUNCIATED, datastream__windows__state="approved", datastream__windows__since_at__lte=now,
        datastream__windows__until_at__gt=now,
    )  # fmt: skip
    points = sounding.values("datastream")
    due = Window.all_objects.filter(state="approved", since_at__lte=now, until_at__gt=now, datastream__in=points)
    count = 0
    for window in due.select_related("datastream__area", "datastream__organisation")[:BATCH]:
        with transaction.atomic():
            count += bool(begin_window(window, PLATFORM, now))
    return count


def begin_window(window: Window, actor: Actor, now: datetime) -> int:
    """Suppress by design what sounds of the window's point; return how many alarms."""
    rows = Alarm.all_objects.select_for_update(of=("self",)).select_related(*JOINED)
    alarms = list(rows.filter(datastream=window.datastream_id, state__in=ANNUNCIATED))
    for alarm in alarms:
        alarm.state, alarm.window = ALARM.after(alarm.state, "suppress"), window
        alarm.due_at = window.until_at
        _quiet(alarm)
        keep(alarm, "suppress", actor, now, window=window.pk)
    return len(alarms)


def end_windows(now: datetime | None = None) -> int:
    """End the approved windows whose time is over; what they suppressed is let go by ``end_suppression``."""
    now = now or clock.now()
    count = 0
    for key in list(_over(now).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows = (
                _over(now)
                .select_for_update(of=("self",))
                .select_related("datastream__area", "datastream__organisation")
            )
            window = rows.filter(pk=key).first()
            if window is not None:
                window.state, window.ended_at = WINDOW.after(window.state, "end"), window.until_at
                window.version += 1
                window.save()
                note_window(window, "expire", PLATFORM)
                _release(window, PLATFORM, now)
                count += 1
    return count


def note_window(window: Window, verb: str, actor: Actor, *, text: str = "", **facts: Any) -> None:
    """Record ``window.<verb>``."""
    record(
        f"window.{verb}",
        window.subject,
        actor,
        **where(window),
        title=str(window),
        datastream=window.datastream_id,
        window_kind=window.kind,
        text=personal.protect(window.subject, text.strip()),
        **facts,
    )


def _over(now: datetime) -> Any:
    return Window.all_objects.filter(state="approved", until_at__lte=now)


def _release(window: Window, actor: Actor, now: datetime) -> None:
    rows = Alarm.all_objects.select_for_update(of=("self",)).select_related(*JOINED)
    for alarm in rows.filter(window=window, state="suppressed"):
        unsilence(alarm, actor, now)


def _quiet(alarm: Alarm) -> None:
    alarm.tier_due_at = alarm.check_due_at = alarm.step_due_at = alarm.acknowledged_until = None
