"""The readings of the last days, written and judged at once: trends, online rates and faults are there at the start."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from anning.demo.devices.roster import units
from anning.demo.devices.units import Unit
from anning.demo.signals import Spot, is_silent, say
from anning.demo.signals.chance import DAY_MS, HOUR_MS, MINUTE_MS, Floats, Ints
from anning.kernel import clock
from anning.monitoring import selectors
from anning.monitoring.history import History, HistoryBusy, open_history
from anning.monitoring.judging import FAULTS, Transition
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import Alarm, Datastream
from anning.monitoring.observations import Observations
from anning.monitoring.sentry import NAME, Course
from anning.monitoring.services import take_transitions

STEPS = {"camera": 10, "river_stage": 5, "rain": 5, "hydrant_pressure": 10, "residual_current": 10}  # minutes
STEPS |= {"cable_temperature": 10, "fire": 10, "waterlogging": 5}
USUAL_STEP, DRIVING_STEP, PARKED_STEP = 4, 1, 20  # minutes: the usual silence that is no fault is five
DRIVEN_DAYS = 2  # of which the ways of the vehicles are kept
NEAR = 0.92  # of a limit: how far values go that have raised no alarm
Columns = tuple[Ints, Floats, Ints]  # at_ms, values, qualities


@dataclass(frozen=True, slots=True)
class Episode:
    """An alarm that is on record: its readings must show it."""

    since_ms: int
    until_ms: int
    value: float
    limit: float


def add_past_readings(days: int, say: Callable[[str], None] = lambda _line: None) -> int:
    """Write what was measured in the last ``days``, and the faults that follow; return how many readings.

    Does nothing when the platform runs on this home already: its history has one writer.
    """
    if not days:
        return 0
    say("　最近几天的监测读数……")
    try:
        history = open_history(writable=True)
    except HistoryBusy:
        say("　平台正在运行，未补写最近几天的监测读数")
        return 0
    try:
        return _fill(history, milliseconds(clock.now()), days)
    finally:
        history.close()


def _fill(history: History, now_ms: int, days: int) -> int:
    rows = _readings(now_ms - days * DAY_MS, now_ms)
    course = Course(selectors.ruleset())
    found: list[Transition] = []
    number = 0
    for batch in _hours(rows):
        number = history.append(batch)
        found += course.judge.judge_received(batch, batch.at_ms)
    found += course.follow(Observations.of([], now_ms))
    take_transitions([each for each in found if each.condition in FAULTS], number)
    if number:
        history.save_state(NAME, number, course.dump())
    history.seal(now_ms, everything=True)
    return len(rows)


def _hours(rows: Observations) -> Iterator[Observations]:
    """Yield the readings hour by hour, as they would have arrived."""
    hours = rows.at_ms // HOUR_MS
    ends = [*(np.flatnonzero(np.diff(hours)) + 1).tolist(), len(rows)]
    begin = 0
    for end in ends:
        if end > begin:
            part = slice(begin, end)
            columns = (rows.datastreams[part], rows.at_ms[part], rows.values[part], rows.qualities[part])
            yield Observations(*columns, int(rows.at_ms[end - 1]))
        begin = end


def _readings(since_ms: int, now_ms: int) -> Observations:
    """Return all readings of the span by time."""
    keys = {(device, channel): pk for device, channel, pk in Datastream.objects.values_list("device", "channel", "pk")}
    episodes = _episodes(since_ms)
    parts: list[tuple[int, Columns]] = []
    for unit in units():
        if unit.track is not None:
            parts += [(keys[unit.pk, name], told) for name, told in _driven(unit, since_ms, now_ms)]
        for channel, spot in unit.spots.items() if unit.track is None else ():
            key = keys[unit.pk, channel]
            parts.append((key, _measured(unit, spot, episodes.get(key, []), since_ms, now_ms)))
    if not parts:
        return Observations.of([], now_ms)
    datastreams = np.concatenate([np.full(len(told[0]), key, np.int32) for key, told in parts])
    at_ms, values, qualities = (np.concatenate([told[place] for _key, told in parts]) for place in range(3))
    order = np.argsort(at_ms, kind="stable")
    return Observations(datastreams[order], at_ms[order], values[order], qualities[order].astype(np.uint8), now_ms)


def _measured(unit: Unit, spot: Spot, episodes: list[Episode], since_ms: int, now_ms: int) -> Columns:
    """Return what a point said, each time its device had power; beyond a limit only where an alarm is on record."""
    step = STEPS.get(spot.kind, USUAL_STEP) * MINUTE_MS
    at_ms = np.arange(since_ms // step * step + unit.seed % step, now_ms, step, dtype=np.int64)
    if unit.home:
        at_ms = at_ms[~is_silent(unit.home, at_ms)]
    for episode in episodes:
        at_ms = np.append(at_ms, [episode.since_ms, episode.until_ms])
    at_ms = np.unique(at_ms)
    said = say(spot, at_ms)
    values, qualities = _within(spot, said.values), said.qualities.astype(np.int64)
    for episode in episodes:
        during = (at_ms >= episode.since_ms) & (at_ms < episode.until_ms)
        values[during], qualities[during] = episode.value, 0
        values[at_ms == episode.until_ms] = round(episode.limit * 0.6, 1)
    return at_ms, values, qualities


def _within(spot: Spot, values: Floats) -> Floats:
    """Return the values inside the limits; what is out of the range of the instrument stays."""
    low, high = spot.levels.low, spot.levels.high
    out = values > spot.top
    calm = values.copy()
    if spot.kind in ("fire", "fire_door"):
        calm[:] = 0
    elif spot.kind == "presence":
        calm[:] = 1
    else:
        if high is not None:
            calm = np.where((calm >= high) & ~out, high * NEAR, calm)
        if low is not None:
            calm = np.where(calm <= low, low * (2 - NEAR), calm)
    return calm


def _driven(unit: Unit, since_ms: int, now_ms: int) -> Iterator[tuple[str, Columns]]:
    """Yield the ways of a vehicle, minute by minute while it drove."""
    assert unit.track is not None
    minutes = np.arange(max(since_ms, now_ms - DRIVEN_DAYS * DAY_MS), now_ms, DRIVING_STEP * MINUTE_MS, dtype=np.int64)
    course = unit.track.course(minutes)
    kept = course.is_running | (minutes // MINUTE_MS % PARKED_STEP == 0)
    columns = {"longitude": course.longitude, "latitude": course.latitude, "speed": np.minimum(course.speed, 78.0)}
    for name in unit.spots:
        if name in columns:
            yield name, (minutes[kept], columns[name][kept], np.zeros(int(kept.sum()), np.int64))


def _episodes(since_ms: int) -> dict[int, list[Episode]]:
    """Return by datastream the alarms on record that are over."""
    found: dict[int, list[Episode]] = defaultdict(list)
    rows = Alarm.objects.filter(onset_ms__gte=since_ms, returned_at__isnull=False, limit__isnull=False)
    for alarm in rows.exclude(value=None):
        over = milliseconds(alarm.returned_at) if alarm.returned_at else alarm.onset_ms
        found[alarm.datastream_id].append(
            Episode(alarm.onset_ms, over, float(alarm.value or 0), float(alarm.limit or 0))
        )
    return found
