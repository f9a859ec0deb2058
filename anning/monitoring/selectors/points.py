"""How a point or an enterprise stands: limits in force and where they come from, alarms, faults, silences, rates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from anning.accounts.selectors import scoped
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.lifecycle import ANNUNCIATED
from anning.monitoring.models import Alarm, Condition, Datastream, Fault, LimitVersion, Window
from anning.monitoring.selectors.rulesets import limits_of, rule_of
from anning.registry.models import Enterprise

SHOWN = ("low_low", "low", "high", "high_high")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page of a point says of it now."""

    levels: list[tuple[str, float]]
    source: str
    confidence: str
    version: LimitVersion | None
    alarms: list[Alarm]
    faults: list[Fault]
    windows: list[Window]


@dataclass(frozen=True, slots=True)
class Watched:
    """What the page of an enterprise says of its points."""

    points: int
    cameras: int
    faulty: int
    open_alarms: list[Alarm]

    @property
    def online_rate(self) -> float | None:
        """Share of the points without a fault of line or instrument, from 0 to 1."""
        return (self.points - self.faulty) / self.points if self.points else None


def standing(point: Datastream, actor: Actor, now: datetime | None = None) -> Standing:
    """Return how a point stands."""
    now = now or clock.now()
    version = point.limits.filter(state="approved", in_force_at__lte=now).order_by("in_force_at", "pk").last()
    limits = limits_of(point, version, now)
    labels = {name: str(Condition(name).label) for name in SHOWN}
    rule = None if version else rule_of(point.kind, now)
    return Standing(
        levels=[(labels[name], value) for name in SHOWN if (value := getattr(limits, name)) is not None],
        source=version.reason if version else (rule.source if rule else ""),
        confidence=rule.confidence_label if rule else "",
        version=version,
        alarms=list(scoped(point.alarms.filter(state__in=ANNUNCIATED), actor).order_by("-priority")[:5]),
        faults=list(scoped(point.faults.filter(ended_at=None), actor)[:5]),
        windows=list(open_windows(now).filter(datastream=point)[:5]),
    )


def open_windows(now: datetime) -> QuerySet[Any]:
    """Return the windows that hold now."""
    return Window.objects.filter(state="approved", since_at__lte=now, until_at__gt=now)


def watched(enterprise: Enterprise, actor: Actor) -> Watched | None:
    """Return how the points of an enterprise stand; None when nothing of it is watched."""
    points = scoped(Datastream.objects.filter(device__enterprise=enterprise, is_monitored=True), actor)
    broken = Q(faults__ended_at=None, faults__isnull=False) | Q(kind="camera", camera_state="offline")
    found = points.order_by().aggregate(
        points=Count("pk", distinct=True),
        cameras=Count("pk", filter=Q(kind="camera"), distinct=True),
        faulty=Count("pk", filter=broken, distinct=True),
    )
    if not found["points"]:
        return None
    alarms = scoped(Alarm.objects.filter(enterprise=enterprise, state__in=ANNUNCIATED), actor)
    return Watched(**found, open_alarms=list(alarms.select_related("datastream").order_by("-priority", "due_at")[:8]))
