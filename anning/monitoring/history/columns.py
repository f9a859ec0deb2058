"""The readings of one datastream and day as few bytes as they can be without loss.

Times become steps where they are regular, values whole numbers where they have few decimals; then pcodec, or
differences and zlib where pcodec is not installed. Both are read wherever they were written, pcodec only with pcodec.
"""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anning.monitoring.history.errors import HistoryDamaged
from anning.monitoring.history.rows import ROW, Rows
from anning.monitoring.observations import Quality

try:
    from pcodec import ChunkConfig, standalone
except ImportError:  # no wheel for this machine
    standalone = None

PLAIN = standalone is None
# check sum of the rest, marks, decimals, the step of times, bytes of what times differ from it by, bytes of values
HEAD = struct.Struct("<IBBIII")
ZLIB, QUALITIES, MISSING_IS_NAN = 1, 2, 4  # marks
MOST_DECIMALS, AS_IS = 6, 255  # decimals; AS_IS: the floats themselves
SAMPLE = 64

Column = NDArray[Any]


def encode(rows: Rows, *, plain: bool = PLAIN) -> bytes:
    """Return the rows, which are in order and within one day, as bytes. ``plain``: without pcodec."""
    values, qualities = rows["value"].copy(), rows["quality"].copy()
    marks = ZLIB if plain else 0
    step, differences = _steps(rows["at_ms"] - rows["at_ms"][0])
    times = pack_column(differences, plain=plain) if differences.any() else b""
    has_nan = np.isnan(values)
    if has_nan.any() and ((qualities == Quality.MISSING) == has_nan).all():
        marks |= MISSING_IS_NAN
        values = _filled(values, has_nan)
    numbers, decimals = whole(values)
    kept = pack_column(numbers, plain=plain)
    tail = b""
    if qualities.any():
        marks |= QUALITIES
        tail = zlib.compress(qualities.tobytes())
    body = b"".join((times, kept, tail))
    rest = HEAD.pack(0, marks, decimals, step, len(times), len(kept))[4:] + body
    return struct.pack("<I", zlib.crc32(rest)) + rest


def decode(data: bytes, datastream: int, first_ms: int, count: int) -> Rows:
    """Return the rows again. Raises HistoryDamaged when the bytes are not what was written."""
    check, marks, decimals, step, times, kept = HEAD.unpack_from(data)
    if zlib.crc32(memoryview(data)[4:]) != check:
        raise HistoryDamaged(f"{datastream} @ {first_ms}")
    plain, at = bool(marks & ZLIB), HEAD.size
    rows = np.zeros(count, ROW)
    rows["datastream"] = datastream
    rows["at_ms"] = first_ms + step * np.arange(count)
    if times:
        rows["at_ms"] += unpack_column(data[at : at + times], plain=plain)
        at += times
    rows["value"] = broken(unpack_column(data[at : at + kept], plain=plain), decimals)
    if marks & QUALITIES:
        rows["quality"] = np.frombuffer(zlib.decompress(data[at + kept :]), np.uint8)
    if marks & MISSING_IS_NAN:
        rows["value"][rows["quality"] == Quality.MISSING] = np.nan
    return rows


def whole(values: Column) -> tuple[Column, int]:
    """Return whole numbers and the decimals they were shifted by, where that loses no bit; else the values, AS_IS."""
    for decimals in range(MOST_DECIMALS + 1):
        if _shifted(values[:SAMPLE], decimals) is None:
            continue
        shifted = _shifted(values, decimals)
        if shifted is not None:
            return shifted, decimals
    return values, AS_IS


def broken(numbers: Column, decimals: int) -> Column:
    """Return the values that ``whole`` shifted."""
    return numbers if decimals == AS_IS else numbers / 10.0**decimals


def pack_column(column: Column, *, plain: bool) -> bytes:
    """Return one column of numbers as bytes."""
    if plain:
        width = column.dtype.itemsize
        bits = column.view(f"u{width}")
        steps = np.diff(bits, prepend=bits.dtype.type(0))  # wraps around, and back again
        return column.dtype.str[1:].encode() + zlib.compress(steps.view(np.uint8).reshape(-1, width).T.tobytes())
    packed: bytes = standalone.simple_compress(column, ChunkConfig())
    return packed


def unpack_column(data: bytes, *, plain: bool) -> Column:
    """Return the column again."""
    if plain:
        kind = np.dtype(f"<{data[:2].decode()}")
        turned = np.frombuffer(zlib.decompress(data[2:]), np.uint8).reshape(kind.itemsize, -1)
        steps = np.ascontiguousarray(turned.T).view(f"u{kind.itemsize}").ravel()
        return np.cumsum(steps, dtype=steps.dtype).view(kind)
    if standalone is None:
        raise HistoryDamaged("pcodec")
    column: Column = standalone.simple_decompress(data)
    return column


def _steps(since: Column) -> tuple[int, Column]:
    """Return the step by which times usually go on, and what they differ by from going so: mostly the clock's jitter.

    From half a second on a step is whole seconds, as devices mean it.
    """
    step = int(np.median(np.diff(since))) if len(since) > 1 else 0
    if step >= 500:
        step = (step + 500) // 1000 * 1000
    differences = since - step * np.arange(len(since))
    return step, differences.astype(_narrow(differences))


def _narrow(numbers: Column) -> type[np.signedinteger[Any]]:
    """Return the narrowest type that holds whole numbers."""
    most = np.abs(numbers).max() if len(numbers) else 0
    return np.int16 if most < 2**15 else np.int32 if most < 2**31 else np.int64


def _filled(values: Column, gaps: Column) -> Column:
    """Return the values with the one before in every gap, so that they stay smooth."""
    places = np.where(gaps, 0, np.arange(len(values)))
    np.maximum.accumulate(places, out=places)
    filled: Column = np.where(gaps[places], 0.0, values[places])
    return filled


def _shifted(values: Column, decimals: int) -> Column | None:
    with np.errstate(invalid="ignore", over="ignore"):
        numbers = np.rint(values * 10.0**decimals)
        if not (np.abs(numbers) < 2**53).all():
            return None
        if not ((numbers.astype(np.int64) / 10.0**decimals).view(np.int64) == values.view(np.int64)).all():
            return None
    shifted: Column = numbers.astype(_narrow(numbers))
    return shifted
