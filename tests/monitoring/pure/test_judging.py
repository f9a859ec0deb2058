"""What one datastream's limits prescribe, value by value."""

import pytest

from anning.kernel.errors import Refused
from anning.monitoring.judging import ALARM, NO_TIER, NOTICE, Judge, Limits, Profile, Ruleset, WindowSum
from anning.monitoring.observations import Observations, Quality

GOOD, UNCERTAIN, FAULT, MAINTENANCE, MISSING = Quality
S = 1_000
NOON = 1_784_520_000_000  # 2026-07-20 12:00 in China


class Run:
    """A judge fed value by value; times in seconds from noon; says ``rule+`` and ``rule-`` with seconds."""

    def __init__(self, **limits):
        self.judge = Judge(Ruleset((Limits(1, **limits),)))
        self.changes = []

    def feed(self, *values, quality=GOOD, received=None):
        for at, value in values:
            heard = NOON + round((at if received is None else received) * S)
            row = 1, NOON + round(at * S), value, quality
            self.changes += self.judge.judge(Observations.of([row], heard))
        return self

    def tick(self, now):
        self.changes += self.judge.tick(NOON + round(now * S))
        return self

    @property
    def told(self):
        return [(each.rule + "-+"[each.is_active], (each.at_ms - NOON) / S) for each in self.changes]


def test_a_value_at_the_limit_is_beyond_it():
    run = Run(high=25.0).feed((0, 24.9), (1, 25.0))

    assert run.told == [("high+", 1)]
    assert (run.changes[0].value, run.changes[0].limit, run.changes[0].tier) == (25.0, 25.0, NOTICE)


def test_high_and_high_high_stand_and_end_each_for_itself():
    run = Run(high=25.0, high_high=50.0).feed((0, 10), (1, 60), (2, 30), (3, 10))

    assert run.told == [("high+", 1), ("high_high+", 1), ("high_high-", 2), ("high-", 3)]


def test_low_and_low_low_are_the_mirror():
    run = Run(low=19.5, low_low=18.0, deadband=0.2).feed((0, 20.9), (1, 19.5), (2, 17), (3, 18.3), (4, 19.6), (5, 19.8))

    assert run.told == [("low+", 1), ("low_low+", 2), ("low_low-", 3), ("low-", 5)]


def test_an_alarm_ends_only_beyond_the_deadband():
    run = Run(high=25.0, deadband=1.0).feed((0, 25), (1, 24.5), (2, 24.0), (3, 25), (4, 23.9))

    assert run.told == [("high+", 0), ("high-", 4)]


def test_high_then_normal_within_one_batch_is_told_twice():
    judge = Judge(Ruleset((Limits(1, high=25.0), *(Limits(each, high=25.0) for each in range(2, 60)))))
    rows = [(each, NOON, 1.0, GOOD) for each in range(1, 60)]
    pulse = [(1, NOON + S, 30.0, GOOD), (1, NOON + 2 * S, 1.0, GOOD)]

    changes = judge.judge(Observations.of([*rows, *pulse], NOON + 2 * S))

    assert [(each.datastream, each.is_active, each.at_ms - NOON) for each in changes] == [
        (1, True, S),
        (1, False, 2 * S),
    ]


def test_a_condition_must_stand_for_the_delay_in_event_time():
    run = Run(high=25.0, delay_ms=3_000).feed((0, 30), (2, 30), (2.5, 20), (4, 30), (6, 30), (7, 31))

    assert run.told == [("high+", 7)]


def test_a_late_reception_does_not_lengthen_or_shorten_the_delay():
    run = Run(high=25.0, delay_ms=10_000).feed((0, 30), (9, 30), (9.5, 20), received=3_600)

    assert run.told == []


def test_the_earlier_value_counts_on_until_the_next():
    run = Run(high=25.0, delay_ms=10_000).feed((0, 30), (60, 20))

    assert run.told == [("high+", 10), ("high-", 60)]
    assert run.changes[0].value == 30


