"""A first piece of the long trial: damaged frames of every format raise nothing but BadFrame."""

import pytest

from proof.mutated_frames import SEEDS, TARGETS, try_chunk


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_frames_raise_nothing_but_bad_frame(name):
    outcome = try_chunk(name, seed=7, times=2000)

    assert outcome.failures == []
    assert outcome.over_limit == 0
    assert all(outcome.codes[f"{where}: read"] for where in ("inside", "stream"))


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_damaged_was_whole_before(name):
    module = TARGETS[name].module

    assert all(module.encode(module.decode(wire)).upper() == wire.upper() for wire in SEEDS[name])
