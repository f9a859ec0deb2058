"""Sealing: from batches over sorted runs and compressed parts to one segment for each datastream and day.

Each step is many short transactions, so that it never holds up the writer for long, and may be broken off anywhere:
the progress is committed with what it tells of.
"""

from itertools import groupby
from typing import Any

import numpy as np

from anning.monitoring.history import segments
from anning.monitoring.history.database import Cursor, Database
from anning.monitoring.history.keys import PARTS, key_of, marks
from anning.monitoring.history.reading import Progress, Window, read_blocks
from anning.monitoring.history.rows import DAY_MS, LAST_MS, ZONE_MS, Rows, chained, chosen, day_of, in_order, joined

RUN_ROWS = 65_536  # a reader looks through so many that are not yet in a run
RUN_BATCHES = 4096  # or so many small ones
BLOCK_ROWS = 2048  # the piece of a run that a reader fetches
# So many lie in runs before they become segments: as few as make segments worth writing, for readers' sake.
FLUSH_ROWS, FLUSH_ROWS_A_STREAM, FLUSH_ROWS_AT_MOST = 262_144, 64, 2_097_152
CHUNK_ROWS = 262_144  # so many are in memory at once while they do
STREAMS_AT_ONCE = 64  # in one transaction
BLOCKS_AT_ONCE, BATCHES_AT_ONCE, BATCH_ROWS_AT_ONCE = 16, 256, 32_768  # dropped in one transaction
BLOCKS = 1 << 20  # in a run


def seal(database: Database, today: int, *, streams: int, everything: bool) -> int:
    """Bring readings of so many datastreams on their way as far as they are due; return how many were compressed.

    Runs are made of enough batches, parts of enough runs; ``everything``: of all there is. Segments are made of the
    parts of days before ``today``.
    """
    enough = min(max(FLUSH_ROWS, FLUSH_ROWS_A_STREAM * streams), FLUSH_ROWS_AT_MOST)
    while sort_run(database, everything=everything):
        pass
    with database.reading() as cursor:
        progress = Progress.of(cursor)
        (waiting,) = cursor.one("SELECT sum(size) FROM history_block WHERE run > ?", [progress.flushed]) or (None,)
    sealed = 0
    if waiting and (everything or waiting >= enough or progress.flushing > progress.flushed):
        sealed = flush(database)
    close_days(database, today)
    return sealed


def is_day_over(database: Database, today: int) -> bool:
    """Whether something that arrived before ``today`` is not yet in a part."""
    batch = "SELECT received_ms FROM history_batch WHERE number > ? AND size > 0 ORDER BY number LIMIT 1"
    block = "SELECT received_ms FROM history_block WHERE number >= ? ORDER BY number LIMIT 1"
    with database.reading() as cursor:
        progress = Progress.of(cursor)
        oldest = cursor.all(batch, [progress.sorted]) + cursor.all(block, [(progress.flushed + 1) * BLOCKS])
    return any(day_of(received_ms) < today for (received_ms,) in oldest)


def sort_run(database: Database, *, everything: bool = False) -> int:
    """Sort the oldest batches into a run when they are enough; return how many rows that were.

    Small runs before it are taken up into it, so that there are few.
    """
    with database.reading() as cursor:
        progress = Progress.of(cursor)
        sql = "SELECT number, size FROM history_batch WHERE number > ? ORDER BY number"
        sizes = cursor.all(sql, [progress.sorted])
        total = np.cumsum([size for _, size in sizes], dtype=np.int64)
        if not sizes or not (everything or total[-1] >= RUN_ROWS or len(sizes) >= RUN_BATCHES):
            return 0
        run = int(sizes[min(int(np.searchsorted(total, RUN_ROWS)), len(sizes) - 1)][0])
        sql = "SELECT received_ms, readings FROM history_batch WHERE number > ? AND number <= ? ORDER BY number"
        batches = cursor.all(sql, [progress.sorted, run])
        rows = joined(blob for _, blob in batches)
        small = _small_runs(cursor, progress, len(rows))
        older = _blocks(cursor, small)
    rows = chained([joined(blob for _, blob in older), rows])
    rows = chosen(rows, np.lexsort((rows["datastream"],)))
    received_ms = (older or batches)[0][0]
    blocks = [_block(run, at, received_ms, rows[at : at + BLOCK_ROWS]) for at in range(0, len(rows), BLOCK_ROWS)]
    with database.writing(durable=False) as cursor:
        cursor.run_many("DELETE FROM history_block WHERE run = ?", [(each,) for each in small])
        cursor.run_many(f"INSERT INTO history_block VALUES ({marks(range(9))})", blocks)  # noqa: S608
        cursor.run("UPDATE history_progress SET sorted = ? WHERE id = 1", [run])
    return len(batches)


