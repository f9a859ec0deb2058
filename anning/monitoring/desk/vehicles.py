"""Vehicles: where each was last, and the track of a day to replay on the map."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isnan
from typing import Any

import numpy as np
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from anning.accounts.selectors import find_row, scoped
from anning.accounts.web import actor_of
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.desk import queue, readings
from anning.monitoring.logic import milliseconds, moment
from anning.monitoring.models import Datastream, Device, Kind
from anning.registry.atlas import ground

VIEW = "monitoring.view_datastream"
KINDS = (Kind.LONGITUDE, Kind.LATITUDE, Kind.SPEED, Kind.FATIGUE)
FRESH = timedelta(minutes=5)
ROWS = 200
MOST_POINTS = 20_000


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle with its newest position and values."""

    device: Device
    at: datetime | None
    longitude: float | None
    latitude: float | None
    speed: float | None
    hours: float | None
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Position:
    """One position of a track."""

    at: datetime
    longitude: float
    latitude: float
    speed: float | None


@require_safe
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """List the vehicles with their newest positions, those with alarms first, and show them on the map."""
    actor = actor_of(request)
    actor.require(VIEW)
    found = list(vehicles(actor))
    alarms: dict[int, list[Any]] = {}
    for alarm in queue.open_alarms(actor):
        alarms.setdefault(alarm.datastream.device_id, []).append(alarm)
    rows = sorted(
        ((each, alarms.get(each.device.pk, [])) for each in found), key=lambda row: (not row[1], not row[0].is_fresh)
    )
    drawn = [
        {
            "at": [each.longitude, each.latitude],
            "title": each.device.name,
            "url": reverse("desk:track", args=(each.device.pk,)),
            "fresh": each.is_fresh,
            "alarm": bool(own),
        }
        for each, own in rows
        if each.longitude is not None and each.latitude is not None
    ]
    context = {"rows": rows, "facts": {"extent": ground.extent(actor), "vehicles": drawn}, "now": clock.now()}
    return render(request, "monitoring/desk/vehicles.html", context)


@require_safe
@login_required
def track_page(request: HttpRequest, device_id: int) -> HttpResponse:
    """Show the track of one vehicle on one day, to replay, with its table and alarms."""
    actor = actor_of(request)
    device = _vehicle(actor, device_id)
    day = _day(request)
    positions = track(device, day)
    since = datetime.combine(day, datetime.min.time(), clock.ZONE)
    alarms = queue.visible_alarms(actor).filter(
        datastream__device=device, onset_at__gte=since, onset_at__lt=since + timedelta(days=1)
    )
    context = {
        "device": device,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "is_today": day >= clock.today(),
        "rows": positions[:: max(1, len(positions) // ROWS)],
        "total": len(positions),
        "coverage": coverage(positions),
        "alarms": alarms.order_by("onset_at"),
        "extent": {"extent": ground.extent(actor)},
    }
    return render(request, "monitoring/desk/track.html", context)


@require_safe
@login_required
def track_data(request: HttpRequest, device_id: int) -> JsonResponse:
    """Return the track as columns."""
    positions = track(_vehicle(actor_of(request), device_id), _day(request))
    thinned = positions[:: max(1, -(-len(positions) // MOST_POINTS))]
    points = [
        [milliseconds(each.at), round(each.longitude, 6), round(each.latitude, 6), each.speed] for each in thinned
    ]
    answer = JsonResponse({"points": points})
    answer["Cache-Control"] = "no-store"
    return answer


def vehicles(actor: Actor) -> Iterator[Vehicle]:
    """Yield the vehicles inside the actor's scope with what was read last."""
    newest = readings.newest()
    now = clock.now()
    streams: dict[int, dict[str, Datastream]] = {}
    points = Datastream.objects.filter(kind__in=KINDS, is_monitored=True).exclude(device__state="retired")
    for point in scoped(points, actor).select_related("device__enterprise"):
        streams.setdefault(point.device_id, {})[point.kind] = point
    for own in sorted(streams.values(), key=lambda own: next(iter(own.values())).device.name):
        if Kind.LONGITUDE not in own or Kind.LATITUDE not in own:
            continue
        values = {kind: newest.get(point.pk) for kind, point in own.items()}
        east, north = values[Kind.LONGITUDE], values[Kind.LATITUDE]
        yield Vehicle(
            device=own[Kind.LONGITUDE].device,
            at=east.at if east else None,
            longitude=east.value if east else None,
            latitude=north.value if north else None,
            speed=speed.value if (speed := values.get(Kind.SPEED)) else None,
            hours=hours.value if (hours := values.get(Kind.FATIGUE)) else None,
            is_fresh=bool(east and now - east.at <= FRESH),
        )


def track(device: Device, day: date) -> list[Position]:
    """Return the positions of a legal day in order: moments at which both longitude and latitude are known."""
    since = milliseconds(datetime.combine(day, datetime.min.time(), clock.ZONE))
    until = since + round(timedelta(days=1).total_seconds() * 1000)
    keys = dict(device.datastreams.filter(kind__in=KINDS).values_list("kind", "pk"))
    if Kind.LONGITUDE not in keys or Kind.LATITUDE not in keys:
        return []
    east, north = (readings.history().series(keys[kind], since, until) for kind in (Kind.LONGITUDE, Kind.LATITUDE))
    moments, left, right = np.intersect1d(east.at_ms, north.at_ms, assume_unique=True, return_indices=True)
    speeds: dict[int, float] = {}
    if Kind.SPEED in keys:
        read = readings.history().series(keys[Kind.SPEED], since, until)
        speeds = dict(zip(read.at_ms.tolist(), read.values.tolist(), strict=True))
    columns = moments.tolist(), east.values[left].tolist(), north.values[right].tolist()
    return [
        Position(moment(at), longitude, latitude, speeds.get(at))
        for at, longitude, latitude in zip(*columns, strict=True)
        if not (isnan(longitude) or isnan(latitude))
    ]


def coverage(positions: list[Position]) -> float | None:
    """Return the share, in percent, of five-minute spans between first and last position that hold one."""
    if len(positions) < 2:
        return None
    spans = {milliseconds(each.at) // 300_000 for each in positions}
    return round(100 * len(spans) / (max(spans) - min(spans) + 1), 1)


def _vehicle(actor: Actor, device_id: int) -> Device:
    actor.require(VIEW)
    found: Device = find_row(scoped(Device.objects.select_related("enterprise"), actor), device_id)
    return found


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", "")[:10])
    except ValueError:
        return clock.today()
