"""A history of its own for each test of the desk, with readings in it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection

from anning.kernel import clock
from anning.monitoring.desk import readings
from anning.monitoring.history import History, open_history
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import Datastream
from anning.monitoring.observations import Observations

Record = Callable[..., None]


def forget_readings() -> None:
    """Empty the history that PostgreSQL keeps past the transaction of the test before."""
    if connection.vendor != "postgresql":
        return
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as direct:
        found = direct.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'history_%'").fetchall()
        if found:
            direct.execute("DROP TABLE " + ", ".join(name for (name,) in found))


@pytest.fixture
def history(settings, tmp_path, db) -> Iterator[History]:
    """The history of this test, open for writing; the pages read the same."""
    settings.HOME = tmp_path
    readings.history.cache_clear()
    forget_readings()
    written = open_history(writable=True)
    yield written
    if readings.history.cache_info().currsize:
        readings.history().close()
    readings.history.cache_clear()
    written.close()


@pytest.fixture
def record(history: History) -> Record:
    """``record(point, [1, 2, 3], every_s=60, until=…)`` keeps values that end at ``until`` (now)."""

    def keep(
        point: Datastream, values: list[float], *, every_s: float = 60, until: datetime | None = None, quality: int = 0
    ) -> None:
        last = until or clock.now()
        start = last - timedelta(seconds=every_s * (len(values) - 1))
        rows = [
            (point.pk, milliseconds(start + timedelta(seconds=every_s * place)), value, quality)
            for place, value in enumerate(values)
        ]
        history.append(Observations.of(rows, milliseconds(last)))

    return keep
