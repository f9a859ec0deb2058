"""The tables of the history, the same in a file and in PostgreSQL.

A reading travels: ``history_batch`` (as it arrived) → ``history_block`` (sorted by datastream, in runs) →
``history_part`` (a piece of a datastream's day, compressed) → ``history_segment`` (the whole day).
``history_progress`` says how far it has come, so that at any moment it is counted in exactly one of them.
"""

FORMAT = 1  # another one comes with a way to carry the tables over

SEGMENT = """(
        key {KEY}, first_ms {INTEGER} NOT NULL, last_ms {INTEGER} NOT NULL, count {INTEGER} NOT NULL,
        present {INTEGER} NOT NULL, faults {INTEGER} NOT NULL, good {INTEGER} NOT NULL,
        minimum {REAL}, maximum {REAL}, total {REAL}, first {REAL}, last {REAL},
        good_minimum {REAL}, good_maximum {REAL}, good_total {REAL},
        hours {BYTES}, cells {BYTES}, readings {BYTES} NOT NULL)"""

TABLES = (
    """CREATE TABLE history_batch (
        number {KEY}, received_ms {INTEGER} NOT NULL, first_ms {INTEGER} NOT NULL, last_ms {INTEGER} NOT NULL,
        size {INTEGER} NOT NULL, readings {BYTES} NOT NULL)""",
    """CREATE TABLE history_frames (
        batch {KEY}, received_ms {INTEGER} NOT NULL, frames {BYTES} NOT NULL)""",
    "CREATE INDEX history_frames_received ON history_frames (received_ms)",
    # run: the number of the last batch in it; received_ms: when the first batch in it arrived
    """CREATE TABLE history_block (
        number {KEY}, run {INTEGER} NOT NULL, received_ms {INTEGER} NOT NULL,
        first_stream {INTEGER} NOT NULL, last_stream {INTEGER} NOT NULL, first_ms {INTEGER} NOT NULL,
        last_ms {INTEGER} NOT NULL, size {INTEGER} NOT NULL, readings {BYTES} NOT NULL)""",
    """CREATE INDEX history_block_streams ON history_block (
        run, first_stream, last_stream, first_ms, last_ms, size)""",
    # key: day, datastream and part in one number (see keys). A day that is over is one segment, written in the order
    # of keys, so that pages are full; a day that goes on is parts. The figures of good values are empty where all are.
    *(f"CREATE TABLE history_{name} {SEGMENT}" for name in ("segment", "part")),
    # of every datastream the newest reading among the batches up to this one
    """CREATE TABLE history_last (
        id {KEY}, batch {INTEGER} NOT NULL, readings {BYTES} NOT NULL)""",
    # name as bytes: the same comparison in both databases
    """CREATE TABLE history_state (
        name {BYTES} PRIMARY KEY, batch {INTEGER} NOT NULL, state {BYTES} NOT NULL)""",
    # sorted: batches up to this one are in runs; flushed: runs up to this one are in segments;
    # flushing, flushed_stream: runs up to this one are in segments for datastreams up to this one;
    # format: of the tables, so that no release misreads what another one wrote
    """CREATE TABLE history_progress (
        id {KEY}, format {INTEGER} NOT NULL,
        sorted {INTEGER} NOT NULL, flushed {INTEGER} NOT NULL, flushing {INTEGER} NOT NULL,
        flushed_stream {INTEGER} NOT NULL)""",
    f"INSERT INTO history_progress VALUES (1, {FORMAT}, 0, 0, 0, -1)",  # noqa: S608
)
