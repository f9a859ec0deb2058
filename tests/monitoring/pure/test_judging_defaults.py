"""The rule pack of monitoring: every kind's defaults are limits, with source and confidence."""

from datetime import date

import pytest

from anning.kernel.rulebook import CONFIDENCES, PACKAGED, Rulebook
from anning.monitoring.judging import ALARM, NOTICE, WARNING, Limits
from anning.monitoring.judging.gases import toxic_levels

DAY = date(2026, 7, 20)
BOOK = Rulebook.load(PACKAGED)
RULES = [rule for rule in BOOK if rule.id.startswith("MON-") and rule.id != "MON-TOXIC-LIMITS"]


def limits_of(name, **facts):
    return Limits.of(1, {**BOOK.value(name, DAY), **facts})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_default_is_a_limit_that_says_where_it_comes_from(rule):
    limits = Limits.of(1, rule.value)

    assert rule.source and rule.title and rule.confidence in CONFIDENCES
    assert set(dict(limits.tiers)) <= {"high_high", "high", "low", "low_low", "rate", "count"}
    assert set(dict(limits.tiers).values()) <= {NOTICE, WARNING, ALARM}


def test_a_gas_detector_alarms_at_25_and_50_and_may_leave_its_range_a_little():
    limits = limits_of("MON-COMBUSTIBLE-GAS", range_low=0, range_high=100)

    assert (limits.high, limits.high_high, limits.delay_ms, limits.offline_ms) == (25, 50, 3_000, 300_000)
    assert (limits.range_low, limits.range_high) == (-3, 103)


def test_a_share_of_the_range_becomes_the_deadband_unless_one_is_given():
    assert limits_of("MON-PRESSURE", range_low=0, range_high=1.6).deadband == pytest.approx(0.016)
    assert limits_of("MON-PRESSURE", range_low=0, range_high=1.6, deadband=0.1).deadband == 0.1
    assert limits_of("MON-PRESSURE").deadband == 0


@pytest.mark.parametrize(
    ("medium", "unit", "levels"),
    [
        ("氨", "ppm", {"high": 28.24, "high_high": 56.49}),
        ("液氨", "mg/m³", {"high": 20, "high_high": 40}),
        ("氰化氢", "mg/m3", {"high": 1, "high_high": 2}),
        ("氯", "ppm", {"high": 0.34, "high_high": 0.68}),
        ("氯化氢", "mg/m³", {"high": 7.5, "high_high": 15}),
        ("甲苯", "ppm", {"high": 13.05, "high_high": 26.1}),
        ("氮", "ppm", {}),
        ("氨", "%", {}),
    ],
)
def test_a_toxic_gas_alarms_at_once_and_twice_its_occupational_limit(medium, unit, levels):
    assert toxic_levels(medium, unit, BOOK.value("MON-TOXIC-LIMITS", DAY)) == levels
