"""Figures: how much is online, how many alarms were in time and true, and what ISA-18.2 asks of an alarm system."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from anning.accounts.selectors import scoped
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.monitoring.lifecycle import ANNUNCIATED, SILENT, UNACKNOWLEDGED
from anning.monitoring.models import Alarm, AlarmEvent, CameraState, Datastream, Family, Fault, Tier, Verdict

SLOT = timedelta(minutes=10)
SLOT_S = 600
TOP = 10
GONE = ("offline",)


@dataclass(frozen=True, slots=True)
class Now:
    """How the watched points stand this moment."""

    points: int
    cameras: int
    offline: int
    open_alarms: int
    unacknowledged: int
    overdue: int

    @property
    def online_percent(self) -> float | None:
        """Share of points that are online, in percent."""
        return round(100 * (self.points - self.offline) / self.points, 1) if self.points else None


@dataclass(frozen=True, slots=True)
class Handling:
    """How alarms of a span were handled; shares from 0 to 1, None without any."""

    raised: int
    by_tier: dict[int, int]
    in_time: float | None
    judged: int
    false: float | None
    handed_up: int


@dataclass(frozen=True, slots=True)
class Performance:
    """The figures of ISA-18.2 for a span."""

    annunciations: int
    per_slot: float  # mean in ten minutes
    most_in_slot: int
    flood_share: float  # of the time, 0 to 1
    floods: int
    top: list[tuple[Datastream, int]]
    top_share: float
    chattering: int
    stale: int
    standing: int
    by_priority: dict[int, int]
    suppressed: int


def now(actor: Actor, at: datetime | None = None) -> Now:
    """Return how the points of 安防网 stand, and all alarms."""
    at = at or clock.now()
    points = scoped(watch_points(), actor).order_by()
    away = Q(kind="camera", camera_state=CameraState.OFFLINE) | Q(
        faults__condition__in=GONE, faults__ended_at=None, faults__isnull=False
    )
    found = points.aggregate(
        points=Count("pk", distinct=True),
        cameras=Count("pk", filter=Q(kind="camera"), distinct=True),
        offline=Count("pk", filter=away, distinct=True),
    )
    alarms = scoped(Alarm.objects.filter(state__in=ANNUNCIATED), actor).order_by()
    counted = alarms.aggregate(
        open_alarms=Count("pk"),
        unacknowledged=Count("pk", filter=Q(state__in=UNACKNOWLEDGED)),
        overdue=Count("pk", filter=Q(due_at__lte=at)),
    )
    return Now(**found, **counted)


def watch_points() -> QuerySet[Datastream]:
    """Return the points that count in the figures of 安防网: monitored, of devices in service."""
    found: QuerySet[Datastream] = Datastream.objects.filter(
        is_monitored=True, device__state="in_service", device__family=Family.WATCH
    )
    return found


def online_rate(actor: Actor, start: datetime, end: datetime) -> float | None:
    """Return online minutes over required minutes of the watched points with numbers, 0 to 1; None without any.

    Required is the whole span for every point in service; not online are the spans of its offline faults.
    """
    probes = scoped(watch_points(), actor).exclude(kind="camera")
    count, span = probes.count(), (end - start).total_seconds()
    if not count or span <= 0:
        return None
    spans = Fault.objects.filter(datastream__in=probes, condition__in=GONE, onset_at__lt=end)
    spans = spans.filter(Q(ended_at=None) | Q(ended_at__gt=start)).order_by("datastream", "onset_at")
    away, reached = 0.0, dict[int, datetime]()  # a point may have faults that overlap
    for point, since, until in spans.values_list("datastream", "onset_at", "ended_at"):
        begin = max(since, start, reached.get(point, start))
        stop = min(until or end, end)
        away += max((stop - begin).total_seconds(), 0.0)
        reached[point] = max(stop, reached.get(point, start))
    return 1 - away / (count * span)


def handling(actor: Actor, start: datetime, end: datetime) -> Handling:
    """Return how the alarms that began in the span were handled."""
    rows = _raised(actor, start, end)
    by_tier = dict(rows.values_list("tier").annotate(count=Count("pk")))
    judged = rows.exclude(verdict="").count()
    false = rows.filter(verdict=Verdict.FALSE).count()
    sounded = rows.exclude(state__in=SILENT)
    limits: dict[str, Any] = rulebook.value("ALM-ACK-MINUTES", start)
    minutes = {Tier.NOTICE: limits["notice"], Tier.WARNING: limits["warning"], Tier.ALARM: limits["alarm"]}
    taken = sounded.values_list("first_tier", "raised_at", "first_acknowledged_at")
    in_time = [at is not None and at - raised <= timedelta(minutes=minutes[Tier(tier)]) for tier, raised, at in taken]
    return Handling(
        raised=rows.count(),
        by_tier={tier.value: by_tier.get(tier.value, 0) for tier in Tier},
        in_time=sum(in_time) / len(in_time) if in_time else None,
        judged=judged,
        false=false / judged if judged else None,
        handed_up=rows.filter(handed_up_at__isnull=False).count(),
    )


def performance(actor: Actor, start: datetime, end: datetime) -> Performance:
    """Return the alarm system's figures by ISA-18.2: rate, floods, the ten worst, chatter, stale and standing."""
    seen = scoped(Alarm.objects.all(), actor)
    onsets = AlarmEvent.objects.filter(alarm__in=seen, move="occur", at__gte=start, at__lt=end).exclude(
        state__in=SILENT
    )
    slots = Counter(int((at - start).total_seconds() // SLOT_S) for at in onsets.values_list("at", flat=True))
    count, total = max(1, -(-int((end - start).total_seconds()) // SLOT_S)), sum(slots.values())
    flooded = _floods([slots.get(number, 0) for number in range(count)])
    worst = Counter(dict(onsets.values_list("alarm__datastream").annotate(count=Count("pk")))).most_common(TOP)
    points = Datastream.objects.select_related("device").in_bulk([pk for pk, _count in worst])
    rows = _raised(actor, start, end)
    stale_before = end - timedelta(hours=rulebook.value("ALM-STALE-HOURS", start))
    standing = seen.filter(episode_at__lt=end).filter(Q(returned_at=None) | Q(returned_at__gte=end))
    return Performance(
        annunciations=total,
        per_slot=total / count,
        most_in_slot=max(slots.values(), default=0),
        flood_share=sum(flooded) / count,
        floods=sum(is_on and not before for before, is_on in zip([False, *flooded], flooded, strict=False)),
        top=[(points[pk], number) for pk, number in worst],
        top_share=sum(number for _pk, number in worst) / total if total else 0.0,
        chattering=rows.filter(episodes__gte=3).count(),
        stale=standing.filter(is_active=True, episode_at__lte=stale_before).count(),
        standing=standing.filter(is_active=True).count(),
        by_priority={tier.value: rows.filter(first_tier=tier).count() for tier in Tier},
        suppressed=rows.filter(state__in=SILENT).aggregate(count=Sum("episodes"))["count"] or 0,
    )


def _floods(counts: list[int]) -> list[bool]:
    """Say of each slot whether a flood was on: it begins above one bound and ends below another."""
    bounds = rulebook.value("ALM-FLOOD")
    on, told = False, []
    for count in counts:
        on = count >= bounds["begins"] or (on and count >= bounds["ends"])
        told.append(on)
    return told


def _raised(actor: Actor, start: datetime, end: datetime) -> QuerySet[Alarm]:
    return scoped(Alarm.objects.filter(onset_at__gte=start, onset_at__lt=end), actor).order_by()
