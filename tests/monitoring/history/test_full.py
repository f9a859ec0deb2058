"""A full disk refuses a batch as a whole, and work goes on when there is room again."""

import pytest
from django.conf import settings

from anning.monitoring.history import HistoryFull
from tests.monitoring.history.readings import NOON, batch, numbers

pytestmark = pytest.mark.skipif(settings.TEST_DATABASE != "sqlite", reason="fills SQLite's file")


def test_a_full_disk_refuses_the_batch_and_takes_it_when_there_is_room(history):
    history.append(batch((1, 0, 1.0)), frames=b"one")
    file = history._database._writer
    (pages,) = file.execute("PRAGMA page_count").fetchone()
    file.execute(f"PRAGMA max_page_count={pages}")
    large = batch(*((stream, 1, 2.0) for stream in range(5000)))

    for _ in range(3):
        with pytest.raises(HistoryFull):
            history.append(large, frames=b"two")
    assert numbers(history.batches(0)) == [1]
    assert history.last().values.tolist() == [1.0]
    assert len(list(history.raw_frames(0, NOON + 1))) == 1

    file.execute("PRAGMA max_page_count=1000000")
    assert history.append(large, frames=b"two") == 2
    assert len(history.last()) == 5000
