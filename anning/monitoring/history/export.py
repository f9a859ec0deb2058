"""Readings for others: as CSV, as Parquet where pyarrow is installed, and as one number that vouches for them."""

import csv
import hashlib
import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from anning.kernel.clock import ZONE
from anning.monitoring.history.errors import ExportMissing
from anning.monitoring.history.reading import Series
from anning.monitoring.history.rows import DAY_MS

HEADINGS = ("datastream", "time", "at_ms", "value", "quality")
EPOCH = datetime.fromisoformat("1970-01-01T08:00:00+08:00").astimezone(ZONE)
Reader = Callable[[int, int, int], Series]


def digest(datastream: int, start_ms: int, end_ms: int, series: Series) -> str:
    """Return the SHA-256 of what was asked and answered: numbers as decimal text and columns, little-endian.

    Every missing number counts as the same NaN.
    """
    values = np.where(np.isnan(series.values), np.nan, series.values)
    seen = hashlib.sha256(f"anning-history-1 {datastream} {start_ms} {end_ms} {len(series)}\n".encode())
    for column, kind in ((series.at_ms, "<i8"), (values, "<f8"), (series.qualities, "u1")):
        seen.update(column.astype(kind).tobytes())
    return seen.hexdigest()


def write_csv(path: Path, read: Reader, datastreams: Sequence[int], start_ms: int, end_ms: int) -> int:
    """Write the readings as CSV, times in Asia/Shanghai; return how many."""
    count = 0
    part = path.with_name(path.name + ".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(HEADINGS)
        for datastream, series in _pieces(read, datastreams, start_ms, end_ms):
            columns = (column.tolist() for column in (series.at_ms, series.values, series.qualities))
            table.writerows(_line(datastream, *row) for row in zip(*columns, strict=True))
            count += len(series)
    os.replace(part, path)  # a file under its name is a whole one
    return count


def write_parquet(path: Path, read: Reader, datastreams: Sequence[int], start_ms: int, end_ms: int) -> int:
    """Write the readings as Parquet; return how many. Raises ExportMissing without pyarrow."""
    try:
        pa: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise ExportMissing from None
    kinds = (pa.int32(), pa.timestamp("ms", tz="Asia/Shanghai"), pa.float64(), pa.uint8())
    schema = pa.schema(list(zip(("datastream", "time", "value", "quality"), kinds, strict=True)))
    count = 0
    part = path.with_name(path.name + ".part")
    with parquet.ParquetWriter(part, schema, compression="zstd") as file:
        for datastream, series in _pieces(read, datastreams, start_ms, end_ms):
            ids = np.full(len(series), datastream, np.int32)
            columns = (ids, series.at_ms.astype("datetime64[ms]"), series.values, series.qualities)
            arrays = [pa.array(column).cast(kind) for column, kind in zip(columns, kinds, strict=True)]
            file.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(series)
    os.replace(part, path)
    return count


def _pieces(read: Reader, datastreams: Sequence[int], start_ms: int, end_ms: int) -> Iterator[tuple[int, Series]]:
    """Give the readings week by week, so that a long range needs no more memory than a short one."""
    for datastream in datastreams:
        for at in range(start_ms, end_ms, 7 * DAY_MS):
            series = read(datastream, at, min(at + 7 * DAY_MS, end_ms))
            if len(series):
                yield datastream, series


def _line(datastream: int, at_ms: int, value: float, quality: int) -> tuple[Any, ...]:
    time = (EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds")
    return datastream, time, at_ms, "" if value != value else repr(value), quality  # noqa: PLR0124  # NaN
