"""The rows in which a batch is kept, and how readings of one datastream are put in order."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anning.monitoring.observations import Observations

Rows = NDArray[Any]

# Rows of fixed size: however many small batches are joined, they are one array without a loop.
ROW = np.dtype([("datastream", "<i4"), ("at_ms", "<i8"), ("value", "<f8"), ("quality", "u1")])

DAY_MS = 86_400_000
ZONE_MS = 8 * 3_600_000  # Asia/Shanghai, without summer time since 1992
LAST_MS = 131_072 * DAY_MS - ZONE_MS - 1  # in the year 2328: days are counted in 17 bits


def pack(observations: Observations) -> Rows:
    """Return the columns as rows. Raises ValueError for what no clock and no table can mean."""
    rows = np.empty(len(observations), ROW)
    rows["datastream"] = observations.datastreams
    rows["at_ms"] = observations.at_ms
    rows["value"] = observations.values
    rows["quality"] = observations.qualities
    if len(rows) and (rows["at_ms"].min() < 0 or rows["at_ms"].max() > LAST_MS):
        raise ValueError("a time lies outside the years 1970 to 2327")
    if len(rows) and rows["datastream"].min() < 0:
        raise ValueError("a datastream's id is negative")
    return rows


def unpack(rows: Rows, received_ms: int) -> Observations:
    """Return the rows as columns."""
    return Observations(
        rows["datastream"].copy(),
        rows["at_ms"].copy(),
        rows["value"].copy(),
        rows["quality"].copy(),
        received_ms,
    )


def chosen(rows: Rows, which: NDArray[Any]) -> Rows:
    """Return the rows that a mask or an index names; as plain bytes, which numpy moves many times faster."""
    which_rows: Rows = rows.view(f"V{rows.dtype.itemsize}")[which].view(rows.dtype)
    return which_rows


def chained(parts: Sequence[Rows]) -> Rows:
    """Return the rows of all parts, of which there is at least one, one after the other."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([part.view(f"V{part.dtype.itemsize}") for part in parts]).view(parts[0].dtype)


def joined(blobs: Iterable[bytes]) -> Rows:
    """Return the rows of many blobs, one after the other."""
    return np.frombuffer(b"".join(blobs), ROW)


def in_order(rows: Rows) -> Rows:
    """Return the rows of one datastream sorted by time; of several for one moment the last to arrive stays."""
    at_ms = rows["at_ms"]
    if len(rows) < 2 or (at_ms[1:] > at_ms[:-1]).all():
        return rows
    rows = chosen(rows, np.lexsort((at_ms,)))  # stable
    at_ms = rows["at_ms"]
    return chosen(rows, np.append(at_ms[1:] != at_ms[:-1], True))


def between(rows: Rows, start_ms: int, end_ms: int) -> Rows:
    """Return the rows from ``start_ms`` up to, not including, ``end_ms``."""
    inside = (rows["at_ms"] >= start_ms) & (rows["at_ms"] < end_ms)
    return rows if inside.all() else chosen(rows, inside)


def day_of(at_ms: int) -> int:
    """Return the number of the day in Asia/Shanghai, counted from 1970-01-01."""
    return (at_ms + ZONE_MS) // DAY_MS


def day_start_ms(day: int) -> int:
    """Return the moment at which the day of this number begins in Asia/Shanghai."""
    return day * DAY_MS - ZONE_MS
