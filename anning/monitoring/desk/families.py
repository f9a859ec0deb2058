"""Two families on a page of their own: fire units by building, and water: stages, rain, waterlogging."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from anning.accounts.web import actor_of
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.desk import readings, states
from anning.monitoring.desk.readings import Value
from anning.monitoring.judging import Limits
from anning.monitoring.logic import FAMILIES, milliseconds
from anning.monitoring.models import Datastream, Kind
from anning.monitoring.observations import Quality
from anning.monitoring.selectors import ruleset

VIEW = "monitoring.view_datastream"
FIRE = FAMILIES["fire"] | FAMILIES["electric"]
WATER = (Kind.RIVER_STAGE, Kind.RIVER_FLOW, Kind.RAIN, Kind.WATERLOGGING)
RAIN_SPANS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=3), timedelta(hours=24))
HOUR, MILLISECOND = timedelta(hours=1), timedelta(milliseconds=1)


@dataclass(slots=True)
class Building:
    """The points of one building or plant of a fire unit."""

    name: str
    rows: list[tuple[states.Standing, Value | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One gauge: its state, newest value, and what is counted from its recent values."""

    standing: states.Standing
    value: Value | None
    limits: dict[str, float]
    rise: float | None = None  # over the last hour, in the unit of the point
    sums: tuple[float | None, ...] = ()

    @property
    def over(self) -> str:
        """The highest limit that the newest value has reached: "high_high", "high" or ""."""
        if self.value is None:
            return ""
        return next((n for n in ("high_high", "high") if n in self.limits and self.value.value >= self.limits[n]), "")


@require_safe
@login_required
def fire(request: HttpRequest) -> HttpResponse:
    """Show the units of the fire network, those with something the matter first, each by building."""
    actor = actor_of(request)
    actor.require(VIEW)
    points = states.visible_points(actor).filter(kind__in=FIRE).order_by("device", "zone", "code")
    standings = states.standings(points)
    newest = readings.newest()
    units = [(block, list(_buildings(block, newest))) for block in states.blocks(standings)]
    context = {"units": units, "counts": states.counts(standings), "total": len(standings), "now": clock.now()}
    return render(request, "monitoring/desk/fire.html", context)


def _buildings(block: states.Block, newest: dict[int, Value]) -> Iterable[Building]:
    ordered = sorted(block.standings, key=lambda each: (each.point.zone, each.state.rank, each.point.code))
    for zone, together in groupby(ordered, key=lambda each: each.point.zone):
        yield Building(zone, [(each, newest.get(each.point.pk)) for each in together])


@require_safe
@login_required
def water(request: HttpRequest) -> HttpResponse:
    """Show river stages against their marks, rain over 5 minutes to 24 hours, depth and rise of waterlogging."""
    actor = actor_of(request)
    actor.require(VIEW)
    gauges = list(_gauges(actor))
    of_kind = {kind: [each for each in gauges if each.standing.point.kind == kind] for kind in WATER}
    missing = [each for each in gauges if each.standing.state.name in ("offline", "fault") or each.value is None]
    context = {
        "stages": of_kind[Kind.RIVER_STAGE] + of_kind[Kind.RIVER_FLOW],
        "rains": of_kind[Kind.RAIN],
        "depths": of_kind[Kind.WATERLOGGING],
        "missing": missing,
        "now": clock.now(),
    }
    return render(request, "monitoring/desk/water.html", context)


def _gauges(actor: Actor) -> Iterable[Gauge]:
    now = clock.now()
    newest = readings.newest()
    known = {limits.datastream: limits for limits in ruleset(now).limits}
    points = states.visible_points(actor).filter(kind__in=WATER).order_by("initials", "code")
    for each in states.standings(points):
        point = each.point
        yield Gauge(
            standing=each,
            value=newest.get(point.pk),
            limits=_marks(known.get(point.pk)),
            rise=rise(point, now) if point.kind != Kind.RAIN else None,
            sums=tuple(rain(point, now)) if point.kind == Kind.RAIN else (),
        )


def _marks(limits: Limits | None) -> dict[str, float]:
    found = ((name, getattr(limits, name, None)) for name in ("high", "high_high"))
    return {name: value for name, value in found if value is not None}


def rise(point: Datastream, now: datetime) -> float | None:
    """Return by how much the value rose from the oldest to the newest good reading of the last hour."""
    series = readings.history().series(point.pk, milliseconds(now - HOUR), milliseconds(now) + 1)
    good = series.values[series.qualities <= Quality.UNCERTAIN]
    return float(good[-1] - good[0]) if len(good) > 1 else None


def rain(point: Datastream, now: datetime) -> Iterable[float | None]:
    """Yield the rain of the last 5 minutes, 1, 3 and 24 hours; None where no good value came.

    Gauges report every five minutes, so the spans end with the newest good value while it is not older than that twice.
    """
    series = readings.history().series(point.pk, milliseconds(now - RAIN_SPANS[-1]), milliseconds(now) + 1)
    is_good = (series.qualities <= Quality.UNCERTAIN) & ~np.isnan(series.values)
    good = series.at_ms[is_good]
    newest = int(good[-1]) if len(good) else 0
    end = newest if newest > milliseconds(now - 2 * RAIN_SPANS[0]) else milliseconds(now)
    for span in RAIN_SPANS:
        inside = series.values[is_good & (series.at_ms > end - span // MILLISECOND)]
        yield float(inside.sum()) if len(inside) else None
