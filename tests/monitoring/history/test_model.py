"""Whatever is done in whatever order, the history answers like a dictionary of all readings."""

import math
import os
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import hypothesis
import numpy as np
import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from anning.monitoring.history import History, figures, last, sealing
from anning.monitoring.history.database import Database, FileDatabase
from anning.monitoring.history.postgres import PostgresDatabase
from anning.monitoring.observations import Observation, Observations, Quality
from tests.monitoring.history.conftest import empty
from tests.monitoring.history.naive import ZONE, Naive
from tests.monitoring.history.readings import DAY, NOON

EXAMPLES = int(os.environ.get("ANNING_TEST_EXAMPLES", "8"))
STREAMS = [0, 3, 4, 7, 2**31 - 1]
START, END = NOON - 2 * DAY, NOON + 2 * DAY
# Few moments, so that the same comes again; around midnight, within ten minutes, and far away.
MOMENTS = st.one_of(
    st.integers(0, 5).map(lambda n: NOON + n * 1000),
    st.integers(-3, 3).map(lambda n: NOON + DAY // 2 + n),
    st.integers(START, END).map(lambda at: at // 300_000 * 300_000),
    st.sampled_from([0, 2**43]),
)
VALUES = st.one_of(
    st.integers(-30, 60).map(lambda n: n / 10), st.floats(allow_nan=True, allow_infinity=False, width=32), st.just(-0.0)
)
READINGS = st.lists(st.tuples(st.sampled_from(STREAMS), MOMENTS, VALUES, st.sampled_from(list(Quality))), max_size=12)


Opening = Callable[[bool], Database]


class Answers(RuleBasedStateMachine):
    """Appends, seals, reopens and expires, and compares every answer."""

    fresh: Callable[[], Opening]  # gives a new, empty place

    @initialize()
    def begin(self) -> None:
        self.place = type(self).fresh()
        self.now = NOON
        self.naive = Naive()
        self.open()
        self.history.save_state("judging", 0, b"")
        self.reader = History(self.place(False), writable=False)

    def open(self) -> None:
        self.history = History(self.place(True), writable=True)

    def teardown(self) -> None:
        if hasattr(self, "reader"):
            self.history.close()
            self.reader.close()

    @rule(rows=READINGS, later=st.sampled_from([0, 1000, -5000]))
    def append(self, rows, later) -> None:
        batch = Observations.of((Observation(*row) for row in rows), self.now + later)
        assert self.history.append(batch) == self.naive.append(batch)

    @rule(everything=st.booleans())
    def seal(self, everything) -> None:
        self.history.seal(self.now, everything=everything)

    @rule(days=st.integers(0, 2))
    def wait(self, days) -> None:
        self.now += days * DAY + 1000

    @rule()
    def reopen(self) -> None:
        self.history.close()
        self.open()

    @rule(share=st.floats(0, 1))
    def save_state(self, share) -> None:
        batch = max(int(len(self.naive.batches) * share), self.history.load_state("judging")[0])
        self.history.save_state("judging", batch, b"state")

    @rule(keep=st.lists(st.sampled_from([0, 1, 3]), min_size=len(STREAMS), max_size=len(STREAMS)))
    def expire(self, keep) -> None:
        kept = dict(zip(STREAMS, keep, strict=True))
        self.history.seal(self.now, everything=True)
        self.history.expire(self.now, kept.get)
        self.naive.expire((self.now + ZONE) // DAY, kept)

    @invariant()
    def series_are_equal(self) -> None:
        for stream in STREAMS:
            for start, end in ((0, 2**44), (NOON, NOON + 3000), (NOON + 1000, NOON + DAY)):
                series = self.reader.series(stream, start, end)
                got = zip(*(getattr(series, name).tolist() for name in ("at_ms", "values", "qualities")), strict=True)
                assert repr(list(got)) == repr(self.naive.series(stream, start, end))

    @invariant()
    def trends_are_equal(self) -> None:
        for start, end, buckets in (
            (START, END, 5),
            (START, END, 50),
            (NOON - 7, NOON + DAY // 2 + 2, 90),
            (0, 2**44, 20),
        ):
            for stream, without_faults in ((3, False), (7, True)):
                trend = self.history.trend(stream, start, end, buckets, without_faults=without_faults)
                expected = self.naive.trend(stream, start, end, trend.width_ms, without_faults=without_faults)
                assert len(trend) <= buckets
                same(rows_of(trend, "start_ms count minimum maximum mean first last"), expected)

    @invariant()
    def days_are_equal(self) -> None:
        days = self.reader.days(STREAMS, date(2026, 7, 20), date(2026, 7, 25))
        first = (date(2026, 7, 20) - date(1970, 1, 1)).days
        got = rows_of(days, "datastream day count good minimum maximum total")
        same(
            [(row[0], (row[1] - date(1970, 1, 1)) // timedelta(1), *row[2:]) for row in got],
            self.naive.days(STREAMS, first, first + 5),
        )

    @invariant()
    def last_are_equal(self) -> None:
        expected = [(stream, *row) for stream, row in sorted(self.naive.newest.items())]
        for history in (self.history, self.reader):
            rows = rows_of(history.last(), "datastreams at_ms values qualities received_ms")
            assert repr(rows) == repr(expected)

    @invariant()
    def batches_not_in_a_state_are_kept(self) -> None:
        after, _ = self.history.load_state("judging")
        got = list(self.history.batches(after))
        assert [number for number, _ in got if number > after] == list(range(after + 1, len(self.naive.batches) + 1))
        for number, batch in got:
            assert np.array_equal(batch.at_ms, self.naive.batches[number - 1].at_ms)


def rows_of(table, names: str) -> list[tuple]:
    """Return the rows of columns."""
    return list(zip(*(getattr(table, name).tolist() for name in names.split()), strict=True))


def same(got: list[tuple], expected: list[tuple]) -> None:
    """Compare rows whose sums may differ in the last bits."""
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        for value, wanted in zip(one, other, strict=True):
            is_nan = math.isnan(value) and math.isnan(wanted)
            assert is_nan or math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-6), (one, other)


@pytest.fixture
def small_sizes(monkeypatch):
    """Sizes at which a dozen readings make runs, blocks, segments and cells."""
    sizes = {
        "RUN_ROWS": 16,
        "RUN_BATCHES": 3,
        "BLOCK_ROWS": 4,
        "FLUSH_ROWS": 40,
        "FLUSH_ROWS_A_STREAM": 1,
        "CHUNK_ROWS": 12,
    }
    for name, size in (sizes | {"STREAMS_AT_ONCE": 2, "BLOCKS_AT_ONCE": 2, "BATCHES_AT_ONCE": 2}).items():
        monkeypatch.setattr(sealing, name, size)
    monkeypatch.setattr(figures, "WORTH", 3)
    monkeypatch.setattr(last, "SAVE_BATCHES", 3)


@pytest.fixture
def fresh(request, tmp_path):
    """``fresh()`` gives an empty place, which then opens stores there."""
    if settings.TEST_DATABASE == "sqlite":
        numbers = count()

        def folder():
            path = tmp_path / str(next(numbers))
            return lambda writable: FileDatabase(path, writable=writable)

        return folder
    url = request.getfixturevalue("empty_server")

    def schema():
        empty(url)
        return lambda writable: PostgresDatabase({"conninfo": url}, writable=writable)

    return schema


def test_every_answer_is_that_of_a_dictionary(small_sizes, fresh):
    class Case(Answers):
        pass

    Case.fresh = staticmethod(fresh)
    Case.TestCase.settings = hypothesis.settings(
        max_examples=EXAMPLES, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
    Case.TestCase("runTest").runTest()
