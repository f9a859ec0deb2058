"""Rounds: the plan of a shift, what was seen at each enterprise, findings and how they were mended."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.models import Post
from anning.accounts.selectors import find_scoped, scoped
from anning.journal import personal
from anning.journal.labels import describe
from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, IllegalMove, Refused
from anning.monitoring.models import Finding, PatrolRound, PatrolVisit
from anning.monitoring.rounds import permissions
from anning.monitoring.rounds.drawing import order, weight_of
from anning.monitoring.services.entries import where
from anning.registry.models import Enterprise

LATELY = timedelta(days=7)
for kind, words in {
    "patrolround.plan": gettext_lazy("视频巡查 制定计划"),
    "patrolvisit.see": gettext_lazy("视频巡查 登记"),
    "finding.find": gettext_lazy("巡查发现 登记"),
    "finding.mend": gettext_lazy("巡查发现 整改"),
}.items():
    describe(kind, words)


@transaction.atomic
def plan_round(
    post: Post, actor: Actor, *, from_at: datetime, until_at: datetime, seed: int | None = None
) -> PatrolRound:
    """Plan the round of one shift: every watched enterprise in the actor's scope once, in an order drawn by weight.

    Raises Refused for a span that is none or without enterprises, Conflict when the shift has its plan already.
    """
    actor.require(permissions.PATROL)
    if until_at <= from_at:
        raise Refused(_("班次时间有误"), _("结束应晚于开始"))
    if PatrolRound.all_objects.filter(post=post, from_at=from_at).exists():
        raise Conflict(_("这个班次已有巡查计划"), _("请直接按计划巡查"))
    weights = weights_of(actor, from_at)
    if not weights:
        raise Refused(_("没有需要巡查的企业"), _("请在企业台账中勾选“接入安防网”并登记点位"))
    drawn = secrets.randbits(62) if seed is None else seed
    made: PatrolRound = PatrolRound.objects.create(
        post=post, from_at=from_at, until_at=until_at, seed=drawn, made_by=actor.name
    )
    firms = Enterprise.objects.select_related("area", "organisation").in_bulk(list(weights))
    PatrolVisit.objects.bulk_create(
        PatrolVisit(
            round=made,
            position=place,
            enterprise=firms[key],
            weight=weights[key],
            area=firms[key].area,
            organisation=firms[key].organisation,
        )
        for place, key in enumerate(order(weights, drawn), 1)
    )
    record("patrolround.plan", made.subject, actor, **where(made), count=len(weights), seed=drawn)
    return made


def weights_of(actor: Actor, at: datetime) -> dict[int, float]:
    """Return the risk weight of every enterprise with points under watch inside the actor's scope."""
    watched = Enterprise.objects.filter(devices__datastreams__is_monitored=True, devices__family="watch").exclude(
        state="closed"
    )
    lately = Q(alarms__onset_at__gte=at - LATELY, alarms__onset_at__lt=at)
    rows = (
        scoped(watched, actor)
        .order_by()
        .annotate(
            lately=Count("alarms", filter=lately, distinct=True),
            open_findings=Count("findings", filter=~Q(findings__state="mended"), distinct=True),
            seen=Max("patrols__seen_at"),
        )
        .values("pk", "is_major_hazard", "is_key_chemical", "is_key_process", "lately", "open_findings", "seen")
    )
    return {row["pk"]: _weight(row, at) for row in rows}


def _weight(row: dict[str, Any], at: datetime) -> float:
    unseen = (at - row["seen"]).days if row["seen"] else LATELY.days
    return weight_of(
        is_major=row["is_major_hazard"],
        is_key=row["is_key_chemical"] or row["is_key_process"],
        alarms=row["lately"],
        open_findings=row["open_findings"],
        days_unseen=max(unseen, 0),
    )


@transaction.atomic
def note_visit(visit_id: int, actor: Actor, *, result: str, text: str = "", now: datetime | None = None) -> PatrolVisit:
    """Note what was seen at one enterprise of a round; a finding becomes a row of its own.

    Raises Refused for no result and for a finding without words, IllegalMove for a second note.
    """
    actor.require(permissions.PATROL)
    rows = PatrolVisit.objects.select_for_update(of=("self",)).select_related("enterprise", "area", "organisation")
    visit: PatrolVisit = find_scoped(rows, actor, visit_id)
    now = now or clock.now()
    if visit.result:
        raise IllegalMove(_("这家企业本班已巡查"), _("发现新问题请在企业页面登记"))
    if result not in PatrolVisit.Result.values or not result:
        raise Refused(_("没有选择巡查结果"), _("请选择正常、发现问题或无画面"), fields={"result": _("必选")})
    text = text.strip()[:300]
    if result != PatrolVisit.Result.GOOD and not text:
        raise Refused(_("没有写明情况"), _("请写明发现了什么，或哪路没有画面"), fields={"text": _("必填")})
    visit.result, visit.text, visit.seen_at, visit.seen_by = result, text, now, actor.name
    visit.version += 1
    visit.save()
    kept = personal.protect(visit.subject, text) if text else ""
    record(
        "patrolvisit.see",
        visit.subject,
        actor,
        **where(visit),
        enterprise=visit.enterprise_id,
        result=result,
        text=kept,
    )
    if result == PatrolVisit.Result.FINDING:
        _find(visit, actor, text, now)
    return visit


def _find(visit: PatrolVisit, actor: Actor, text: str, now: datetime) -> Finding:
    found: Finding = Finding.objects.create(
        enterprise=visit.enterprise,
        visit=visit,
        text=text,
        found_at=now,
        found_by=actor.name,
        area=visit.area,
        organisation=visit.organisation,
    )
    kept = personal.protect(found.subject, text)
    record("finding.find", found.subject, actor, **where(found), enterprise=visit.enterprise_id, text=kept)
    return found


@transaction.atomic
def mend_finding(finding_id: int, actor: Actor, *, measure: str, now: datetime | None = None) -> Finding:
    """Note how a finding was mended. Raises Refused without words, IllegalMove for one that is mended already."""
    actor.require(permissions.MEND)
    rows = Finding.objects.select_for_update(of=("self",)).select_related("area", "organisation")
    found: Finding = find_scoped(rows, actor, finding_id)
    now = now or clock.now()
    if found.state == Finding.State.MENDED:
        raise IllegalMove(_("这个问题已经整改"))
    if not measure.strip():
        raise Refused(_("没有写明整改情况"), _("请填写后再提交"), fields={"measure": _("必填")})
    found.state, found.measure, found.mended_at = Finding.State.MENDED, measure.strip()[:300], now
    found.version += 1
    found.save()
    record("finding.mend", found.subject, actor, **where(found), text=personal.protect(found.subject, found.measure))
    return found