def test_a_delay_runs_out_without_data():
    run = Run(high=25.0, delay_ms=10_000).feed((0, 30)).tick(10.9)
    assert run.told == []

    assert run.tick(11.1).tick(50).told == [("high+", 10)]


def test_the_datastreams_own_clock_runs_on_when_its_device_is_an_hour_slow():
    run = Run(high=25.0, delay_ms=10_000).feed((-3_600, 30), received=0).tick(10)
    assert run.told == []

    assert run.tick(12).told == [("high+", -3_590)]


@pytest.mark.parametrize("quality", [UNCERTAIN, FAULT, MAINTENANCE, MISSING])
def test_only_good_values_raise_alarms_of_the_process(quality):
    run = Run(high=25.0, high_high=50.0, rate_per_min=1, count=(1, 60_000)).feed((0, 99.0), (1, 10.0), quality=quality)

    assert [rule for rule, _at in run.told if not rule.startswith("fault")] == []


@pytest.mark.parametrize("quality", [UNCERTAIN, FAULT, MAINTENANCE, MISSING])
def test_only_good_values_end_alarms_of_the_process(quality):
    run = Run(high=25.0).feed((0, 30)).feed((1, 3.0), quality=quality)

    assert ("high-", 1) not in run.told


def test_the_formats_fault_mark_is_a_fault_without_tier_until_a_good_value():
    run = Run(high=25.0).feed((0, 5)).feed((1, 99), (2, 99), quality=FAULT).feed((3, 6))

    assert run.told == [("fault+", 1), ("fault-", 3)]
    assert {each.tier for each in run.changes} == {NO_TIER}


def test_a_declared_fault_value_is_a_fault_and_never_an_alarm():
    run = Run(low=0.0, low_low=-100.0, fault_values=[-200.0]).feed((0, 5), (1, -200.0), (2, -200.0), (3, 4))

    assert run.told == [("fault+", 1), ("fault-", 3)]


def test_a_fault_value_within_the_usual_values_is_seen():
    run = Run(high=25.0, fault_values=(3.0,)).feed((0, 5), (1, 4), (2, 3.0), (3, 1), (4, 2), (5, 3.0))

    assert run.told == [("fault+", 2), ("fault-", 3), ("fault+", 5)]


def test_out_of_range_is_a_fault_and_leaves_the_alarm_as_it_was():
    run = Run(high=25.0, range_low=0.0, range_high=100.0).feed((0, 30), (1, 101), (2, -1), (3, 30), (4, 5))

    assert run.told == [("high+", 0), ("out_of_range+", 1), ("out_of_range-", 3), ("high-", 4)]


def test_a_fault_makes_a_running_delay_start_anew():
    run = Run(high=25.0, delay_ms=5_000).feed((0, 30)).feed((1, 99), quality=FAULT).feed((4, 30), (7, 30), (9, 30))

    assert run.told == [("fault+", 1), ("fault-", 4), ("high+", 9)]


def test_a_value_out_of_order_may_raise_but_not_end():
    run = Run(high=25.0).feed((10, 5)).feed((8, 30), received=10)
    assert run.told == [("high+", 10)]

    assert run.feed((11, 30)).feed((10.5, 5), received=11).told == [("high+", 10)]


def test_a_value_older_than_the_window_of_order_is_not_judged():
    run = Run(high=25.0, reorder_ms=60_000).feed((100, 5)).feed((39, 30), received=100)

    assert run.told == []


def test_a_value_from_the_future_counts_as_of_its_reception():
    run = Run(high=25.0).feed((86_400, 30), received=5).feed((6, 20))

    assert run.told == [("high+", 5), ("high-", 6)]


def test_a_device_whose_clock_is_set_back_is_followed_after_a_minute():
    run = Run(high=25.0, late_ms=600_000).feed((0, 5))
    for second in range(10, 120, 10):  # an hour slow from now on
        run.feed((second - 3_600, 30 if second >= 70 else 5), received=second)
    run.feed((130 - 3_600, 5), received=130).tick(131)

    assert [(rule, at) for rule, at in run.told if not rule.startswith("late")] == [
        ("high+", -3_530),
        ("high-", -3_470),
    ]
    assert ("late+", 70) in run.told


