"""Readings leave as CSV and Parquet, and a digest vouches for them however they lie."""

import csv
import importlib.util

import pytest

from anning.monitoring.history import ExportMissing
from anning.monitoring.observations import Quality
from tests.monitoring.history.readings import DAY, NOON, batch

HAS_PYARROW = importlib.util.find_spec("pyarrow") is not None


@pytest.fixture
def filled(history):
    """A history with two datastreams over nine days."""
    history.append(batch((1, 0, 20.5), (2, 0, 1.0), (1, 8 * DAY, float("nan"), Quality.MISSING)))
    history.seal(NOON, everything=True)
    history.append(batch((1, 1, 0.1)))
    return history


def test_csv_tells_time_in_local_time_and_leaves_missing_numbers_empty(filled, tmp_path):
    path = tmp_path / "out.csv"

    assert filled.export_csv(path, [1, 2], NOON, NOON + 9 * DAY) == 4

    assert list(csv.reader(path.open())) == [
        ["datastream", "time", "at_ms", "value", "quality"],
        ["1", "2026-07-22T12:00:00.000+08:00", str(NOON), "20.5", "0"],
        ["1", "2026-07-22T12:00:00.001+08:00", str(NOON + 1), "0.1", "0"],
        ["1", "2026-07-30T12:00:00.000+08:00", str(NOON + 8 * DAY), "", "4"],
        ["2", "2026-07-22T12:00:00.000+08:00", str(NOON), "1.0", "0"],
    ]


@pytest.mark.skipif(not HAS_PYARROW, reason="pyarrow, an optional extra, is not installed")
def test_parquet_holds_the_same(filled, tmp_path):
    import pyarrow.parquet

    path = tmp_path / "out.parquet"

    assert filled.export_parquet(path, [1, 2], NOON, NOON + 9 * DAY) == 4
    assert pyarrow.parquet.read_table(path).column("value").to_pylist()[:2] == [20.5, 0.1]


@pytest.mark.skipif(HAS_PYARROW, reason="pyarrow is installed")
def test_parquet_says_what_is_missing(filled, tmp_path):
    with pytest.raises(ExportMissing):
        filled.export_parquet(tmp_path / "out.parquet", [1], NOON, NOON + DAY)

    assert list(tmp_path.glob("out*")) == []


def test_a_digest_is_that_of_the_readings_however_they_lie(filled):
    before = filled.digest(1, NOON, NOON + DAY)
    filled.seal(NOON + 2 * DAY, everything=True)

    assert filled.digest(1, NOON, NOON + DAY) == before
    assert len(before) == 64


@pytest.mark.parametrize("changed", [(1, 0, 20.6), (1, 2, 20.5), (1, 0, 20.5, Quality.UNCERTAIN)])
def test_a_digest_changes_with_every_column(filled, changed):
    before = filled.digest(1, NOON, NOON + DAY)
    filled.append(batch(changed))

    assert filled.digest(1, NOON, NOON + DAY) != before
