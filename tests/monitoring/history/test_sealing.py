"""Sealing moves readings into segments without losing, doubling or hiding one, wherever it is broken off."""

from datetime import date

import numpy as np
import pytest

from anning.monitoring.history import HistoryDamaged, figures, sealing, segments
from anning.monitoring.history.keys import key_of, read_key
from anning.monitoring.history.rows import day_of
from anning.monitoring.observations import Observations, Quality
from tests.monitoring.history.readings import DAY, NOON, batch, numbers, pairs

TODAY = date(2026, 7, 22)


@pytest.fixture
def small_sizes(monkeypatch):
    """Sizes at which a few dozen readings make runs and blocks."""
    sizes = {
        "RUN_ROWS": 16,
        "RUN_BATCHES": 4,
        "BLOCK_ROWS": 4,
        "FLUSH_ROWS": 64,
        "FLUSH_ROWS_A_STREAM": 1,
        "CHUNK_ROWS": 8,
        "STREAMS_AT_ONCE": 1,
    }
    for name, size in sizes.items():
        monkeypatch.setattr(sealing, name, size)


def fill(history, streams=6, moments=12):
    """Append a reading a second of every datastream; return what each series must be."""
    for second in range(moments):
        history.append(batch(*((stream, second * 1000, stream + second / 10) for stream in range(streams))))
    return {stream: [(n * 1000, stream + n / 10) for n in range(moments)] for stream in range(streams)}


def assert_answers(history, expected):
    for stream, series in expected.items():
        assert pairs(history.series(stream, NOON, NOON + DAY)) == series
    days = history.days(list(expected), TODAY, TODAY)
    assert days.count.tolist() == [len(series) for series in expected.values()]


def keys(history, table="history_segment"):
    with history._database.reading() as cursor:
        return [read_key(key) for (key,) in cursor.all(f"SELECT key FROM {table} ORDER BY key")]


def test_what_is_sealed_answers_as_before(history):
    expected = fill(history)

    assert history.seal(NOON + DAY, everything=True) == 72

    assert_answers(history, expected)
    assert keys(history) == [(day_of(NOON), stream, 0) for stream in range(6)]