def test_old_values_beside_new_ones_are_no_clock_set_back():
    run = Run(high=25.0).feed((0, 5))
    for second in range(10, 300, 10):
        run.feed((second, 5)).feed((second - 7_200, 30), received=second)

    assert run.told == []


def test_an_old_frame_sent_again_and_again_is_no_clock_set_back():
    run = Run(high=25.0).feed((0, 5))
    for second in range(10, 300, 10):
        run.feed((-7_200, 30), received=second)

    assert run.told == []


def test_silence_is_a_fault_from_the_moment_it_was_too_long():
    run = Run(high=25.0, offline_ms=300_000).feed((0, 30)).tick(300)
    assert run.told == [("high+", 0)]

    run.tick(301).tick(400).feed((500, 30))
    assert run.told == [("high+", 0), ("offline+", 300), ("offline-", 500)]


def test_silence_between_two_values_is_told_although_nobody_asked():
    assert Run(offline_ms=60_000).feed((0, 1), (100, 1)).told == [("offline+", 60), ("offline-", 100)]


def test_a_datastream_that_was_never_heard_is_offline_after_its_time():
    assert Run(offline_ms=60_000).tick(0).tick(60).tick(61).told == [("offline+", 60)]


def test_nobody_is_offline_for_the_time_in_which_nobody_listened():
    run = Run(high=25.0, offline_ms=60_000).feed((0, 1))

    run.judge.resume(NOON + 600 * S)

    assert run.tick(650).feed((655, 30)).tick(700).told == [("high+", 655)]
    assert run.tick(716).told[-1] == ("offline+", 715)


def test_data_that_lags_behind_its_reception_is_late():
    run = Run(late_ms=60_000).feed((0, 1), received=10).feed((5, 1), received=120).feed((130, 1)).tick(200)

    assert run.told == [("late+", 120), ("late-", 130)]


def test_a_backlog_that_catches_up_at_once_is_not_late():
    run = Run(late_ms=60_000).feed((0, 1), received=0).feed((5, 1), (100, 1), (290, 1), received=300).tick(400)

    assert run.told == []


def test_a_line_that_stays_flat_is_a_fault():
    run = Run(flat_ms=60_000).feed((0, 5.5), (30, 5.5), (59, 5.5), (61, 5.5), (90, 5.5), (100, 5.6), (150, 5.7))

    assert run.told == [("flat+", 60), ("flat-", 100)]


def test_the_rate_is_measured_over_its_window():
    run = Run(rate_per_min=10.0, rate_ms=60_000)
    run.feed(*((second, 0.1 * second) for second in range(0, 120, 5)))  # 6 a minute
    run.feed(*((second, 12 + 0.3 * (second - 120)) for second in range(120, 240, 5)))  # 18 a minute
    run.feed(*((second, 48.0) for second in range(240, 360, 5)))

    assert run.told == [("rate+", 140), ("rate-", 270)]


def test_the_rate_may_be_asked_from_value_to_value_and_on_one_side():
    run = Run(rate_per_min=10.0, rate_ms=0, rate_side="rise").feed((0, 0), (60, 9), (120, -50), (180, -39), (240, -35))

    assert run.told == [("rate+", 180), ("rate-", 240)]


def test_so_many_short_crossings_within_the_window_count():
    run = Run(high=25.0, delay_ms=30_000, count=(3, 60_000))
    run.feed((0, 30), (1, 5), (20, 30), (21, 5), (40, 30), (41, 5), (99, 5), (101, 5))

    assert run.told == [("count+", 40), ("count-", 60)]


