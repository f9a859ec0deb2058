"""At the first start there are days of readings, the faults in them, and alarms that the readings bear out."""

from collections import Counter
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.conf import settings

from anning.demo.ledger import Ledger
from anning.demo.past_readings import add_past_readings
from anning.demo.watched import add_watched
from anning.kernel import clock
from anning.monitoring import selectors
from anning.monitoring.history import open_history
from anning.monitoring.judging import Transition
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import Alarm, Datastream, Fault
from anning.monitoring.sentry import NAME
from anning.monitoring.services import take_transitions
from anning.registry.models import Enterprise

TRADES = ("液化石油气储存、充装", "成品油零售", "木制品加工，涉爆粉尘", "木制品加工，涉爆粉尘")
DAYS = 2
DAY_MS = 86_400_000


@pytest.fixture
def points(district: Any, request: Any, tmp_path: Any) -> dict[str, Datastream]:
    """The points of four watched enterprises, one of them dark, by code."""
    request.getfixturevalue("settings").HOME = tmp_path
    for number, trade in enumerate(TRADES):
        Enterprise.objects.create(
            name=f"第{number}家企业", credit_code=f"9112{number}", business=trade, industry="hazmat",
            area=district.town_a.area, is_monitored=True,
        )  # fmt: skip
    add_watched(Ledger())
    return {point.code: point for point in Datastream.objects.select_related("device__enterprise")}


def happened(point: Datastream, hours_ago: float) -> Alarm:
    """Return an alarm of the past that lasted half an hour."""
    at = clock.now() - timedelta(hours=hours_ago)
    began = Transition(point.pk, "high", "high", milliseconds(at), True, 31.0, 25.0, 1)
    (alarm,) = take_transitions([began], now=at).raised
    over = at + timedelta(minutes=30)
    take_transitions([began._replace(at_ms=milliseconds(over), is_active=False, value=15.0)], now=over)
    alarm.refresh_from_db()
    return alarm


@pytest.mark.skipif(settings.TEST_DATABASE != "sqlite", reason="the history of PostgreSQL outlives a test")
def test_the_last_days_are_written_judged_and_agree_with_the_alarms_on_record(points):
    gas = next(point for point in points.values() if point.kind == "combustible_gas")
    alarm = happened(gas, hours_ago=9.0)
    faults, now_ms = Fault.objects.count(), milliseconds(clock.now())

    written = add_past_readings(DAYS)

    history = open_history()
    try:
        last = history.last()
        heard = set(last.datastreams.tolist())
        dark = {point.pk for point in points.values() if not point.device.is_online}
        assert heard == {point.pk for point in points.values()} - dark and dark
        assert written > 300 * DAYS * len(heard) / 4
        _agrees(history.series(gas.pk, 0, now_ms + 1), alarm)
        _stays_inside(history, points, now_ms, but=gas.pk)
        state = history.load_state(NAME)
        assert state and list(history.batches(state[0])) == []  # nothing is left to be judged again
    finally:
        history.close()
    assert Alarm.objects.count() == 1
    assert all(fault.datastream_id in heard for fault in Fault.objects.order_by("pk")[faults:])


def _agrees(series: Any, alarm: Alarm) -> None:
    """Check that the readings cross the limit when the alarm says so, and at no other time."""
    assert alarm.returned_at is not None
    over = series.at_ms[series.values >= 25.0]
    assert over[0] == alarm.onset_ms
    assert milliseconds(alarm.returned_at) - 5 * 60_000 < over[-1] < milliseconds(alarm.returned_at)


def _stays_inside(history: Any, points: dict[str, Datastream], now_ms: int, *, but: int) -> None:
    """Check that no value but those of ``but`` is beyond a limit and inside the range."""
    limits = {each.datastream: each for each in selectors.ruleset().limits}
    for point in points.values():
        mine = limits.get(point.pk)
        if mine is None or mine.high is None or point.pk == but:
            continue
        values = history.series(point.pk, now_ms - DAYS * DAY_MS, now_ms + 1).values
        values = values[~np.isnan(values)]
        top = point.range_high or np.inf
        assert not ((values >= mine.high) & (values <= top)).any(), point


@pytest.mark.skipif(settings.TEST_DATABASE != "sqlite", reason="the history of PostgreSQL outlives a test")
def test_nothing_is_written_while_the_platform_runs(points):
    said: list[str] = []
    busy = open_history(writable=True)
    try:
        assert add_past_readings(DAYS, said.append) == 0
    finally:
        busy.close()

    assert any("正在运行" in line for line in said)


def test_no_days_are_no_readings(points):
    assert add_past_readings(0) == 0
    assert Counter(point.kind for point in points.values())["camera"] > 5
