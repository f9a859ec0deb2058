"""Lots by weight: repeatable, complete, and heavier ones earlier."""

from hypothesis import given
from hypothesis import strategies as st

from anning.monitoring.rounds.drawing import order, sample, weight_of

WEIGHTS = st.dictionaries(st.integers(1, 10_000), st.floats(0.1, 20), min_size=1, max_size=60)


@given(WEIGHTS, st.integers(0, 2**62))
def test_every_enterprise_stands_once_in_an_order_that_the_seed_repeats(weights, seed):
    drawn = order(weights, seed)

    assert sorted(drawn) == sorted(weights) and drawn == order(dict(reversed(weights.items())), seed)


@given(WEIGHTS, st.floats(0.01, 1), st.integers(0, 2**62))
def test_a_sample_is_a_share_rounded_up_without_repetition(weights, share, seed):
    drawn = sample(weights, share, seed)

    assert len(drawn) == len(set(drawn)) and len(weights) * share <= len(drawn) < len(weights) * share + 1


def test_ten_times_the_weight_is_first_ten_times_as_often():
    weights = {1: 10.0, **dict.fromkeys(range(2, 12), 1.0)}

    first = sum(order(weights, seed)[0] == 1 for seed in range(4000))

    assert 0.46 < first / 4000 < 0.54  # its share of the weight is a half


def test_what_is_dangerous_restless_or_long_unseen_weighs_more():
    plain = {"is_major": False, "is_key": False, "alarms": 0, "open_findings": 0, "days_unseen": 0}
    worse = [{"is_major": True}, {"is_key": True}, {"alarms": 3}, {"open_findings": 1}, {"days_unseen": 5}]

    assert all(weight_of(**(plain | each)) > weight_of(**plain) == 1 for each in worse)
