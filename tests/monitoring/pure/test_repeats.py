"""Readings that come again count once; readings that come late count."""

from hypothesis import given
from hypothesis import strategies as st

from anning.monitoring.observations import Observations
from anning.monitoring.repeats import Repeats

Row = tuple[int, int, float, int]
rows = st.tuples(st.integers(1, 3), st.integers(0, 12), st.sampled_from([20.0, 60.0, float("nan")]), st.just(0))
batches = st.lists(st.lists(rows, max_size=8), max_size=8)


def fresh(repeats: Repeats, given_rows: list[Row]) -> list[Row]:
    """Take rows in; return those that are new."""
    kept = repeats.without(Observations.of(given_rows, 0))
    repeats.remember(kept)
    columns = (kept.datastreams, kept.at_ms, kept.values, kept.qualities)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def spot(row: Row) -> tuple[int, int, str]:
    """Return what makes a reading the same."""
    return row[0], row[1], str(row[2])


@given(batches)
def test_every_reading_counts_once_however_often_it_comes(sent: list[list[Row]]) -> None:
    repeats, seen = Repeats(), set()

    for batch in sent:
        wanted = []
        for row in batch:
            if spot(row) not in seen:
                wanted.append(spot(row))
                seen.add(spot(row))
        assert [spot(row) for row in fresh(repeats, batch)] == wanted


def test_what_was_not_stored_is_new_when_it_comes_again() -> None:
    repeats = Repeats()
    batch = Observations.of([(1, 5, 20.0, 0)], 0)

    assert len(repeats.without(batch)) == 1  # but the disk was full: not remembered
    assert len(repeats.without(batch)) == 1


def test_another_value_for_the_same_moment_is_new() -> None:
    repeats = Repeats()

    assert fresh(repeats, [(1, 5, 20.0, 0)])
    assert fresh(repeats, [(1, 5, 21.0, 0)])


def test_the_memory_is_bounded() -> None:
    repeats = Repeats(most_rows=5000)
    for second in range(30):
        fresh(repeats, [(1, second * 1000 + n, 20.0, 0) for n in range(1000)])

    assert repeats._rows <= 5000 + 4096
    assert fresh(repeats, [(1, 29_999, 20.0, 0)]) == []
