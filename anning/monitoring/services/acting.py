"""What people do with alarms: acknowledge, judge, hand up, reset, close. Of two who press one button, one succeeds."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.selectors import find_scoped
from anning.kernel import clock
from anning.kernel.actor import Actor, system
from anning.kernel.errors import Conflict, IllegalMove, Refused
from anning.monitoring import permissions
from anning.monitoring.lifecycle import ALARM, UNACKNOWLEDGED
from anning.monitoring.models import Alarm, Verdict
from anning.monitoring.services.entries import keep, line
from anning.monitoring.services.terms import terms

PLATFORM = system()
JOINED = ("datastream__device", "enterprise", "area", "organisation")


@transaction.atomic
def acknowledge(
    alarm_id: int, actor: Actor, *, minutes: float | None = None, text: str = "", now: datetime | None = None
) -> Alarm:
    """Take an alarm on; the acknowledgement holds ``minutes`` (default by tier) and then asks again.

    Raises NotAllowed, NotFound, and IllegalMove when somebody was quicker.
    """
    actor.require(permissions.ACKNOWLEDGE)
    alarm, now = locked(alarm_id, actor), now or clock.now()
    _acknowledge(alarm, actor, now, minutes)
    return keep(alarm, "acknowledge", actor, now, text=text, until=_iso(alarm.acknowledged_until))


@transaction.atomic
def acknowledge_many(
    alarm_ids: Iterable[int], actor: Actor, *, minutes: float | None = None, now: datetime | None = None
) -> list[Alarm]:
    """Take on those of the alarms that still ask for it, such as all of one group; return them."""
    actor.require(permissions.ACKNOWLEDGE)
    now = now or clock.now()
    taken = []
    for alarm_id in sorted(set(alarm_ids)):
        if locked(alarm_id, actor).state in UNACKNOWLEDGED:
            taken.append(acknowledge(alarm_id, actor, minutes=minutes, now=now))
    return taken


@transaction.atomic
def judge_verdict(
    alarm_id: int,
    actor: Actor,
    *,
    verdict: str,
    reason: str,
    version: int | None = None,
    now: datetime | None = None,
) -> Alarm:
    """Say whether the alarm was true or false, and why; whoever judges has taken it on.

    Raises Refused without a reason, IllegalMove for what is closed or handed up, Conflict for an older ``version``.
    """
    actor.require(permissions.JUDGE)
    alarm, now = locked(alarm_id, actor, version), now or clock.now()
    _refuse_closed(alarm)
    if verdict not in Verdict.values:
        raise Refused(_("没有选择真警或误报"), _("请选择其一"), fields={"verdict": _("必选")})
    if alarm.handed_up_at and verdict == Verdict.FALSE:
        raise IllegalMove(_("报警已经上报，不能改判误报"), _("请通知应急值班室，由其在事件中处理"))
    reason = _required(reason, _("没有写明研判理由"))
    if alarm.state in UNACKNOWLEDGED:
        _acknowledge(alarm, actor, now, None)
    alarm.verdict, alarm.verdict_reason = verdict, reason[:200]
    alarm.judged_by, alarm.judged_at = actor.name, now
    alarm.check_due_at = alarm.tier_due_at = None
    if alarm.state in ("acknowledged", "latched_acknowledged"):
        hold = terms(now).clocks.hold_until(alarm.tier, now, None, None)
        alarm.acknowledged_until = alarm.due_at = max(hold, alarm.acknowledged_until or hold)
    return keep(alarm, "judge", actor, now, text=reason, verdict=verdict)


@transaction.atomic
def hand_up(alarm_id: int, actor: Actor, *, text: str = "", now: datetime | None = None) -> Alarm:
    """Hand a confirmed alarm up: news that the duty room, the fire brigade and the town are told by.

    Raises Refused for an alarm that nobody has confirmed, IllegalMove for one that was handed up already.
    """
    actor.require(permissions.HAND_UP)
    alarm, now = locked(alarm_id, actor), now or clock.now()
    _refuse_closed(alarm)
    if alarm.handed_up_at:
        raise IllegalMove(_("这条报警已经上报"), _("后续情况请在事件中续报"))
    if alarm.verdict != Verdict.TRUE:
        raise Refused(_("尚未研判为真警，不能上报"), _("请先电话和视频核实，再研判为真警"))
    return _hand_up(alarm, actor, now, text)


def hand_up_by_agreement(alarm: Alarm, now: datetime) -> Alarm:
    """Hand up an alarm of the highest tier that another sensor bears out, unless somebody has judged it."""
    if alarm.handed_up_at or alarm.verdict:
        return alarm
    return _hand_up(alarm, PLATFORM, now, _("同一装置多点位同时报警，互相印证"))


@transaction.atomic
def reset(alarm_id: int, actor: Actor, *, text: str = "", now: datetime | None = None) -> Alarm:
    """Let go a latched alarm whose cause is gone. Raises IllegalMove for one that is not latched."""
    actor.require(permissions.CLOSE)
    alarm, now = locked(alarm_id, actor), now or clock.now()
    alarm.state = ALARM.after(alarm.state, "reset")
    if alarm.state == "normal":
        _stop_clocks(alarm)
    return keep(alarm, "reset", actor, now, text=text)


@transaction.atomic
def close(
    alarm_id: int,
    actor: Actor,
    *,
    reason: str,
    measure: str = "",
    verdict: str = "",
    now: datetime | None = None,
) -> Alarm:
    """End the handling of an alarm that has returned (消警), with the reason; a latched one is reset by it.

    Raises Refused while the value is still beyond its limit, without a reason, and without any verdict.
    """
    actor.require(permissions.CLOSE)
    alarm, now = locked(alarm_id, actor), now or clock.now()
    _refuse_closed(alarm)
    if alarm.is_active:
        raise Refused(_("仍在越限，不能消警"), _("请先处置到恢复正常；仪表有问题请申请检修摘除"))
    reason = _required(reason, _("没有写明消警原因"))
    if not alarm.verdict and verdict not in Verdict.values:
        raise Refused(_("尚未研判"), _("请选择真警或误报后再消警"), fields={"verdict": _("必选")})
    if not alarm.verdict:
        alarm.verdict, alarm.verdict_reason = verdict, reason[:200]
        alarm.judged_by, alarm.judged_at = actor.name, now
    _come_to_rest(alarm, actor, now)
    alarm.measure, alarm.closed_by, alarm.closed_at = measure.strip()[:200], actor.name, now
    return keep(alarm, "close", actor, now, text=reason, verdict=alarm.verdict, measure=bool(alarm.measure))


def locked(alarm_id: int, actor: Actor, version: int | None = None) -> Alarm:
    """Return the alarm, locked. Raises NotFound outside the scope, Conflict for an older version."""
    rows = Alarm.all_objects.select_for_update(of=("self",)).select_related(*JOINED)
    alarm = find_scoped(rows, actor, alarm_id)
    if version is not None and alarm.version != version:
        raise Conflict(_("这条报警刚刚被别人处理过"), _("请刷新页面，查看最新状态后再操作"))
    return alarm


def _acknowledge(alarm: Alarm, actor: Actor, now: datetime, minutes: float | None) -> None:
    alarm.state = ALARM.after(alarm.state, "acknowledge")
    clocks = terms(now).clocks
    alarm.acknowledged_by, alarm.acknowledged_at = actor.name, now
    alarm.first_acknowledged_at = alarm.first_acknowledged_at or now
    alarm.step_due_at = None
    if alarm.state == "normal":
        _stop_clocks(alarm)
        return
    alarm.acknowledged_until = clocks.hold_until(alarm.tier, now, minutes, alarm.check_due_at)
    alarm.due_at = alarm.acknowledged_until


def _hand_up(alarm: Alarm, actor: Actor, now: datetime, text: str) -> Alarm:
    alarm.handed_up_by, alarm.handed_up_at = actor.name, now
    facts = {"verdict": alarm.verdict, "judged_by": alarm.judged_by, "acknowledged_by": alarm.acknowledged_by}
    return keep(alarm, "hand_up", actor, now, text=text, **facts)


def _come_to_rest(alarm: Alarm, actor: Actor, now: datetime) -> None:
    """Take a returned alarm to its normal state by the moves that closing implies, each a line of its own."""
    for move in ("lapse", "acknowledge", "reset"):
        if move in ALARM.moves_from(alarm.state) and alarm.state != "normal":
            if move == "acknowledge":
                _acknowledge(alarm, actor, now, None)
            else:
                alarm.state = ALARM.after(alarm.state, move)
            line(alarm, move, actor, now).save()
    _stop_clocks(alarm)


def _stop_clocks(alarm: Alarm) -> None:
    alarm.due_at = alarm.tier_due_at = alarm.check_due_at = alarm.step_due_at = alarm.acknowledged_until = None
    alarm.shelved_until = None


def _refuse_closed(alarm: Alarm) -> None:
    if alarm.closed_at:
        raise IllegalMove(_("这条报警已经消警"), _("请刷新页面查看最新状态"))


def _required(text: str, complaint: str) -> str:
    if not text.strip():
        raise Refused(complaint, _("请填写后再提交"), fields={"reason": _("必填")})
    return text.strip()


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
