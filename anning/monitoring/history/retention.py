"""What is kept for how long. Nothing is dropped that no setting or rule names."""

from collections.abc import Callable

from anning.monitoring.history.database import Database
from anning.monitoring.history.keys import PARTS, STREAMS, key_of, marks, read_key
from anning.monitoring.history.rows import DAY_MS, day_of

DaysOf = Callable[[int], int | None]
AT_ONCE = 64  # segments in one transaction


def expire_segments(database: Database, now_ms: int, days: int, days_of: DaysOf | None) -> int:
    """Drop the sealed days that are older than they are kept; return how many readings went.

    ``days`` after the day itself, 0 for ever, unless ``days_of`` says otherwise for the datastream.
    """
    if not days and days_of is None:
        return 0
    today, gone = day_of(now_ms), 0
    before = today if days_of else today - days
    day = _next_day(database, 0)
    while day is not None and day < before:
        keys = [key for key in _keys(database, day) if 0 < _days(read_key(key)[1], days, days_of) < today - day]
        for at in range(0, len(keys), AT_ONCE):
            gone += _drop(database, keys[at : at + AT_ONCE])
        day = _next_day(database, day + 1)
    return gone


def expire_frames(database: Database, now_ms: int, days: int) -> int:
    """Drop the raw frames received more than ``days`` ago, 0 never; return how many batches' frames went."""
    if not days:
        return 0
    some = "SELECT batch FROM history_frames WHERE received_ms < ? ORDER BY received_ms LIMIT ?"
    gone, dropped = 0, AT_ONCE
    while dropped == AT_ONCE:
        with database.writing(durable=False) as cursor:
            sql = f"DELETE FROM history_frames WHERE batch IN ({some})"  # noqa: S608
            dropped = cursor.run(sql, [now_ms - days * DAY_MS, AT_ONCE])
        gone += dropped
    return gone


def _days(datastream: int, days: int, days_of: DaysOf | None) -> int:
    own = days_of(datastream) if days_of else None
    return days if own is None else own


def _next_day(database: Database, day: int) -> int | None:
    with database.reading() as cursor:
        sql = "SELECT key FROM history_segment WHERE key >= ? ORDER BY key LIMIT 1"
        found = cursor.one(sql, [key_of(day, 0)])
    return read_key(found[0])[0] if found else None


def _keys(database: Database, day: int) -> list[int]:
    with database.reading() as cursor:
        sql = "SELECT key FROM history_segment WHERE key >= ? AND key < ?"
        return [key for (key,) in cursor.all(sql, [key_of(day, 0), key_of(day, 0) + STREAMS * PARTS])]


def _drop(database: Database, keys: list[int]) -> int:
    with database.writing(durable=False) as cursor:
        (count,) = cursor.one(f"SELECT sum(count) FROM history_segment WHERE key IN ({marks(keys)})", keys) or (0,)  # noqa: S608
        cursor.run(f"DELETE FROM history_segment WHERE key IN ({marks(keys)})", keys)  # noqa: S608
    return int(count or 0)
