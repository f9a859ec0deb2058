"""The figures of the centre for a span of time, counted by one selector from history and alarms.

在线率: minutes with readings of all minutes of all probes; a minute counts when a reading came within the point's
offline time before its end. 处置及时率: first acknowledged within the clock of the first tier. 误报率: judged false
of all judged. 查岗应答率: answered in time of all spot checks that have ended.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor
from anning.monitoring.desk import readings, states
from anning.monitoring.history import History
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import Alarm, Datastream, Fault, Finding, Kind, PatrolVisit, SpotCheck, Tier, Verdict
from anning.monitoring.selectors import ruleset
from anning.monitoring.services.terms import terms

MINUTE_MS = 60_000
USUAL_SILENCE_MS = 300_000  # of a kind for which the rule pack says nothing
TOP = 10


@dataclass(slots=True)
class Figures:
    """What a report says in numbers; plain values only, so that it can be kept as it was counted."""

    enterprises: int = 0
    points: int = 0
    probes: int = 0
    cameras: int = 0
    camera_states: dict[str, int] = field(default_factory=dict)
    required_minutes: int = 0
    online_minutes: int = 0
    readings: int = 0
    faulty_readings: int = 0
    dark: list[dict[str, Any]] = field(default_factory=list)  # enterprises without a single reading
    alarms: dict[str, int] = field(default_factory=dict)  # by tier, as raised
    episodes: int = 0
    in_time: int = 0
    acknowledged: int = 0
    due: int = 0  # alarms that should have been acknowledged by the end of the span
    true: int = 0
    false: int = 0
    unresolved: int = 0
    handed_up: int = 0
    top: list[dict[str, Any]] = field(default_factory=list)
    false_reasons: list[dict[str, Any]] = field(default_factory=list)
    faults: int = 0
    open_faults: int = 0
    planned_visits: int = 0
    done_visits: int = 0
    findings: int = 0
    checks: int = 0
    answered_checks: int = 0
    daily: list[dict[str, Any]] = field(default_factory=list)

    @property
    def raised(self) -> int:
        """Alarms of all tiers."""
        return sum(self.alarms.values())

    @property
    def online_rate(self) -> float | None:
        """在线率 in percent."""
        return percent(self.online_minutes, self.required_minutes)

    @property
    def in_time_rate(self) -> float | None:
        """报警处置及时率 in percent."""
        return percent(self.in_time, self.due)

    @property
    def false_rate(self) -> float | None:
        """误报率 in percent."""
        return percent(self.false, self.true + self.false)

    @property
    def check_rate(self) -> float | None:
        """查岗应答率 in percent."""
        return percent(self.answered_checks, self.checks)

    @property
    def patrol_rate(self) -> float | None:
        """巡查完成率 in percent."""
        return percent(self.done_visits, self.planned_visits)

    @property
    def good_rate(self) -> float | None:
        """数据有效率 in percent."""
        return percent(self.readings - self.faulty_readings, self.readings)

    def plain(self) -> dict[str, Any]:
        """Return the figures as they are kept with a report."""
        return asdict(self)


def percent(part: int, whole: int) -> float | None:
    """Return a share in percent to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def figures(actor: Actor, since: datetime, until: datetime, *, by_day: bool = False) -> Figures:
    """Count everything that lies in the span inside the actor's scope; ``by_day`` also day by day."""
    found = Figures()
    points = list(states.visible_points(actor).filter(device__family="watch"))
    _count_points(found, points)
    _count_online(found, readings.history(), points, since, until)
    _count_alarms(found, list(_alarms(actor, since, until)), since, until)
    _count_rounds(found, actor, since, until)
    if by_day:
        found.daily = list(_daily(actor, points, since, until))
    return found


def _count_points(found: Figures, points: Sequence[Datastream]) -> None:
    cameras = [point for point in points if point.kind == Kind.CAMERA]
    found.enterprises = len({point.device.enterprise_id for point in points} - {None})
    found.points, found.cameras, found.probes = len(points), len(cameras), len(points) - len(cameras)
    found.camera_states = dict(Counter(str(point.camera_state) for point in cameras))


def _count_online(
    found: Figures, history: History, points: Sequence[Datastream], since: datetime, until: datetime
) -> None:
    """Count minutes and readings of every probe; name the enterprises from which nothing came."""
    heard: dict[int, int] = {}
    names: dict[int, str] = {}
    silence = {limits.datastream: limits.offline_ms for limits in ruleset(since).limits}
    for point in points:
        if point.kind == Kind.CAMERA:
            continue
        minutes, total, good = minutes_of(history, point.pk, since, until, silence.get(point.pk) or USUAL_SILENCE_MS)
        found.online_minutes += int(minutes.sum())
        found.required_minutes += len(minutes)
        found.readings += total
        found.faulty_readings += total - good
        if enterprise := point.device.enterprise:
            heard[enterprise.pk] = heard.get(enterprise.pk, 0) + total
            names[enterprise.pk] = str(enterprise)
    found.dark = [{"key": key, "name": names[key]} for key, total in sorted(heard.items()) if not total]


