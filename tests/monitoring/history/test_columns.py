"""Readings come back bit for bit from either codec."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.monitoring.history.columns import AS_IS, decode, encode, whole
from anning.monitoring.history.rows import ROW, in_order
from anning.monitoring.observations import Quality
from tests.monitoring.history.readings import NOON

VALUES = st.one_of(st.floats(), st.integers(-(10**9), 10**9).map(lambda n: n / 100), st.sampled_from([-0.0, 1e300]))
READINGS = st.lists(st.tuples(st.integers(0, 80_000_000), VALUES, st.sampled_from(list(Quality))), min_size=1)


@pytest.mark.parametrize("plain", [False, True], ids=["pcodec", "zlib"])
@given(readings=READINGS)
def test_a_day_comes_back_bit_for_bit(plain, readings):
    rows = in_order(np.array([(7, NOON + at, value, quality) for at, value, quality in readings], ROW))

    back = decode(encode(rows, plain=plain), 7, int(rows["at_ms"][0]), len(rows))

    for name in ("datastream", "at_ms", "quality"):
        assert np.array_equal(back[name], rows[name])
    # one missing number is as good as another
    same = (back["value"].copy().view(np.int64) == rows["value"].copy().view(np.int64)) | (
        np.isnan(back["value"]) & np.isnan(rows["value"])
    )
    assert same.all()


@pytest.mark.parametrize(
    ("values", "decimals"),
    [([1.0, 2.0], 0), ([0.1, 20.3], 1), ([1.001, 5.0], 3), ([math.pi], AS_IS), ([-0.0], AS_IS), ([1e300], AS_IS)],
)
def test_values_become_whole_numbers_where_that_loses_nothing(values, decimals):
    assert whole(np.array(values))[1] == decimals


def test_decimals_that_appear_late_are_seen():
    assert whole(np.array([1.5] * 100 + [1.25]))[1] == 2