def test_the_sum_over_a_window_rises_with_rain_and_falls_with_time():
    run = Run(sums=[WindowSum(3_600_000, 20.0), WindowSum(10_800_000, 50.0, ALARM)])
    run.feed(*((300 * number, 3.0) for number in range(24)))  # 36 mm/h for two hours
    run.tick(300 * 24 + 3 * 3_600)

    assert [rule for rule, _at in run.told] == [
        "window_sum.60m.20+", "window_sum.180m.50+", "window_sum.60m.20-", "window_sum.180m.50-",
    ]  # fmt: skip
    assert [at for _rule, at in run.told] == [1_800, 4_800, 8_700, 12_900]
    assert [each.tier for each in run.changes] == [NOTICE, ALARM, NOTICE, ALARM]
    assert {each.condition for each in run.changes} == {"window_sum"}


def test_rain_that_is_sent_again_counts_once_and_rain_that_comes_late_counts():
    run = Run(sums=[WindowSum(3_600_000, 20.0)]).feed((0, 9), (0, 9), (0, 9), (600, 9))
    assert run.told == []

    assert run.feed((300, 9), received=600).told == [("window_sum.60m.20+", 600)]


def test_the_rises_of_a_running_total_are_summed_over_its_beginning_anew():
    run = Run(sums=[WindowSum(3_600_000, 20.0)], is_total=True)
    run.feed((0, 500.0), (600, 510.0), (1_200, 519.5), (1_800, 0.5), (4_200, 0.5))

    assert run.told == [("window_sum.60m.20+", 1_800), ("window_sum.60m.20-", 4_200)]
    assert run.changes[0].value == 20.0


def test_other_levels_stand_by_night():
    run = Run(high=70.0, profiles=[Profile(high=55.0, hours=(22 * 60, 6 * 60))])
    nine, eleven, seven = 9 * 3_600, 11 * 3_600, 19 * 3_600

    assert run.feed((nine, 60), (eleven, 60), (seven, 60)).told == [("high+", eleven), ("high-", seven)]


def test_the_night_begins_to_the_minute():
    run = Run(high=70.0, profiles=[Profile(high=55.0, hours=(22 * 60, 6 * 60))])

    assert run.feed((35_998, 60), (35_999, 60), (36_000, 60)).told == [("high+", 36_000)]


def test_the_mode_of_operation_chooses_the_levels():
    limits = Limits(1, high=50.0, profiles=[Profile(mode=2.0, high=90.0), Profile(mode=3.0)], mode_datastream=7)
    judge = Judge(Ruleset((limits,)))
    rows = [(1, 40.0), (7, 2.0), (1, 80.0), (7, 1.0), (1, 80.0), (7, 3.0), (1, 99.0)]

    changes = judge.judge(Observations.of([(d, NOON + S * i, v, GOOD) for i, (d, v) in enumerate(rows)], NOON + 9 * S))

    assert [(each.rule, each.is_active, each.at_ms - NOON) for each in changes] == [
        ("high", True, 4 * S),
        ("high", False, 6 * S),
    ]


def test_unchanged_limits_keep_their_state_when_others_change():
    judge = Judge(Ruleset((Limits(1, high=25.0, delay_ms=5_000), Limits(2, high=25.0), Limits(3, high=25.0))))
    first = judge.judge(Observations.of([(each, NOON, 30.0, GOOD) for each in (1, 2, 3)], NOON))

    judge.replace(Ruleset((Limits(1, high=25.0, delay_ms=5_000), Limits(2, high=40.0))))
    later = judge.judge(Observations.of([(each, NOON + 6 * S, 30.0, GOOD) for each in (1, 2, 3)], NOON + 6 * S))

    assert [(each.datastream, each.is_active) for each in first] == [(2, True), (3, True)]
    assert [(each.datastream, each.is_active, each.at_ms - NOON) for each in later] == [
        (3, False, 0),  # nobody watches it any more
        (1, True, 5 * S),
        (2, False, 6 * S),
    ]


def test_a_state_under_other_limits_is_taken_up_as_if_they_had_been_replaced():
    judge = Judge(Ruleset((Limits(1, high=25.0), Limits(2, high=25.0))))
    judge.judge(Observations.of([(1, NOON, 30.0, GOOD), (2, NOON, 30.0, GOOD)], NOON))
    after = Judge(Ruleset((Limits(1, high=40.0),)))

    after.load(judge.dump())

    changes = after.judge(Observations.of([(1, NOON + S, 30.0, GOOD)], NOON + S))
    assert [(each.datastream, each.rule, each.is_active) for each in changes] == [
        (2, "high", False),
        (1, "high", False),
    ]