def minutes_of(
    history: History, point: int, since: datetime, until: datetime, silence_ms: int
) -> tuple[NDArray[np.bool_], int, int]:
    """Return for each minute of the span whether the point was online, how many readings came, how many good."""
    first, last = milliseconds(since), milliseconds(until)
    span = (last - first) // MINUTE_MS
    back = max(-(-silence_ms // MINUTE_MS), 1)
    begin = first - back * MINUTE_MS
    counts = _per_minute(history, point, begin, last, without_faults=False)
    good = _per_minute(history, point, first, last, without_faults=True)
    sums = np.concatenate([[0], np.cumsum(counts)])
    online = (sums[back + 1 : back + 1 + span] - sums[1 : 1 + span]) > 0
    return online, int(counts[back:].sum()), int(good.sum())


def _per_minute(history: History, point: int, first: int, last: int, *, without_faults: bool) -> NDArray[np.int64]:
    size = (last - first) // MINUTE_MS
    trend = history.trend(point, first, last, size, without_faults=without_faults)
    counts = np.zeros(size, np.int64)
    np.add.at(counts, (trend.start_ms - first) // MINUTE_MS, trend.count)
    return counts


def _alarms(actor: Actor, since: datetime, until: datetime) -> Any:
    """Return the process alarms of watched enterprises that began in the span."""
    rows = Alarm.objects.filter(onset_at__gte=since, onset_at__lt=until, datastream__device__family="watch")
    return scoped(rows, actor).select_related("enterprise__area").order_by("onset_at", "pk")


def _count_alarms(found: Figures, alarms: Sequence[Alarm], since: datetime, until: datetime) -> None:
    clocks = terms(since).clocks
    found.alarms = {tier.name.lower(): sum(alarm.first_tier == tier for alarm in alarms) for tier in Tier}
    found.episodes = sum(alarm.episodes for alarm in alarms)
    for alarm in alarms:
        due = clocks.due_at(alarm.first_tier, alarm.raised_at)
        taken = alarm.first_acknowledged_at
        found.acknowledged += taken is not None and taken < until
        if due < until or taken is not None:
            found.due += 1
            found.in_time += taken is not None and taken <= due
    found.true = sum(alarm.verdict == Verdict.TRUE for alarm in alarms)
    found.false = sum(alarm.verdict == Verdict.FALSE for alarm in alarms)
    found.handed_up = sum(alarm.handed_up_at is not None for alarm in alarms)
    found.unresolved = sum(alarm.is_active or alarm.state != "normal" for alarm in alarms)
    places = {str(each.enterprise): str(each.enterprise.area or "") for each in alarms if each.enterprise}
    found.top = _top((str(alarm.enterprise) for alarm in alarms), places)
    found.false_reasons = _top(alarm.verdict_reason for alarm in alarms if alarm.verdict == Verdict.FALSE)


def _top(names: Iterable[str], places: dict[str, str] | None = None) -> list[dict[str, Any]]:
    counted = sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    return [{"name": name, "count": count, "place": (places or {}).get(name, "")} for name, count in counted]


def _count_rounds(found: Figures, actor: Actor, since: datetime, until: datetime) -> None:
    faults = scoped(Fault.objects.filter(datastream__device__family="watch"), actor)
    found.faults = faults.filter(onset_at__gte=since, onset_at__lt=until).count()
    found.open_faults = faults.filter(onset_at__lt=until, ended_at=None).count()
    visits = scoped(PatrolVisit.objects.filter(round__from_at__gte=since, round__from_at__lt=until), actor)
    found.planned_visits, found.done_visits = visits.count(), visits.exclude(result="").count()
    findings = scoped(Finding.objects.filter(found_at__gte=since, found_at__lt=until), actor)
    found.findings = findings.count()
    checks = scoped(SpotCheck.objects.filter(asked_at__gte=since, asked_at__lt=until).exclude(result=""), actor)
    found.checks, found.answered_checks = checks.count(), checks.filter(result=SpotCheck.Result.ANSWERED).count()


def _daily(actor: Actor, points: Sequence[Datastream], since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
    day = timedelta(days=1)
    start = since
    while start < until:
        end = min(start + day, until)
        one = Figures()
        _count_online(one, readings.history(), points, start, end)
        _count_alarms(one, list(_alarms(actor, start, end)), start, end)
        yield {
            "day": end.isoformat(),
            "online_rate": one.online_rate,
            "raised": one.raised,
            "in_time_rate": one.in_time_rate,
            "false_rate": one.false_rate,
        }
        start = end
