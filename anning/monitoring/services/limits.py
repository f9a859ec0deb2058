"""Limits and rules: drafted by one, tried against history, approved by another, in force from a moment on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.selectors import find_scoped
from anning.journal import personal
from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import IllegalMove, Refused
from anning.monitoring import logic, permissions
from anning.monitoring.history import open_history
from anning.monitoring.judging import Occurrence, Ruleset, explain, would_have
from anning.monitoring.lifecycle import LIMITS
from anning.monitoring.models import Condition, LimitVersion, Rule
from anning.monitoring.selectors.rulesets import limits_of
from anning.monitoring.services.entries import where
from anning.ui.records import services as records
from anning.ui.records.register import Register

TRIAL_DAYS = 30
MOST_TOLD = 20  # alarms of a try-out that are named one by one


@transaction.atomic
def draft_limits(register: Register, actor: Actor, values: Mapping[str, Any], **how: Any) -> LimitVersion:
    """Add a version of limits, by the signature of a register's ``create``. Raises Refused for limits that are none."""
    drafted = {"drafted_by": actor.name, "drafted_at": clock.now()}
    made: LimitVersion = records.create_row(register, actor, dict(values) | drafted, **how)
    return made


@transaction.atomic
def change_limits(register: Register, actor: Actor, key: int, values: Mapping[str, Any], **how: Any) -> LimitVersion:
    """Change a draft; what was tried is tried again. Raises IllegalMove for what was approved: write a new version."""
    row = LimitVersion.all_objects.filter(pk=key).first()
    if row is not None and row.state != "draft":
        raise IllegalMove(_("已决定的限值不能再修改"), _("请拟定新的版本"))
    changed: LimitVersion = records.change_row(register, actor, key, dict(values), **how)
    if changed.trial:
        LimitVersion.all_objects.filter(pk=key).update(trial="")
    return changed


@transaction.atomic
def try_out(version_id: int, actor: Actor, *, days: int = TRIAL_DAYS, now: datetime | None = None) -> LimitVersion:
    """Judge the history of the last ``days`` by a draft and keep what it would have raised."""
    actor.require("monitoring.add_limitversion")
    version, now = _locked(version_id, actor), now or clock.now()
    since = now - timedelta(days=days)
    span = round(since.timestamp() * 1000), round(now.timestamp() * 1000)
    history = open_history()
    try:
        series = history.series(version.datastream_id, *span)
    finally:
        history.close()
    limits = limits_of(version.datastream, version)
    found = would_have(Ruleset((limits,)), {version.datastream_id: series})
    version.trial = _told(found, days, len(series.at_ms))
    version.version += 1
    version.save()
    record("limitversion.try", version.subject, actor, **where(version), days=days, alarms=len(found))
    return version


@transaction.atomic
def decide_limits(
    version_id: int,
    move: str,
    actor: Actor,
    *,
    in_force_at: datetime | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> LimitVersion:
    """Approve a draft, refuse it, or withdraw one's own.

    Raises Refused when drafter and approver are one, and for a refusal without a reason.
    """
    if not actor.may("monitoring.add_limitversion"):
        actor.require(permissions.APPROVE_LIMITS)
    version, now = _locked(version_id, actor), now or clock.now()
    _check_decision(
        actor,
        move,
        version.drafted_by,
        approve=permissions.APPROVE_LIMITS,
        draft="monitoring.add_limitversion",
        reason=reason,
    )
    version.state = LIMITS.after(version.state, move)
    version.approved_by, version.approved_at = actor.name, now
    if move == "approve":
        version.in_force_at = max(in_force_at or version.in_force_at or now, now)
    version.version += 1
    version.save()
    record(
        f"limitversion.{move}",
        version.subject,
        actor,
        **where(version),
        datastream=version.datastream_id,
        limits=version.limits_text,
        in_force_at=version.in_force_at and version.in_force_at.isoformat(),
        reason=personal.protect(version.subject, reason.strip()),
    )
    return version


@transaction.atomic
def draft_rule(register: Register, actor: Actor, values: Mapping[str, Any], **how: Any) -> Rule:
    """Add a rule over several points. Raises Refused for an expression that cannot be read."""
    made: Rule = records.create_row(register, actor, dict(values) | {"drafted_by": actor.name}, **how)
    return made


@transaction.atomic
def change_rule(register: Register, actor: Actor, key: int, values: Mapping[str, Any], **how: Any) -> Rule:
    """Change a rule; a changed condition must be approved again."""
    before = Rule.all_objects.filter(pk=key).first()
    changed: Rule = records.change_row(register, actor, key, dict(values), **how)
    judged = ("text", "hold_s", "tier", "datastream_id")
    if before and before.state != "draft" and any(getattr(before, n) != getattr(changed, n) for n in judged):
        Rule.all_objects.filter(pk=key).update(state="draft", drafted_by=actor.name, approved_by="", approved_at=None)
        changed.refresh_from_db()
    return changed


@transaction.atomic
def decide_rule(rule_id: int, move: str, actor: Actor, *, reason: str = "", now: datetime | None = None) -> Rule:
    """Approve a rule that somebody else wrote, refuse it, or withdraw one's own."""
    if not actor.may("monitoring.add_rule"):
        actor.require(permissions.APPROVE_RULE)
    now = now or clock.now()
    rows = Rule.all_objects.select_for_update(of=("self",)).select_related("area", "organisation")
    rule = find_scoped(rows, actor, rule_id)
    _check_decision(
        actor, move, rule.drafted_by, approve=permissions.APPROVE_RULE, draft="monitoring.add_rule", reason=reason
    )
    rule.state = LIMITS.after(rule.state, move)
    rule.approved_by, rule.approved_at = actor.name, now
    rule.version += 1
    rule.save()
    kept = personal.protect(rule.subject, reason.strip())
    record(f"rule.{move}", rule.subject, actor, **where(rule), text=rule.text, reason=kept)
    return rule


def _locked(version_id: int, actor: Actor) -> LimitVersion:
    rows = LimitVersion.all_objects.select_for_update(of=("self",)).select_related(
        "datastream__device", "datastream__area", "datastream__organisation"
    )
    return find_scoped(rows, actor, version_id)


def _check_decision(actor: Actor, move: str, drafted_by: str, *, approve: str, draft: str, reason: str) -> None:
    is_own = drafted_by == actor.name
    actor.require(draft if move == "withdraw" and is_own else approve)
    if move in ("approve", "refuse") and is_own:
        raise Refused(_("拟定人不能批准自己拟定的内容"), _("请由另一名有批准权限的人员办理"))
    if move == "refuse" and not reason.strip():
        raise Refused(_("没有写明不批准的理由"), _("请填写后再提交"), fields={"reason": _("必填")})


def _told(found: list[Occurrence], days: int, values: int) -> str:
    """Say what a try-out found: how often it would have alarmed, and when."""
    head = _("按最近 %(days)s 天的 %(values)s 个数据试算：%(told)s。") % {
        "days": days,
        "values": values,
        "told": explain(found),
    }
    lines = [
        f"{clock.local(logic.moment(each.onset_ms)):%m-%d %H:%M} {Condition(each.condition).label}"
        + ("" if each.value is None else f" {each.value:g}")
        for each in found[:MOST_TOLD]
    ]
    return "\n".join([head, *lines])