def _blocks(cursor: Cursor, runs: list[int]) -> list[tuple[int, bytes]]:
    sql = "SELECT number, received_ms, readings FROM history_block WHERE run = ? ORDER BY number"
    return [(received_ms, blob) for run in sorted(runs) for _, received_ms, blob in cursor.all(sql, [run])]


def _small_runs(cursor: Cursor, progress: Progress, weight: int) -> list[int]:
    """Return the latest runs that are not much larger than what comes, as long as all fits into one."""
    sql = "SELECT run, sum(size) FROM history_block WHERE run > ? GROUP BY run ORDER BY run DESC"
    small: list[int] = []
    for run, size in cursor.all(sql, [max(progress.flushed, progress.flushing)]):
        if size > 2 * weight or size + weight > RUN_ROWS:
            break
        small.append(run)
        weight += int(size)
    return small


def _block(run: int, at: int, received_ms: int, rows: Rows) -> tuple[int | bytes, ...]:
    streams, times = rows["datastream"], rows["at_ms"]
    ends = (int(streams[0]), int(streams[-1]), int(times.min()), int(times.max()))
    return (run * BLOCKS + at // BLOCK_ROWS, run, received_ms, *ends, len(rows), rows.tobytes())


def flush(database: Database) -> int:
    """Bring all runs into parts, some datastreams at a time; return how many readings that were."""
    with database.reading() as cursor:
        progress = Progress.of(cursor)
        target = progress.flushing if progress.flushing > progress.flushed else _last_run(cursor)
    if progress.flushing != target:
        _advance(database, progress.flushed, target, -1)
    at, sealed = progress.flushed_stream if progress.flushing == target else -1, 0
    for until in _bounds(database, target, at):
        with database.reading() as cursor:
            rows = read_blocks(cursor, Window(at + 1, until, 0, LAST_MS + 1), progress.flushed, target)
        sealed += _flush_streams(database, rows, progress.flushed, target)
        at = until
    _advance(database, target, target, -1)
    _drop_blocks(database, target)
    return sealed


def _last_run(cursor: Cursor) -> int:
    (run,) = cursor.one("SELECT max(run) FROM history_block") or (0,)
    return int(run)


def _bounds(database: Database, target: int, after: int) -> list[int]:
    """Return the datastreams up to which one takes at a time."""
    sql = "SELECT last_stream, size FROM history_block WHERE run <= ? AND last_stream > ? ORDER BY last_stream"
    with database.reading() as cursor:
        blocks = cursor.all(sql, [target, after])
    bounds: list[int] = []
    rows = 0
    for stream, size in blocks:
        if rows >= CHUNK_ROWS and stream != bounds[-1]:
            rows = 0
        if not rows:
            bounds.append(stream)
        bounds[-1] = stream
        rows += size
    return bounds


def _flush_streams(database: Database, rows: Rows, flushed: int, target: int) -> int:
    days = (rows["at_ms"] + ZONE_MS) // DAY_MS
    order = np.lexsort((rows["at_ms"], days, rows["datastream"]))  # stable: of one moment in the order of arrival
    rows, days = chosen(rows, order), days[order]
    pieces = list(segments.groups(rows, (rows["datastream"], days)))
    ends = [int(piece["datastream"][0]) for piece in pieces]
    at = 0
    while at < len(pieces):
        stop = at + 1
        while stop < len(pieces) and (stop - at < STREAMS_AT_ONCE or ends[stop] == ends[stop - 1]):
            stop += 1
        written: list[list[Any]] = []
        dropped: list[int] = []
        with database.reading() as cursor:
            for piece in pieces[at:stop]:
                key, piece_rows, parts = _merged(cursor, in_order(piece))
                written.append(segments.made(key, piece_rows))
                dropped += parts
        with database.writing(durable=False) as cursor:
            _delete_parts(cursor, dropped)
            segments.write(cursor, segments.PART, written)
            _write_progress(cursor, flushed, target, ends[stop - 1])
        at = stop
    return len(rows)


def _merged(cursor: Cursor, rows: Rows) -> tuple[int, Rows, list[int]]:
    """Return new rows together with the latest parts that are not much larger, their key, and the parts' keys.

    Sizes of parts so grow like powers of two: few parts, and each reading is rewritten few times.
    """
    datastream, day = int(rows["datastream"][0]), day_of(int(rows["at_ms"][0]))
    sizes = segments.parts_of(cursor, day, datastream)
    key = sizes[-1][0] + 1 if sizes else key_of(day, datastream)
    keys, weight = [], len(rows)
    while sizes and sizes[-1][1] <= 2 * weight:
        key, size = sizes.pop()
        keys.append(key)
        weight += size
    if keys:
        older = segments.with_readings(cursor, segments.PART, keys)
        rows = in_order(chained([*(each.rows() for each in older), rows]))
    return key, rows, [each for each in keys if each != key]


def close_days(database: Database, today: int) -> None:
    """Make one segment of what there is of each datastream and day that is over."""
    with database.reading() as cursor:
        keys = segments.part_keys(cursor, today)
    days = [list(group) for _, group in groupby(keys, key=lambda key: key // PARTS)]
    for at in range(0, len(days), STREAMS_AT_ONCE):
        some = days[at : at + STREAMS_AT_ONCE]
        with database.reading() as cursor:
            known = segments.with_readings(cursor, segments.SEGMENT, [keys[0] // PARTS * PARTS for keys in some])
            parts = segments.with_readings(cursor, segments.PART, [key for keys in some for key in keys])
        moved, written = _closed(known, parts)
        with database.writing(durable=False) as cursor:
            cursor.run_many(MOVE, [(key,) for key in moved])
            segments.write(cursor, segments.SEGMENT, written)
            _delete_parts(cursor, [part.key for part in parts])


MOVE = f"INSERT INTO {segments.SEGMENT} SELECT * FROM {segments.PART} WHERE key = ?"  # noqa: S608


def _closed(known: list[segments.Segment], parts: list[segments.Segment]) -> tuple[list[int], list[list[Any]]]:
    """Return the keys of parts that are whole days as they are, and the table's rows of days put together."""
    whole = {segment.key // PARTS: segment for segment in known}
    moved, written = [], []
    for day, group in groupby(parts, key=lambda part: part.key // PARTS):
        pieces = [*([whole[day]] if day in whole else []), *group]
        if len(pieces) == 1 and pieces[0].key % PARTS == 0:
            moved.append(pieces[0].key)
        else:
            written.append(segments.made(day * PARTS, in_order(chained([each.rows() for each in pieces]))))
    return moved, written


def _delete_parts(cursor: Cursor, keys: list[int]) -> None:
    cursor.run_many(f"DELETE FROM {segments.PART} WHERE key = ?", [(key,) for key in keys])  # noqa: S608


def _advance(database: Database, flushed: int, flushing: int, stream: int) -> None:
    with database.writing(durable=False) as cursor:
        _write_progress(cursor, flushed, flushing, stream)


def _write_progress(cursor: Cursor, flushed: int, flushing: int, stream: int) -> None:
    sql = "UPDATE history_progress SET flushed = ?, flushing = ?, flushed_stream = ? WHERE id = 1"
    cursor.run(sql, [flushed, flushing, stream])


def _drop_blocks(database: Database, through: int) -> None:
    sql = "DELETE FROM history_block WHERE number IN (SELECT number FROM history_block WHERE run <= ? LIMIT ?)"
    dropped = BLOCKS_AT_ONCE
    while dropped == BLOCKS_AT_ONCE:
        with database.writing(durable=False) as cursor:
            dropped = cursor.run(sql, [through, BLOCKS_AT_ONCE])


def drop_batches(database: Database) -> None:
    """Drop the batches that are in runs, in every saved state and in the saved newest.

    The last one stays: the next number follows from it.
    """
    bound = (
        "SELECT min(batch) FROM (SELECT sorted AS batch FROM history_progress UNION ALL "
        "SELECT batch FROM history_state UNION ALL SELECT coalesce(max(batch), 0) FROM history_last UNION ALL "
        "SELECT coalesce(max(number), 0) - 1 FROM history_batch) AS bounds"
    )
    sql = f"SELECT number, size FROM history_batch WHERE number <= ({bound}) ORDER BY number LIMIT ?"  # noqa: S608
    while True:
        with database.reading() as cursor:
            batches = cursor.all(sql, [BATCHES_AT_ONCE])
        if not batches:
            return
        through, rows = batches[0]
        for number, size in batches[1:]:
            rows += size
            if rows > BATCH_ROWS_AT_ONCE:
                break
            through = number
        with database.writing(durable=False) as cursor:
            cursor.run("DELETE FROM history_batch WHERE number <= ?", [through])
