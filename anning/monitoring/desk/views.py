"""The queue and the page of one alarm."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from anning.accounts.models import Organisation, Post
from anning.accounts.selectors import find_scoped, names_of, scoped
from anning.accounts.web import actor_of
from anning.duty.selectors import on_post
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, IllegalMove, NotFound, Refused
from anning.monitoring.desk import queue, readings
from anning.monitoring.desk.deeds import DEEDS, Deed, open_deeds
from anning.monitoring.desk.lines import story
from anning.monitoring.lifecycle import UNACKNOWLEDGED
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import Alarm, Datastream, Device
from anning.monitoring.permissions import VIEW_ALARM

AROUND = timedelta(minutes=30)  # of the trend on an alarm's page
STALE = timedelta(seconds=60)  # without a reading from anywhere: the feed is dead


@require_safe
@login_required
def queue_page(request: HttpRequest) -> HttpResponse:
    """Show the queue; the script asks for its rows alone."""
    actor = actor_of(request)
    actor.require(VIEW_ALARM)
    is_part = request.headers.get("HX-Request") == "true"
    answer = render(request, "monitoring/desk/_rows.html" if is_part else "monitoring/desk/queue.html", _queue(actor))
    answer["Cache-Control"] = "no-store"
    return answer


def _queue(actor: Actor) -> dict[str, Any]:
    alarms = queue.open_alarms(actor)
    groups, now = queue.grouped(alarms), clock.now()
    devices = scoped(Device.objects.exclude(state__in=["registered", "retired"]), actor)
    seen = readings.newest_at()
    return {
        "groups": groups,
        "total": len(alarms),
        "overdue": sum(alarm.is_overdue(now) for alarm in alarms),
        "unacknowledged": sum(alarm.state in UNACKNOWLEDGED for alarm in alarms),
        "sounding": queue.sounding(alarms),
        "names": names_of({alarm.acknowledged_by for alarm in alarms} - {""}),
        "quiet_since": None if alarms else queue.quiet_since(actor),
        "now": now,
        "rate": 1 / clock.real_seconds(timedelta(seconds=1)),
        "seen_at": seen,
        "is_dead": seen is None or now - seen > STALE,
        "online": devices.filter(is_online=True).count(),
        "devices": devices.count(),
    }


@require_safe
@login_required
def alarm_page(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Show one alarm: facts, deeds, trend, story, whom to call, evidence."""
    actor = actor_of(request)
    actor.require(VIEW_ALARM)
    alarm = find_scoped(Alarm.objects.select_related(*queue.JOINED), actor, alarm_id)
    since, until = alarm.onset_at - AROUND, min(clock.now(), (alarm.returned_at or clock.now()) + AROUND)
    point = alarm.datastream
    data = reverse("desk:trend_data", args=(point.pk,))
    context = {
        "alarm": alarm,
        "point": point,
        "lines": story(alarm),
        "deeds": open_deeds(alarm, actor),
        "names": names_of({alarm.acknowledged_by, alarm.judged_by, alarm.handed_up_by, alarm.closed_by} - {""}),
        "calls": calls(alarm),
        "beside": beside(alarm, actor),
        "trend_url": f"{data}?from={milliseconds(since)}&to={milliseconds(until)}",
        "neighbours": neighbours(point, actor),
    }
    return render(request, "monitoring/desk/alarm.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deed_page(request: HttpRequest, alarm_id: int, move: str) -> HttpResponse:
    """Ask what a deed needs and do it, to one alarm or to all ``keys`` of its group; a script gets the form alone."""
    actor, deed = actor_of(request), DEEDS.get(move)
    if deed is None:
        raise NotFound(_("没有这个操作"), _("请从报警台进入"))
    actor.require(deed.permission)
    alarm = find_scoped(Alarm.objects.select_related(*queue.JOINED), actor, alarm_id)
    keys = keys_of(request.POST.get("keys") or request.GET.get("keys", ""), alarm)
    is_part = request.headers.get("HX-Request") == "true"
    context: dict[str, Any] = {"alarm": alarm, "deed": deed, "keys": ",".join(map(str, keys)), "many": len(keys)}
    if request.method == "POST":
        try:
            _do(deed, keys, actor, request)
        except (Refused, IllegalMove, Conflict) as error:
            context |= {name: request.POST.get(name, "") for name in ("text", "verdict")} | {"error": error}
        else:
            return HttpResponse(status=204) if is_part else redirect("desk:alarm", alarm.pk)
    template = "monitoring/desk/_deed.html" if is_part else "monitoring/desk/deed.html"
    return render(request, template, context, status=422 if "error" in context else 200)


@transaction.atomic
def _do(deed: Deed, keys: list[int], actor: Actor, request: HttpRequest) -> None:
    """Do the deed to all of them or to none; those of a group whom it no longer fits are left as they are."""
    minutes = request.POST.get("minutes", "")
    asked = {
        "minutes": int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else None,
        "text": request.POST.get("text", "").strip(),
        "verdict": request.POST.get("verdict", ""),
    }
    found = {alarm.pk: alarm for alarm in scoped(Alarm.objects.filter(pk__in=keys), actor)}
    for key in keys:
        if len(keys) == 1 or (key in found and deed.is_open(found[key])):
            deed.do(key, actor, asked)


def keys_of(text: str, alarm: Alarm) -> list[int]:
    """Return the keys of the alarms a deed is for: those of the group that were shown, the one asked for first."""
    given = [int(part) for part in text.split(",")[:200] if part.isascii() and part.isdigit() and len(part) < 19]
    return [alarm.pk, *dict.fromkeys(key for key in given if key != alarm.pk)]


def calls(alarm: Alarm) -> list[tuple[str, str, str]]:
    """Return whom to call about an alarm: (unit, post or person, telephone), the enterprise's own watch first."""
    enterprise, found = alarm.enterprise, []
    unit = enterprise.organisation if enterprise else alarm.organisation
    if unit:
        found += _watch_of(unit)
        found.append((str(unit), _("值班电话"), unit.duty_phone))
    if enterprise:
        found.append((str(enterprise), _("企业电话"), enterprise.phone))
    area = alarm.area and (alarm.area.parent if alarm.area.level == "village" else alarm.area)
    if area:
        for town in Organisation.objects.filter(area=area, kind="town"):
            found += [*_watch_of(town), (str(town), _("值班电话"), town.duty_phone)]
    known: set[str] = set()
    return [line for line in found if line[2] and not (line[2] in known or known.add(line[2]))]  # type: ignore[func-returns-value]


def _watch_of(unit: Organisation) -> list[tuple[str, str, str]]:
    posts = Post.objects.filter(organisation=unit, is_round_the_clock=True).exclude(phone="")
    return [(str(unit), " ".join([post.name, *map(str, on_post(post)[:1])]), post.phone) for post in posts]


def beside(alarm: Alarm, actor: Actor) -> QuerySet[Alarm]:
    """Return what else was the matter at the same enterprise within the hour before and after."""
    hour = timedelta(hours=1)
    found = queue.visible_alarms(actor).filter(onset_at__range=(alarm.onset_at - hour, alarm.onset_at + hour))
    same = {"enterprise": alarm.enterprise} if alarm.enterprise_id else {"datastream__device": alarm.datastream.device}
    return found.filter(**same).exclude(pk=alarm.pk).order_by("onset_at")[:20]


def neighbours(point: Datastream, actor: Actor) -> QuerySet[Datastream]:
    """Return the other points of the same plant and the cameras of the enterprise, to see what is going on."""
    same = Datastream.objects.filter(is_monitored=True).exclude(pk=point.pk)
    home = point.device.enterprise
    same = same.filter(device__enterprise=home) if home else same.filter(device=point.device)
    if point.zone:
        same = same.filter(zone=point.zone) | same.filter(kind="camera")
    return scoped(same, actor).order_by("kind", "code")[:12]