def test_sealing_stays_quiet_until_there_is_enough_or_the_day_is_over(history):
    expected = fill(history)

    assert history.seal(NOON + 60_000) == 0
    assert history.seal(NOON + DAY // 2) == 72

    assert_answers(history, expected)


@pytest.mark.parametrize("broken_off", range(1, 14))
def test_sealing_may_be_broken_off_anywhere(opened, small_sizes, monkeypatch, broken_off):
    """The n-th transaction does not come about, as if the process had been killed before it."""
    history = opened(writable=True)
    expected = fill(history)
    transactions = iter(range(1, 1000))
    real = type(history._database).writing

    def dying(self, **facts):
        if next(transactions) == broken_off:
            raise KeyboardInterrupt
        return real(self, **facts)

    monkeypatch.setattr(type(history._database), "writing", dying)
    with pytest.raises(KeyboardInterrupt):
        history.seal(NOON + DAY)
    monkeypatch.undo()
    history.close()

    again = opened(writable=True)
    assert_answers(again, expected)
    again.append(batch((2, 500, 9.0)))
    expected[2].insert(1, (500, 9.0))
    assert_answers(again, expected)
    again.seal(NOON + DAY, everything=True)
    assert_answers(again, expected)


def test_parts_of_a_day_stay_few_and_are_merged_when_it_is_over(history, small_sizes):
    expected = {1: []}
    for number in range(64):
        history.append(batch((1, number * 1000, float(number))))
        history.seal(NOON, everything=True)
        expected[1].append((number * 1000, float(number)))
        assert len(keys(history, "history_part")) <= 7
    history.append(batch((1, 64_000, 64.0)))
    expected[1].append((64_000, 64.0))
    history.seal(NOON, everything=True)
    assert_answers(history, expected)

    history.seal(NOON + DAY)

    assert keys(history) == [(day_of(NOON), 1, 0)]
    assert keys(history, "history_part") == []
    assert_answers(history, expected)


def test_late_data_wins_over_what_is_sealed_and_is_counted_once(history):
    history.append(batch((1, 0, 1.0), (1, 1000, 2.0), (1, 2000, 3.0)))
    history.seal(NOON, everything=True)
    history.append(batch((1, 1000, 7.0), (1, 1500, 8.0)))
    expected = {1: [(0, 1.0), (1000, 7.0), (1500, 8.0), (2000, 3.0)]}

    assert_answers(history, expected)
    assert history.days([1], TODAY, TODAY).total.tolist() == [19.0]
    history.seal(NOON, everything=True)
    assert_answers(history, expected)
    assert history.days([1], TODAY, TODAY).total.tolist() == [19.0]


def test_batches_go_when_sealed_but_not_before_every_state_includes_them(history):
    history.save_state("judging", 2, b"")
    for _ in range(5):
        history.append(batch((1, 0, 1.0)))

    history.seal(NOON, everything=True)
    assert numbers(history.batches(0)) == [3, 4, 5]

    history.save_state("judging", 5, b"")
    history.seal(NOON, everything=True)
    assert numbers(history.batches(0)) == [5]
    assert history.append(batch((1, 0, 1.0))) == 6


def test_last_outlives_the_batches_it_came_from(opened):
    writer = opened(writable=True)
    fill(writer)
    writer.seal(NOON, everything=True)

    assert opened().last().values.tolist() == [stream + 1.1 for stream in range(6)]


def test_a_damaged_segment_is_named_not_answered(history):
    fill(history)
    history.seal(NOON + DAY, everything=True)
    key = key_of(day_of(NOON), 3)
    with history._database.writing() as cursor:
        (blob,) = cursor.one("SELECT readings FROM history_segment WHERE key = ?", [key])
        bad = bytes([*blob[:-1], blob[-1] ^ 1])
        cursor.run("UPDATE history_segment SET readings = ? WHERE key = ?", [bad, key])

    with pytest.raises(HistoryDamaged, match="3 @"):
        history.series(3, NOON, NOON + DAY)
    assert len(history.series(4, NOON, NOON + DAY)) == 12


def a_day_at_1_hz(history, stream=1, gap=slice(0, 0)):
    """Append a whole day of a walk, local midnight to midnight; return times and values."""
    at = NOON - DAY // 2 + np.arange(86_400) * 1000
    values = np.round(20 + np.cumsum(np.random.default_rng(1).normal(0, 0.1, 86_400)), 2)
    keep = np.ones(86_400, bool)
    keep[gap] = False
    at, values = at[keep], values[keep]
    ids, good = np.full(len(at), stream, np.int32), np.zeros(len(at), np.uint8)
    history.append(Observations(ids, at, values, good, NOON + DAY))
    return at, values


def test_a_long_trend_looks_at_no_readings(history, monkeypatch):
    at, values = a_day_at_1_hz(history)
    history.seal(NOON + DAY, everything=True)
    monkeypatch.setattr(segments, "decode", None)  # to call it would fail

    trend = history.trend(1, NOON - 30 * DAY - DAY // 2, NOON + 30 * DAY + DAY // 2)
    hour = values[3600 * 6 : 3600 * 9]

    assert trend.width_ms == 3 * 3_600_000
    assert (trend.minimum[2], trend.maximum[2], trend.first[2], trend.last[2]) == (
        hour.min(),
        hour.max(),
        hour[0],
        hour[-1],
    )
    assert trend.mean[2] == pytest.approx(hour.mean())
    assert trend.count.sum() == len(at)
    year = history.trend(1, NOON - 182 * DAY - DAY // 2, NOON + 182 * DAY + DAY // 2)
    assert (year.width_ms, year.minimum.tolist(), year.maximum.tolist()) == (DAY, [values.min()], [values.max()])


def test_the_readings_of_a_day_take_few_bytes(history):
    a_day_at_1_hz(history)
    history.seal(NOON + DAY, everything=True)

    with history._database.reading() as cursor:
        ((readings, cells),) = cursor.all("SELECT length(readings), length(cells) FROM history_segment")

    assert (readings + cells) / 86_400 < 1.5


def test_a_fault_among_the_readings_is_left_out_when_asked(history):
    _, values = a_day_at_1_hz(history)
    history.append(batch((1, 0, 9999.0, Quality.FAULT), (1, 1000, float("nan"), Quality.MISSING)))
    history.seal(NOON + DAY, everything=True)
    begin, end = NOON - DAY // 2, NOON + DAY // 2

    assert history.trend(1, begin, end).maximum.max() == 9999.0
    without = history.trend(1, begin, end, without_faults=True)
    assert without.maximum.max() == np.delete(values, [43_200, 43_201]).max()
    assert without.count.sum() == 86_398
    assert figures.WORTH < 86_398


def test_unregular_times_and_gaps_come_back_exactly(history):
    at, values = a_day_at_1_hz(history, gap=slice(1000, 5000))
    history.seal(NOON + DAY, everything=True)

    series = history.series(1, NOON - DAY, NOON + DAY)

    assert np.array_equal(series.at_ms, at)
    assert np.array_equal(series.values, values)