@pytest.mark.parametrize("way", ["replace", "load"])
def test_what_fell_stays_fallen_when_the_limits_of_rain_change(way):
    old, new = (Ruleset((Limits(1, sums=[WindowSum(3_600_000, 20.0), WindowSum(7_200_000, top)]),)) for top in (40, 30))
    judge = Judge(old)
    judge.judge(Observations.of([(1, NOON, 19.0, GOOD)], NOON))

    if way == "replace":
        judge.replace(new)
    else:
        blob, judge = judge.dump(), Judge(new)
        judge.load(blob)

    changes = judge.judge(Observations.of([(1, NOON + 600 * S, 12.0, GOOD)], NOON + 600 * S))
    assert [each.rule for each in changes] == ["window_sum.60m.20", "window_sum.120m.30"]


def test_bytes_that_are_no_state_are_refused():
    blob = Judge(Ruleset((Limits(1, high=1.0),))).dump()

    for bad in (b"", b"garbage", blob[:-1], blob + b"x", blob[:20] + b"!" + blob[21:]):
        with pytest.raises(ValueError, match="no whole state"):
            Judge(Ruleset()).load(bad)


def test_strangers_are_not_judged():
    judge = Judge(Ruleset((Limits(5, high=1.0),)))

    assert (
        judge.judge(Observations.of([(each, NOON, 9.0, GOOD) for each in (-1, 0, 4, 6, 7, 2_000_000_000)], NOON)) == []
    )


@pytest.mark.parametrize(
    "facts",
    [
        {"low": 5, "high": 5},
        {"high": 5, "high_high": float("nan")},
        {"delay_ms": -1},
        {"rate_side": "up"},
        {"hight": 5},
        {"count": (0, 5)},
        {"sums": [{"limit": 5}]},
        {"profiles": [{"hours": [60, 60]}]},
        {"high": "25"},
        {"high": True},
        {"high": float("inf")},
        {"range_high": float("nan")},
        {"range_margin": "x", "range_low": 0, "range_high": 1},
        {"fault_values": 5},
        {"fault_values": ["x"]},
        {"count": [3]},
        {"count": [3, 1.5]},
        {"offline_ms": "x"},
        {"offline_ms": 0},
        {"flat_ms": 10**15},
        {"delay_ms": 1.5},
        {"delay_ms": None},
        {"deadband": None},
        {"sums": [5]},
        {"sums": [{"window_ms": 0, "limit": 5}]},
        {"sums": [{"window_ms": 60_000, "limit": 5}, {"window_ms": 60_000, "limit": 5.0}]},
        {"profiles": [{"mode": "night"}]},
        {"profiles": [{"hours": "ab"}]},
        {"profiles": [{"low": 9, "high": 1}]},
        {"tiers": {"high": "x"}},
        {"tiers": 5},
        {"mode_datastream": "x"},
        {"is_total": 1},
    ],
)
def test_limits_that_are_none_are_refused_in_plain_words(facts):
    with pytest.raises(Refused) as caught:
        Limits.of(1, facts)
    assert caught.value.message and caught.value.remedy


def test_limits_come_from_json():
    facts = {
        "high": 25, "delay_ms": 3000.0, "fault_values": [-200], "count": [3, 60_000], "tiers": {"high": 3},
        "sums": [{"window_ms": 60_000, "limit": 5}], "profiles": [{"hours": [0, 360], "high": 20}],
    }  # fmt: skip

    limits = Limits.of(7, facts)

    assert limits == Limits(
        7, high=25, delay_ms=3_000, fault_values=(-200,), count=(3, 60_000), tiers=(("high", 3),),
        sums=(WindowSum(60_000, 5),), profiles=(Profile(high=20, hours=(0, 360)),),
    )  # fmt: skip
    assert limits.tier("high") == 3 and hash(limits)
