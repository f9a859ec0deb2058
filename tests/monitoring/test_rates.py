"""Figures: online rate, handling in time, and what ISA-18.2 asks of an alarm system."""

from datetime import timedelta

from anning.kernel.actor import system
from anning.monitoring.models import Datastream
from anning.monitoring.selectors import rates
from anning.monitoring.services import acknowledge, judge_verdict, take_transitions
from tests.monitoring.conftest import NOW, ending, onset

EVERYBODY = system()
HOUR = timedelta(hours=1)


def after(minutes):
    return NOW + timedelta(minutes=minutes)


def test_the_online_rate_is_online_minutes_over_required_minutes(point, make_point):
    other = make_point("GAS_2")
    make_point("CAM_1", kind="camera")
    take_transitions(
        [
            onset(point, "offline", at=after(10)),
            ending(point, "offline", after(40)),
            onset(other, "offline", after(54)),
        ],
        1,
        NOW,
    )

    rate = rates.online_rate(EVERYBODY, NOW, NOW + HOUR)

    assert rate is not None and abs(rate - (1 - 36 / 120)) < 1e-9
    assert rates.online_rate(EVERYBODY, NOW + HOUR, NOW) is None


def test_points_that_are_not_monitored_do_not_count(point):
    Datastream.objects.update(is_monitored=False)

    assert rates.online_rate(EVERYBODY, NOW, NOW + HOUR) is None
    assert rates.now(EVERYBODY).online_percent is None


def test_how_many_were_in_time_and_how_many_were_false(point, make_point, operator):
    points = [point, *(make_point(f"GAS_{number}", zone=f"装置{number}") for number in range(2, 5))]
    alarms = take_transitions([onset(each) for each in points], 1, NOW).raised
    acknowledge(alarms[0].pk, operator, now=after(9))
    acknowledge(alarms[1].pk, operator, now=after(11))
    judge_verdict(alarms[2].pk, operator, verdict="false", reason="检定", now=after(2))
    judge_verdict(alarms[0].pk, operator, verdict="true", reason="泄漏", now=after(12))

    found = rates.handling(EVERYBODY, NOW, NOW + HOUR)

    assert (found.raised, found.judged, found.false, found.in_time) == (4, 2, 0.5, 0.5)
    assert found.by_tier == {1: 4, 2: 0, 3: 0} and found.handed_up == 0


def test_the_figures_of_the_standard_are_those_counted_by_hand(point, make_point):
    busy = [onset(point, at=after(0.2 * n)) if n % 2 == 0 else ending(point, at=after(0.2 * n)) for n in range(24)]
    late = [onset(make_point("GAS_2", zone="别处"), at=after(35))]
    take_transitions([*busy, *late], 1, NOW)

    found = rates.performance(EVERYBODY, NOW, NOW + HOUR)

    assert (found.annunciations, found.most_in_slot) == (13, 12)
    assert abs(found.per_slot - 13 / 6) < 1e-9
    assert (found.floods, found.flood_share) == (1, 1 / 6), "twelve in ten minutes are a flood, one is its end"
    assert [(each.code, number) for each, number in found.top] == [("GAS_1", 12), ("GAS_2", 1)]
    assert (found.chattering, found.standing, found.stale) == (1, 1, 0)
    assert rates.performance(EVERYBODY, NOW, NOW + 26 * HOUR).stale == 1


def test_what_stands_now_is_counted_in_one_look(point, make_point, alarm):
    make_point("CAM_1", kind="camera")
    take_transitions([onset(point, "offline", at=after(1))], 2, NOW)

    found = rates.now(EVERYBODY, after(20))

    assert (found.points, found.cameras, found.offline) == (2, 1, 2), "a camera never heard of is offline"
    assert (found.open_alarms, found.unacknowledged, found.overdue) == (1, 1, 1)
