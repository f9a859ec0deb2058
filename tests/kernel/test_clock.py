from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel import clock
from anning.kernel.env import BadSetting

START = datetime(2026, 7, 20, 0, 0, tzinfo=UTC)


def test_unset_the_clock_shows_real_time_in_utc():
    assert clock.parse("") is None
    assert clock.now().utcoffset() == timedelta(0)
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 1


def test_an_accelerated_clock_runs_its_rate_from_its_start():
    fast = clock.parse("2026-07-20T08:00+08:00@60@1000")

    assert fast.at(1000) == START
    assert fast.at(1060) == START + timedelta(hours=1)


@given(st.floats(0.01, 100_000), st.floats(0, 2e9), st.floats(0, 86_400))
def test_two_processes_with_one_setting_agree_and_never_go_back(rate, anchor, passed):
    text = f"2026-07-20T08:00+08:00@{rate!r}@{anchor!r}"

    assert clock.parse(text).at(anchor + passed) == clock.parse(text).at(anchor + passed)
    assert clock.parse(text).at(anchor + passed) >= START


def test_a_clock_without_an_anchor_starts_now():
    assert abs((clock.parse("2026-07-20T08:00+08:00@1").at(datetime.now(UTC).timestamp()) - START).total_seconds()) < 1


@pytest.mark.parametrize(
    "text",
    [
        "昨天", "2026-07-20", "2026-07-20T08:00@60", "2026-07-20T08:00+08:00@快", "2026-07-20T08:00+08:00@0",
        "2026-07-20T08:00+08:00@-1", "2026-07-20T08:00+08:00@nan", "2026-07-20T08:00+08:00@inf",
        "2026-07-20T08:00+08:00@60@nan", "2026-07-20T08:00+08:00@60@1@2", "2026-07-20T08:00+08:00", "@@",
    ],
)  # fmt: skip
def test_a_senseless_clock_is_refused_by_the_variables_name(text):
    with pytest.raises(BadSetting, match="ANNING_CLOCK"):
        clock.parse(text)


def test_the_legal_day_begins_at_midnight_in_shanghai():
    assert clock.local(datetime(2026, 1, 31, 16, 0, tzinfo=UTC)).date().isoformat() == "2026-02-01"


def test_a_span_of_the_accelerated_clock_takes_less_real_time(monkeypatch):
    assert clock.real_seconds(timedelta(minutes=1)) == 60
    monkeypatch.setattr(clock, "_clock", clock.parse("2026-07-20T08:00+08:00@60@1000"))
    assert clock.real_seconds(timedelta(minutes=1)) == 1
    assert clock.now() > START and clock.today() >= START.date()
