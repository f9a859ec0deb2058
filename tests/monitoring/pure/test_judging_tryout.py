"""Rules tried out against history."""

from typing import NamedTuple

import numpy as np

from anning.monitoring.judging import Expression, Judge, Limits, Ruleset, explain, would_have
from anning.monitoring.observations import Observations

NOON, MINUTE = 1_784_520_000_000, 60_000


class Series(NamedTuple):
    at_ms: np.ndarray
    values: np.ndarray
    qualities: np.ndarray


def series(values, *, each=MINUTE, qualities=None):
    at = NOON + np.arange(len(values), dtype=np.int64) * each
    return Series(at, np.array(values, float), np.array(qualities or [0] * len(values), np.uint8))


def test_it_tells_how_often_would_have_been_alarmed():
    values = [1, 30, 1, 60, 30, 1, 1, 99]
    found = would_have(Ruleset((Limits(1, high=25, high_high=50),)), {1: series(values)})

    assert [(each.rule, (each.onset_ms - NOON) // MINUTE) for each in found] == [
        ("high", 1), ("high", 3), ("high_high", 3), ("high", 7), ("high_high", 7),
    ]  # fmt: skip
    assert [each.return_ms and (each.return_ms - NOON) // MINUTE for each in found] == [2, 5, 4, None, None]
    assert explain(found) == "会报警 5 次（高报 3、高高报 2）；最长 2.0 分钟"


def test_faults_and_silence_are_told_apart():
    found = would_have(
        Ruleset((Limits(1, high=25, offline_ms=5 * MINUTE),)),
        {1: series([1, 1, 1], qualities=[0, 2, 0])},
        until_ms=NOON + 60 * MINUTE,
    )

    assert [each.rule for each in found] == ["fault", "offline"]
    assert explain(found) == "会报警 0 次；判为故障 2 次（设备故障 1、离线 1）"


def test_a_gap_in_history_is_told_as_silence():
    a, b = series([1, 1]), series([1, 1])
    gap = Series(np.concatenate([a.at_ms, b.at_ms + 3_600_000]), np.ones(4), np.zeros(4, np.uint8))

    found = would_have(Ruleset((Limits(1, offline_ms=5 * MINUTE),)), {1: gap})

    assert [(each.onset_ms - NOON, each.return_ms - NOON) for each in found] == [(6 * MINUTE, 3_600_000)]


def test_several_series_meet_in_an_expression():
    rules = Ruleset((), (Expression("balance", "a - b > 5", {"a": 1, "b": 2}),))

    found = would_have(rules, {1: series([10, 10, 20, 10]), 2: series([9, 9, 9, 9])})

    assert [(each.rule, each.onset_ms - NOON, each.return_ms - NOON) for each in found] == [
        ("balance", 2 * MINUTE, 3 * MINUTE)
    ]


def test_nothing_to_try_gives_nothing():
    assert would_have(Ruleset(), {}) == []
    assert explain([]) == "会报警 0 次"


def test_a_try_out_tells_what_the_living_judge_told():
    chance = np.random.default_rng(5)
    limits = Limits(1, high=15, low=-15, deadband=1, delay_ms=3 * MINUTE, offline_ms=9 * MINUTE, flat_ms=20 * MINUTE)
    history = series(np.round(16 * np.sin(np.arange(5_000) / 40)) + chance.integers(-2, 3, 5_000))
    keep = np.flatnonzero(chance.uniform(size=5_000) < 0.6)
    history = Series(*(column[keep] for column in history))
    judge, lived = Judge(Ruleset((limits,))), []

    for at, value, quality in zip(*history, strict=True):
        lived += judge.judge(Observations.of([(1, at, value, quality)], int(at)))

    assert len(lived) > 50
    assert [(each.rule, each.onset_ms) for each in would_have(Ruleset((limits,)), {1: history})] == sorted(
        [(each.rule, each.at_ms) for each in lived if each.is_active], key=lambda each: each[1]
    )
