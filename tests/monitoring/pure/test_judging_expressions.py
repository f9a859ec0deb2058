"""Conditions over several points: what they say, what they refuse, and when they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.monitoring.judging import BadExpression, Expression, Judge, Limits, Ruleset, names_in, parse_expression
from anning.monitoring.observations import Observations, Quality

NOON, S = 1_784_520_000_000, 1_000
NAMES = {"a", "b", "c", "东罐液位"}


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("a > 25 and b > 25", {"a": 30, "b": 30}, True),
        ("a > 25 and b > 25", {"a": 30, "b": 20}, False),
        ("a > 25 or b > 25", {"a": 30, "b": None}, True),
        ("a > 25 and b > 25", {"a": 20, "b": None}, False),
        ("a > 25 and b > 25", {"a": 30, "b": None}, None),
        ("not a > 25", {"a": None}, None),
        ("not a > 25", {"a": 3}, True),
        ("votes(2, a > 25, b > 25, c > 25)", {"a": 30, "b": 30, "c": None}, True),
        ("votes(2, a > 25, b > 25, c > 25)", {"a": 30, "b": 3, "c": None}, None),
        ("votes(2, a > 25, b > 25, c > 25)", {"a": 3, "b": 3, "c": None}, False),
        ("abs(a - b - c) > 0.05 * a", {"a": 100, "b": 60, "c": 30}, True),
        ("abs(a - b - c) > 0.05 * a", {"a": 100, "b": 60, "c": 36}, False),
        (
            "sum(a, b, c) >= 9 and max(a, b) == 4 and min(a, b) != 4 and avg(a, b) <= 3.5",
            {"a": 3, "b": 4, "c": 2},
            True,
        ),
        ("0 < a < 5 < b", {"a": 3, "b": 6}, True),
        ("0 < a < 5 < b", {"a": 5, "b": 6}, False),
        ("a / b > 2", {"a": 3, "b": 0}, None),
        ("-a < +3 and 东罐液位 > 90", {"a": 3, "东罐液位": 91}, True),
        ("a > 1", {}, None),
    ],
)
def test_a_condition_says_what_it_says(text, values, holds):
    assert parse_expression(text, NAMES)(values) is holds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "读不懂"),
        ("a >", "读不懂"),
        ("a", "应是一个条件"),
        ("1 + 1", "应是一个条件"),
        ("True", "应是一个条件"),
        ("a > True", "点位、数字或算式"),
        ("d > 1", "没有名为 d 的点位"),
        ("a > 'x'", "引号"),
        ("a in b", "比较"),
        ("a ** b > 1", "点位、数字或算式"),
        ("votes(4, a > 1, b > 1)", "votes 应写成"),
        ("votes()", "votes 应写成"),
        ("votes(True, a > 1)", "votes 应写成"),
        ("votes(2, *a)", "没有这个算法"),
        ("abs(a, b) > 1", "没有这个算法"),
        ("open(a) > 1", "没有这个算法"),
        ("__import__(a) > 1", "没有这个算法"),
        ("a.real > 1", "点位、数字或算式"),
        ("a[0] > 1", "点位、数字或算式"),
        ("(lambda: a)() > 1", "没有这个算法"),
        ("a > 1 if b > 1 else c > 1", "应是一个条件"),
        ("(a := 1) > 1", "点位、数字或算式"),
        ("not " * 60 + "a > 1", "太深"),
        ("(" * 500 + "a" + ")" * 500 + " > 1", ""),
        ("a > 1 and " * 400 + "a > 1", "太长"),
        ("a > 1j", "点位、数字或算式"),
        ("a > 1\x00", "读不懂"),
    ],
)
def test_what_is_no_condition_is_refused_in_plain_words(text, why):
    with pytest.raises(BadExpression) as caught:
        parse_expression(text, NAMES)
    assert why in caught.value.message and caught.value.remedy


def test_the_place_of_the_mistake_is_said():
    with pytest.raises(BadExpression, match="第 11 个字"):
        parse_expression("a > 1 and d > 1", NAMES)


@given(st.text("ab ()<>=+-*/.,1'andornotvotes[]{}:\n\\", max_size=40))
def test_any_text_is_a_condition_or_a_bad_expression(text):
    try:
        holds = parse_expression(text, NAMES)({"a": 1.0, "b": 2.0})
    except BadExpression:
        return
    assert holds in (True, False, None)


def test_the_names_of_a_condition_are_found_in_order():
    assert names_in("votes(2, 东罐 > 1, a > b, c - a > 1)") == ["东罐", "a", "b", "c"]


class Run:
    def __init__(self, text, limits=(), **facts):
        expression = Expression("rule", text, {"a": 1, "b": 2, "c": 3}, datastream=2, **facts)
        self.judge, self.changes = Judge(Ruleset(limits, (expression,))), []

    def feed(self, *rows):
        for at, name, value, *quality in rows:
            row = "abc".index(name) + 1, NOON + at * S, value, *(quality or [0])
            self.changes += self.judge.judge(Observations.of([row], NOON + at * S))
        return self

    @property
    def told(self):
        found = [each for each in self.changes if each.condition == "expression"]
        return [("-+"[each.is_active], (each.at_ms - NOON) / S) for each in found]


def test_an_expression_is_an_alarm_of_the_datastream_it_names():
    run = Run("a > 5 and b > 5").feed((0, "a", 9), (1, "b", 9), (2, "a", 1))

    assert run.told == [("+", 1), ("-", 2)]
    assert {(each.datastream, each.rule, each.tier) for each in run.changes} == {(2, "rule", 2)}


def test_it_must_hold_for_its_time_and_runs_out_without_data():
    run = Run("a > 5 and b > 5", hold_ms=10_000).feed((0, "a", 9), (1, "b", 9), (9, "b", 1), (20, "b", 9))
    assert run.told == []

    run.changes += run.judge.tick(NOON + 32 * S)
    assert run.told == [("+", 30)]


def test_two_of_three_bear_one_instrument_in_fault():
    run = Run("votes(2, a > 5, b > 5, c > 5)").feed((0, "c", 9, Quality.FAULT), (1, "a", 9), (2, "b", 9))

    assert run.told == [("+", 2)]


def test_a_value_that_is_too_old_is_unknown_and_ends_nothing():
    run = Run("a > 5 and b > 5", stale_ms=60_000).feed((0, "a", 9), (1, "b", 9), (100, "a", 1), (101, "b", 9))

    assert run.told == [("+", 1), ("-", 100)]
    assert Run("a > 5 and b > 5", stale_ms=60_000).feed((0, "a", 9), (100, "b", 9)).told == []


def test_the_fault_values_of_an_input_count():
    run = Run("a < 5", limits=(Limits(1, fault_values=(-200.0,)),)).feed((0, "a", -200.0), (1, "a", 3))

    assert run.told == [("+", 1)]


def test_an_expression_that_is_gone_or_changed_ends():
    run = Run("a > 5").feed((0, "a", 9))

    run.judge.replace(Ruleset((), (Expression("rule", "a > 6", {"a": 1}, datastream=2),)))
    run.feed((1, "a", 9))

    assert run.told == [("+", 0), ("-", 0), ("+", 1)]


def test_a_bad_expression_leaves_the_judge_as_it_was():
    run = Run("a > 5").feed((0, "a", 9))

    with pytest.raises(BadExpression):
        run.judge.replace(Ruleset((), (Expression("rule", "a >", {"a": 1}),)))

    assert run.feed((1, "a", 1)).told == [("+", 0), ("-", 1)]
