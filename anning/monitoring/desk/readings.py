"""What the desk reads of the history: newest values, trends, raw values; one open door a process."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from anning.monitoring.history import History, open_history


class Value(NamedTuple):
    """The newest reading of a point."""

    at: datetime
    value: float
    quality: int


@lru_cache(maxsize=1)
def history() -> History:
    """Return the history, opened once for reading."""
    return open_history()


def newest_at() -> datetime | None:
    """Return when the last reading arrived from anywhere; None before the first."""
    received = history().last().received_ms
    return moment(int(received.max())) if len(received) else None


def newest() -> dict[int, Value]:
    """Return the newest reading of every point."""
    last = history().last()
    columns = zip(
        last.datastreams.tolist(), last.at_ms.tolist(), last.values.tolist(), last.qualities.tolist(), strict=True
    )
    return {key: Value(moment(at_ms), value, quality) for key, at_ms, value, quality in columns}


def moment(ms: int) -> datetime:
    """Return milliseconds since 1970 as an aware instant."""
    return datetime.fromtimestamp(ms / 1000, UTC)
