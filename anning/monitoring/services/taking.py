"""Taking what the judge found: transitions become alarms, episodes, returns and faults, each once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from anning.kernel import clock
from anning.kernel.actor import system
from anning.monitoring import logic
from anning.monitoring.judging import Transition
from anning.monitoring.lifecycle import ALARM, SILENT
from anning.monitoring.models import Alarm, AlarmEvent, Datastream, Fault, Window
from anning.monitoring.services.acting import JOINED, hand_up_by_agreement
from anning.monitoring.services.entries import line, note
from anning.monitoring.services.escalating import raise_tier
from anning.monitoring.services.terms import Terms, frozen_steps, start_clocks, terms

PLATFORM = system()
Spot = tuple[int, str, str]  # datastream, condition, rule
Span = tuple[int, datetime, datetime]
FEW = 8
Unit = tuple[int | None, str, str, int, bool]  # enterprise, cause, zone, device, exercise
CHANGED = (
    *("state", "is_active", "returned_at", "episode_at", "episodes", "tier", "priority", "peak", "window"),
    *("due_at", "tier_due_at", "check_due_at", "step", "step_due_at", "acknowledged_until", "version", "changed_at"),
)


@dataclass(slots=True)
class Taken:
    """What came of a batch: the alarms that were raised, repeated or returned, and the faults that began or ended."""

    raised: list[Alarm] = field(default_factory=list)
    repeated: list[Alarm] = field(default_factory=list)
    returned: list[Alarm] = field(default_factory=list)
    faults: int = 0


@transaction.atomic
def take_transitions(transitions: Iterable[Transition], batch: int = 0, now: datetime | None = None) -> Taken:
    """Raise, repeat and return alarms and faults as the transitions say, and journal it, in one transaction.

    A transition that was taken before does nothing, so a batch may be judged and handed in again. ``batch`` is the
    number of the batch of history in which the values stand.
    """
    given = list(transitions)
    points = _points(each.datastream for each in given)
    known = [each for each in given if each.datastream in points]
    now = now or clock.now()
    in_force = terms(now)
    is_fault = {each: logic.is_fault(points[each.datastream].kind, each.condition, in_force.alarming) for each in known}
    taken = Taken(faults=_take_faults([each for each in known if is_fault[each]], points))
    alarming = [each for each in known if not is_fault[each]]
    if alarming:
        _Taking(alarming, points, taken, batch=batch, now=now, in_force=in_force).take()
    return taken


def _points(keys: Iterable[int]) -> dict[int, Datastream]:
    asked = set(keys)
    if not asked:
        return {}
    joined = Datastream.all_objects.select_related("device__enterprise", "area", "organisation")
    return {point.pk: point for point in joined.filter(pk__in=asked).order_by()}


class _Taking:
    """One batch of transitions on its way into the tables."""

    def __init__(
        self,
        transitions: Sequence[Transition],
        points: dict[int, Datastream],
        taken: Taken,
        *,
        batch: int,
        now: datetime,
        in_force: Terms,
    ) -> None:
        self.transitions, self.points, self.batch = transitions, points, batch
        self.now, self.terms, self.taken = now, in_force, taken
        self.steps: dict[int, list[dict[str, Any]]] = {}
        self.last = self._last_alarms()
        self.lines: list[AlarmEvent] = []
        self.fresh: list[Alarm] = []
        self.changed: dict[int, Alarm] = {}
        self.notes: list[tuple[Alarm, str, datetime, dict[str, Any]]] = []

    def take(self) -> None:
        """Take every transition that was not taken before, then write."""
        done = self._taken_before()
        windows = self._windows()
        for each in self.transitions:
            if (key := _key(each)) in done:
                continue
            done.add(key)
            spot = (each.datastream, each.condition, each.rule)
            alarm = self.last.get(spot)
            if each.is_active:
                self._begin(each, key, alarm, windows.get(each.datastream, ()))
            elif alarm is not None and alarm.is_active:
                self._end(each, key, alarm)
        self._write()
        self._agree()

    def _last_alarms(self) -> dict[Spot, Alarm]:
        """Return the newest alarm of every spot that is still active or has returned a moment ago, locked."""
        since = min(logic.moment(each.at_ms) for each in self.transitions) - self.terms.chatter
        rows = (
            Alarm.all_objects.select_for_update(of=("self",))
            .filter(
                Q(is_active=True) | Q(returned_at__gte=since),
                datastream_id__in=self.points,
                condition__in={each.condition for each in self.transitions},
            )
            .order_by("is_active", "episode_at", "pk")  # what still stands goes before what has returned later
        )
        found: dict[Spot, Alarm] = {}
        for alarm in rows:
            alarm.datastream = self.points[alarm.datastream_id]
            alarm.enterprise = alarm.datastream.device.enterprise
            found[alarm.datastream_id, alarm.condition, alarm.rule] = alarm
        return found

    def _taken_before(self) -> set[str]:
        keys = {_key(each) for each in self.transitions}
        return {key for key in AlarmEvent.objects.filter(key__in=keys).order_by().values_list("key", flat=True) if key}

    def _windows(self) -> dict[int, list[Span]]:
        """Return the spans of the windows of the points: key, begin and end."""
        found: dict[int, list[Span]] = defaultdict(list)
        since = min(logic.moment(each.at_ms) for each in self.transitions)
        held = Window.all_objects.filter(state__in=("approved", "ended"), until_at__gt=since)
        columns = ("datastream_id", "pk", "since_at", "until_at", "ended_at")
        for point, pk, begin, until, ended in (
            held.filter(datastream_id__in=self.points).order_by().values_list(*columns)
        ):
            found[point].append((pk, begin, ended or until))
        return found

    def _begin(self, each: Transition, key: str, alarm: Alarm | None, windows: Sequence[Span]) -> None:
        at = logic.moment(each.at_ms)
        if alarm is not None and alarm.is_active:
            self._keep(alarm, "occur", each, key, at)  # said again: one more line, no further episode
            return
        if alarm is not None and not alarm.closed_at and self._follows(alarm, at):
            alarm.state, alarm.is_active, alarm.returned_at = ALARM.after(alarm.state, "occur"), True, None
            alarm.episode_at, alarm.episodes = at, alarm.episodes + 1
            alarm.peak = logic.further(alarm.condition, alarm.peak, logic.number(each.value))
            self._start(alarm, at)
            self._keep(alarm, "occur", each, key, at)
            self._note(alarm, "repeat", at)
            self.taken.repeated.append(alarm)
            return
        self._raise(each, key, at, windows)

    def _follows(self, alarm: Alarm, at: datetime) -> bool:
        """Whether an onset is a further episode of an alarm: so soon after its return that people would call it one."""
        return alarm.onset_at <= at <= (alarm.returned_at or at) + self.terms.chatter

    def _raise(self, each: Transition, key: str, at: datetime, windows: Sequence[Span]) -> None:
        point = self.points[each.datastream]
        tier = logic.tier_of(each.tier, each.condition)
        enterprise = point.device.enterprise
        value = logic.number(each.value)
        alarm = Alarm(
            datastream=point,
            enterprise=enterprise,
            area=point.area,
            organisation=point.organisation,
            sensitivity=point.sensitivity,
            exercise=point.exercise,
            cause=logic.family(point.kind, each.condition),
            condition=each.condition,
            rule=each.rule,
            onset_ms=each.at_ms,
            onset_at=at,
            raised_at=self.now,
            episode_at=at,
            state=ALARM.after(ALARM.initial, "occur"),
            first_tier=tier,
            tier=tier,
            priority=logic.priority(tier, is_major=bool(enterprise and enterprise.is_major_hazard)),
            value=value,
            limit=logic.number(each.limit),
            peak=value,
            is_latching=point.is_latching,
        )
        if point.device.state != "in_service" or not point.is_monitored:
            alarm.state = ALARM.after(ALARM.initial, "remove")
        elif window := next((pk for pk, begin, end in windows if begin <= at < end), None):
            alarm.state, alarm.window_id = ALARM.after(ALARM.initial, "suppress"), window
        self._start(alarm, at)
        self.fresh.append(alarm)
        self.last[each.datastream, each.condition, each.rule] = alarm
        self.taken.raised.append(alarm)
        self.lines.append(self._line(alarm, "occur", each, key, at))
        self._note(alarm, "raise", at)

    def _end(self, each: Transition, key: str, alarm: Alarm) -> None:
        at = logic.moment(each.at_ms)
        move = "latch" if alarm.is_latching and alarm.state not in SILENT else "recover"
        alarm.state, alarm.is_active, alarm.returned_at = ALARM.after(alarm.state, move), False, at
        alarm.tier_due_at = None
        if alarm.state == "normal":
            alarm.due_at = alarm.step_due_at = alarm.acknowledged_until = None
        self._keep(alarm, move, each, key, at)
        self._note(alarm, "return", at)
        self.taken.returned.append(alarm)

    def _start(self, alarm: Alarm, at: datetime) -> None:
        """Start the clocks at the onset, or when it was learnt of if that is later: nobody can act before."""
        if alarm.state in SILENT:
            alarm.due_at = alarm.shelved_until
            return
        if not alarm.steps:
            alarm.steps = self._steps(alarm.tier)
        start_clocks(alarm, max(at, self.now), self.terms.clocks)

    def _steps(self, tier: int) -> list[dict[str, Any]]:
        if tier not in self.steps:
            self.steps[tier] = frozen_steps(tier)
        return self.steps[tier]

    def _keep(self, alarm: Alarm, move: str, each: Transition, key: str, at: datetime) -> None:
        if alarm.pk is not None:
            self.changed[alarm.pk] = alarm
        self.lines.append(self._line(alarm, move, each, key, at))

    def _note(self, alarm: Alarm, verb: str, at: datetime) -> None:
        """Keep what the journal shall hear, as it stands now: later transitions of the batch change the alarm again."""
        now = {"state": alarm.state, "episodes": alarm.episodes, "peak": alarm.peak, "batch": self.batch}
        self.notes.append((alarm, verb, at, now))

    def _line(self, alarm: Alarm, move: str, each: Transition, key: str, at: datetime) -> AlarmEvent:
        value, limit = logic.number(each.value), logic.number(each.limit)
        return line(alarm, move, PLATFORM, self.now, at=at, value=value, limit=limit, key=key)

    def _write(self) -> None:
        for alarm in self.changed.values():
            alarm.version += 1
            alarm.changed_at = self.now
        Alarm.all_objects.bulk_create(self.fresh)
        if len(self.changed) > FEW:
            Alarm.all_objects.bulk_update(self.changed.values(), CHANGED)
        else:  # one by one is quicker to say
            for alarm in self.changed.values():
                alarm.save(update_fields=CHANGED)
        for each in self.lines:
            each.alarm_id = each.alarm.pk
        AlarmEvent.objects.bulk_create(self.lines)
        for alarm, verb, at, facts in self.notes:
            note(alarm, verb, PLATFORM, at=at, **facts)

    def _agree(self) -> None:
        """Let points of one unit bear each other out: two notices are a warning, two alarms are handed up at once."""
        touched = [a for a in (*self.taken.raised, *self.taken.repeated) if _sounds(a) and a.enterprise_id]
        if not touched:
            return
        units = {_unit(alarm) for alarm in touched}
        active = Alarm.all_objects.filter(
            enterprise_id__in={alarm.enterprise_id for alarm in touched}, is_active=True
        ).exclude(state__in=SILENT)
        columns = (
            "pk",
            "datastream_id",
            "enterprise_id",
            "cause",
            "exercise",
            "datastream__zone",
            "datastream__device",
        )
        beside: dict[Unit, dict[int, int]] = defaultdict(dict)  # alarm -> point
        for pk, point, enterprise, cause, exercise, zone, device in active.order_by("pk").values_list(*columns):
            unit = (enterprise, cause, zone, 0 if zone else device, exercise)
            if unit in units:
                beside[unit][pk] = point
        for together in beside.values():
            if len(set(together.values())) >= self.terms.agreeing:
                _bear_out(list(together), self.terms, self.now)


def _sounds(alarm: Alarm) -> bool:
    return alarm.is_active and alarm.state not in SILENT


def _unit(alarm: Alarm) -> Unit:
    """Return what tells apart the units in which points bear each other out: the zone, else the device."""
    point = alarm.datastream
    return alarm.enterprise_id, alarm.cause, point.zone, 0 if point.zone else point.device_id, alarm.exercise


def _bear_out(alarm_ids: list[int], in_force: Terms, now: datetime) -> None:
    rows = Alarm.all_objects.select_for_update(of=("self",)).select_related(*JOINED).order_by("pk")
    together = list(rows.filter(pk__in=alarm_ids))
    for each in together:
        if each.tier == logic.NOTICE:
            raise_tier(each, PLATFORM, now, in_force.clocks, verb="agree")
    gravest = [each for each in together if each.tier == logic.ALARM]
    if len({each.datastream_id for each in gravest}) >= in_force.agreeing:
        for each in gravest:
            hand_up_by_agreement(each, now)


def _key(each: Transition) -> str:
    return logic.transition_key(each.datastream, each.condition, each.rule, each.at_ms, each.is_active)


def _take_faults(transitions: Sequence[Transition], points: dict[int, Datastream]) -> int:
    """Begin and end faults; return how many changed. What stands already, or began at this onset, is no new one."""
    if not transitions:
        return 0
    open_faults = {
        (fault.datastream_id, fault.condition): fault
        for fault in Fault.all_objects.select_for_update(of=("self",)).filter(datastream_id__in=points, ended_at=None)
    }
    onsets = {each.at_ms for each in transitions if each.is_active}
    before = set(
        Fault.all_objects.filter(datastream_id__in=points, onset_ms__in=onsets).values_list(
            "datastream_id", "condition", "onset_ms"
        )
    )
    count, fresh, ended = 0, [], []
    for each in transitions:
        spot = (each.datastream, each.condition)
        standing = open_faults.get(spot)
        if each.is_active and standing is None and (*spot, each.at_ms) not in before:
            open_faults[spot] = _fault(each, points[each.datastream])
            before.add((*spot, each.at_ms))
            fresh.append(open_faults[spot])
            count += 1
        elif not each.is_active and standing is not None and each.at_ms >= standing.onset_ms:
            standing.ended_at = logic.moment(each.at_ms)
            if standing.pk is not None:
                ended.append(standing)
            del open_faults[spot]
            count += 1
    Fault.all_objects.bulk_create(fresh)
    Fault.all_objects.bulk_update(ended, ["ended_at"])
    return count


def _fault(each: Transition, point: Datastream) -> Fault:
    return Fault(
        datastream=point,
        condition=each.condition,
        onset_ms=each.at_ms,
        onset_at=logic.moment(each.at_ms),
        value=logic.number(each.value),
        area=point.area,
        organisation=point.organisation,
        sensitivity=point.sensitivity,
        exercise=point.exercise,
    )
