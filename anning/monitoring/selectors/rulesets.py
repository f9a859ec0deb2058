"""What the judge judges by now: each point's own limits in force, else the defaults of its kind."""

import logging
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from anning.kernel import clock, rulebook
from anning.kernel.errors import Refused
from anning.monitoring.judging import Expression, Limits, Ruleset
from anning.monitoring.judging.gases import toxic_levels
from anning.monitoring.models import Datastream, Device, Kind, LimitVersion, Rule
from anning.monitoring.selectors.directory import stamp_of

log = logging.getLogger(__name__)

LEVELS = ("low_low", "low", "high", "high_high")
OWN = ("deadband", "rate_per_min")
SPANS = {"delay_s": "delay_ms", "flat_s": "flat_ms", "offline_s": "offline_ms"}


def ruleset(now: datetime | None = None) -> Ruleset:
    """Return the limits of every monitored point that has numbers, and the approved rules over several."""
    now = now or clock.now()
    in_force = limits_in_force(now)
    points = Datastream.objects.filter(is_monitored=True).exclude(kind=Kind.CAMERA).exclude(device__state="retired")
    limits = [_limits(point, in_force.get(point.pk), now) for point in points.order_by("pk")]
    judged = {each.datastream for each in limits}
    rules = Rule.objects.filter(state="approved").order_by("pk")
    expressions = [_expression(rule) for rule in rules if judged.issuperset(rule.names.values()) and rule.names]
    return Ruleset(tuple(limits), tuple(expressions))


def ruleset_stamp(now: datetime | None = None) -> str:
    """Return a text that changes when ``ruleset`` would; a version that comes into force changes it too."""
    in_force = LimitVersion.objects.filter(state="approved", in_force_at__lte=now or clock.now())
    rows = (Device.objects.all(), Datastream.objects.all(), in_force, Rule.objects.filter(state="approved"))
    told = [clock.today().isoformat()]  # the rule pack may have another value from this day on
    return "|".join([*told, *map(stamp_of, rows)])


def limits_in_force(now: datetime) -> dict[int, LimitVersion]:
    """Return by datastream the newest approved version that is in force."""
    rows = LimitVersion.objects.filter(state="approved", in_force_at__lte=now).order_by("in_force_at", "pk")
    return {row.datastream_id: row for row in rows}


def limits_of(point: Datastream, version: LimitVersion | None, now: datetime | None = None) -> Limits:
    """Return the limits of one point: its range, and its own version, else the defaults of its kind.

    Raises Refused for what is no limit.
    """
    facts = defaults_of(point, now)
    facts |= {name: value for name in ("range_low", "range_high") if (value := getattr(point, name)) is not None}
    if version is not None:
        facts |= {name: getattr(version, name) for name in LEVELS}  # an own version says all its levels
        facts |= {name: value for name in OWN if (value := getattr(version, name)) is not None}
        facts |= {ms: round(value * 1000) for s, ms in SPANS.items() if (value := getattr(version, s)) is not None}
        facts |= version.more
    return Limits.of(point.pk, facts)


def defaults_of(point: Datastream, now: datetime | None = None) -> dict[str, Any]:
    """Return the rule pack's limits for the point's kind and medium, as the judge takes them."""
    rule = rule_of(point.kind, now)
    facts: dict[str, Any] = dict(rule.value) if rule else {}
    if point.kind == Kind.TOXIC_GAS:
        facts |= toxic_levels(point.medium, point.unit, rulebook.value("MON-TOXIC-LIMITS", now))
    return facts


def rule_of(kind: str, now: datetime | None = None) -> rulebook.Rule | None:
    """Return the rule with the defaults of a kind; None for a kind without any."""
    try:
        return rulebook.rule(f"MON-{kind.upper().replace('_', '-')}", now)
    except rulebook.NoRule:
        return None


def _limits(point: Datastream, version: LimitVersion | None, now: datetime) -> Limits:
    """Return limits that hold: what cannot be read must not keep the others from being judged."""
    for chosen in (version, None):
        try:
            return limits_of(point, chosen, now)
        except Refused as error:
            log.warning(_("点位 %s 的限值不能用：%s"), point.code, error.message)
    return Limits(point.pk)


def _expression(rule: Rule) -> Expression:
    return Expression(
        key=f"rule.{rule.pk}",
        text=rule.text,
        datastreams=rule.names,
        datastream=rule.datastream_id,
        hold_ms=round(rule.hold_s * 1000),
        tier=rule.tier,
    )
