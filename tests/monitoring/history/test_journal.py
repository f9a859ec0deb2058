"""What is appended is there: at once, in order, for everybody, and after every reopening."""

import numpy as np
import pytest

from anning.monitoring.history import HistoryBusy, HistoryForeign, door, last
from anning.monitoring.observations import Quality
from tests.monitoring.history.readings import NOON, batch, numbers, pairs


def test_batches_are_numbered_without_gaps_also_after_reopening(opened):
    history = opened(writable=True)

    first = [history.append(batch((1, 0, 1.0))) for _ in range(3)]
    history.close()
    again = opened(writable=True).append(batch((1, 0, 1.0)))

    assert [*first, again] == [1, 2, 3, 4]


def test_a_series_is_sorted_by_time_and_half_open(history):
    history.append(batch((1, 2000, 3.0), (2, 0, 9.0), (1, 0, 1.0)))
    history.append(batch((1, 1000, 2.0), (1, 3000, 4.0)))

    assert pairs(history.series(1, NOON, NOON + 3000)) == [(0, 1.0), (1000, 2.0), (2000, 3.0)]


def test_the_later_arrival_wins_for_one_moment(history):
    history.append(batch((1, 0, 1.0), (1, 0, 2.0)))
    history.append(batch((1, 0, 3.0, Quality.UNCERTAIN)))

    series = history.series(1, NOON, NOON + 1)

    assert pairs(series) == [(0, 3.0)]
    assert series.qualities.tolist() == [Quality.UNCERTAIN]


def test_another_reader_sees_what_was_just_appended(opened):
    writer, reader = opened(writable=True), opened()
    reader.last()

    writer.append(batch((5, 0, 1.5)))

    assert pairs(reader.series(5, NOON, NOON + 1)) == [(0, 1.5)]
    assert reader.last().values.tolist() == [1.5]


def test_a_second_writer_is_refused(opened):
    opened(writable=True)

    with pytest.raises(HistoryBusy):
        opened(writable=True)


def test_a_writer_that_closed_makes_room_for_the_next(opened):
    opened(writable=True).close()

    assert opened(writable=True).append(batch((1, 0, 1.0))) == 1


def test_tables_of_another_format_are_refused(opened, place):
    opened(writable=True).close()
    database = place(True)
    with database.writing() as cursor:
        cursor.run("UPDATE history_progress SET format = 99")
    database.close()

    with pytest.raises(HistoryForeign, match="99"):
        opened()


def test_a_reader_cannot_write(opened):
    with pytest.raises(RuntimeError):
        opened().append(batch((1, 0, 1.0)))


@pytest.mark.parametrize("at", [-1, 2**55])
def test_a_time_that_no_clock_means_is_refused_and_takes_no_number(history, at):
    with pytest.raises(ValueError, match="1970"):
        history.append(batch((1, at - NOON, 1.0)))

    assert history.append(batch((1, 0, 1.0))) == 1


def test_last_is_the_newest_phenomenon_time_not_the_newest_arrival(history):
    history.append(batch((1, 5000, 5.0), (2, 0, 1.0), received_ms=NOON))
    history.append(batch((1, 1000, 1.0), (2, 0, 2.0), (3, 0, 3.0), received_ms=NOON + 9))

    newest = history.last()

    assert newest.datastreams.tolist() == [1, 2, 3]
    assert newest.values.tolist() == [5.0, 2.0, 3.0]
    assert newest.received_ms.tolist() == [NOON, NOON + 9, NOON + 9]


def test_last_of_a_reader_keeps_up_whatever_was_saved_meanwhile(opened, monkeypatch):
    monkeypatch.setattr(last, "SAVE_BATCHES", 20)
    writer, reader = opened(writable=True), opened()
    reader.last()
    for number in range(70):
        writer.append(batch((number % 7, number, float(number))))

    assert np.array_equal(reader.last().values, writer.last().values)
    assert np.array_equal(opened().last().at_ms, writer.last().at_ms)


def test_batches_come_back_as_they_were_handed_in(history):
    given = batch((2, 0, float("nan"), Quality.MISSING), (1, 10, -0.0), (1, 5, 1e300), received_ms=NOON + 77)
    history.append(batch((1, 0, 1.0)))
    history.append(given)

    ((number, back),) = history.batches(after=1)

    assert number == 2
    assert back.received_ms == NOON + 77
    for name in ("datastreams", "at_ms", "values", "qualities"):
        assert getattr(back, name).tobytes() == getattr(given, name).tobytes()
        assert getattr(back, name).dtype == getattr(given, name).dtype


def test_a_batch_of_nothing_has_a_number_too(history):
    assert history.append(batch(), frames=b"ping") == 1
    assert numbers(history.batches(0)) == [1]


def test_many_batches_come_in_order(history, monkeypatch):
    monkeypatch.setattr(door, "BATCHES_AT_ONCE", 7)
    for _ in range(30):
        history.append(batch((1, 0, 1.0)))

    assert numbers(history.batches(17)) == list(range(18, 31))


def test_frames_come_back_by_the_time_of_reception(history, monkeypatch):
    monkeypatch.setattr(door, "BATCHES_AT_ONCE", 7)
    for number in range(30):
        history.append(batch((1, 0, 1.0), received_ms=NOON + number), frames=b"\x40\x40%d" % number)
    history.append(batch((1, 0, 1.0), received_ms=NOON + 2))

    assert list(history.raw_frames(NOON + 1, NOON + 3)) == [(NOON + 1, b"@@1"), (NOON + 2, b"@@2")]
    assert len(list(history.raw_frames(0, NOON + 999))) == 30


def test_states_are_saved_by_name(history):
    history.save_state("judging", 3, b"one")
    history.save_state("judging", 5, b"\x00two")
    history.save_state("other", 1, b"")

    assert history.load_state("judging") == (5, b"\x00two")
    assert history.load_state("other") == (1, b"")
    assert history.load_state("never") is None
