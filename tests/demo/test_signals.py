"""What the points of the demo district say: the same at every asking, and like what an insider knows."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from anning.demo.sheets import points, read_sheet
from anning.demo.signals import Leak, Levels, Spot, is_silent, say, track_of
from anning.demo.signals.chance import DAY_MS, HOUR_MS, MINUTE_MS
from anning.demo.signals.leaks import LENGTH_MS
from anning.demo.signals.routes import SPEEDING
from anning.demo.signals.saying import SHAPES
from anning.demo.signals.weather import SLOT_MS, rain_between

START = int(datetime(2026, 7, 1, tzinfo=UTC).timestamp() * 1000)
WEEK = np.arange(START, START + 7 * DAY_MS, 2 * MINUTE_MS, dtype=np.int64)
GAS = Levels(None, None, 25.0, 50.0)
TANK = Levels(10.0, 15.0, 85.0, 90.0)


def gas(seed: int, home: int = 1) -> Spot:
    """Return a sensor for combustible gas."""
    return Spot(seed, "combustible_gas", home, "%LEL", range_low=0.0, range_high=100.0, levels=GAS)


def crossings(values: np.ndarray, limit: float) -> int:
    """Return how often values rise to a limit."""
    return int(np.sum((values[1:] >= limit) & (values[:-1] < limit)))


@pytest.mark.parametrize("kind", [*SHAPES, "camera", "other"])
def test_a_moment_says_the_same_alone_and_among_others(kind):
    spot = Spot(7, kind, 3, range_low=0.0, range_high=40.0, channel="1.1.01000100/fire")
    picked = WEEK[::97]

    together = say(spot, WEEK).values[::97]
    alone = np.concatenate([say(spot, np.array([at])).values for at in picked])

    np.testing.assert_array_equal(together, alone)


def test_most_gas_sensors_smell_nothing_and_a_few_are_calibrated():
    week = [say(gas(seed, seed // 3), WEEK) for seed in range(90)]
    alarms = [crossings(np.nan_to_num(each.values), 25.0) for each in week]

    assert np.median([np.nanmax(each.values) for each in week if not crossings(each.values, 25)]) < 5
    assert 10 < sum(alarms) < 90  # some a day among ninety sensors
    assert sum(count > 0 for count in alarms) < 60
    assert {3, 4} <= {quality for each in week for quality in each.qualities.tolist()}  # maintenance, missing


def test_a_sensor_at_full_scale_leaves_its_range_and_another_sticks():
    values = [say(gas(seed), WEEK).values for seed in range(200)]

    assert any((each > 100).any() for each in values)
    assert any((np.diff(each[each > 0.3][:200]) == 0).sum() > 80 for each in values)


def test_a_tank_is_drawn_empty_over_days_and_filled_in_an_hour():
    values = say(Spot(4, "level", 1, "%", range_low=0.0, range_high=100.0, levels=TANK), WEEK).values
    steps = np.diff(values[~np.isnan(values)])

    assert 10 < np.nanmin(values) < 35 < 70 < np.nanmax(values) < 90
    assert steps.max() > 1 > -2 * steps.min()


def test_it_is_warmer_by_day_than_by_night():
    values = say(Spot(5, "weather", unit="℃"), WEEK).values
    hours = (WEEK + 8 * HOUR_MS) % DAY_MS // HOUR_MS

    assert values[hours == 15].mean() - values[hours == 4].mean() > 5


def test_rain_adds_up_however_it_is_asked():
    gauge = 12
    year = range(START - 150 * DAY_MS, START + 150 * DAY_MS, DAY_MS)
    wettest = max(year, key=lambda at: rain_between(gauge, at, at + DAY_MS))
    slots = np.arange(wettest + SLOT_MS, wettest + DAY_MS + 1, SLOT_MS, dtype=np.int64)

    said = say(Spot(gauge, "rain", channel="F4"), slots).values

    assert said.sum() == pytest.approx(rain_between(gauge, wettest, wettest + DAY_MS), abs=0.05) and said.sum() > 20
    assert 40 < sum(rain_between(gauge, at, at + DAY_MS) > 0 for at in year) < 140


def test_the_river_goes_up_and_down_twice_a_day():
    values = say(Spot(9, "river_stage", levels=Levels(None, None, 3.4, 4.1)), WEEK).values
    smooth = np.convolve(values, np.ones(60) / 60, "valid")
    turns = int(np.sum(np.diff(np.sign(np.diff(smooth[::30]))) < 0))

    assert 11 <= turns <= 17
    assert values.max() < 3.4


def test_a_leak_passes_both_limits_a_second_sensor_agrees_and_all_falls_again():
    since = START + 9 * HOUR_MS
    at = np.arange(since, since + LENGTH_MS + 1, 10_000, dtype=np.int64)
    near, far = (say(gas(seed), at, Leak(since, rank)).values for rank, seed in enumerate((11, 12)))

    first, second = np.argmax(near >= 25), np.argmax(near >= 50)
    agrees = np.argmax(far >= 25)

    assert 0 < first < second and 0 < first < agrees
    assert near[-1] < 25 and far[-1] < 25
    assert far.max() >= 50


def test_power_fails_for_a_whole_enterprise_and_comes_back():
    silent = np.array([is_silent(home, WEEK) for home in range(1, 75)])
    share = silent.mean()

    assert 0 < share < 0.01
    assert all(1 <= crossings(each.astype(float), 1.0) <= 7 for each in silent if each.any())


def test_cameras_are_mostly_well():
    states = np.concatenate([say(Spot(seed, "camera"), WEEK[::50]).values for seed in range(185)])
    shares = [float((states == state).mean()) for state in range(4)]

    assert 0.85 < shares[0] < 0.97
    assert all(0 < share < 0.1 for share in shares[1:])


def test_a_vehicle_keeps_to_the_roads_stops_and_sleeps_at_home():
    roads = [tuple(points(row["points"])) for row in read_sheet("basemap") if row["kind"] == "road"]
    track = track_of(160, roads)
    fixes = [track.at(at) for at in range(START, START + 3 * DAY_MS, MINUTE_MS)]
    corners = {place for road in roads for place in road}

    assert set(track.route) <= corners
    assert {fix.is_running for fix in fixes} == {True, False}
    assert all(fix.speed == 0 for fix in fixes if not fix.is_running)
    assert all(30 < fix.speed < 100 for fix in fixes if fix.is_running)
    steps = [abs(a.longitude - b.longitude) + abs(a.latitude - b.latitude) for a, b in pairwise(fixes)]
    assert max(steps) < 0.04  # it never jumps
    assert all(a.mileage_km <= b.mileage_km for a, b in pairwise(fixes))


def test_speeding_is_rare_and_said():
    roads = [tuple(points(row["points"])) for row in read_sheet("basemap") if row["kind"] == "road"]
    day = WEEK[(WEEK + 8 * HOUR_MS) % DAY_MS // HOUR_MS == 10]
    held = np.array([SPEEDING.holds(seed, day) for seed in range(200)])
    found = [track_of(int(seed), roads).at(int(day[at])) for seed, at in zip(*np.nonzero(held), strict=True)]
    fast = [fix for fix in found if fix.is_running]

    assert 0 < held.mean() < 0.001
    assert fast and all(fix.is_speeding and fix.speed > 80 for fix in fast)
