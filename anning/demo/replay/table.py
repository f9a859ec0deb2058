"""A CSV of measurements: which columns are time and which are channels, what means missing, which lines are bad."""

import csv
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anning.demo.replay.moments import read_moment
from anning.kernel.errors import Refused

ENCODINGS = ("utf-8-sig", "gb18030")
TIMES = ("timestamp", "datetime", "date_time", "time", "ts", "时间", "采集时间", "监测时间", "日期时间", "日期", "date")
HOUR = ("year", "month", "day", "hour")
TIMES_IN_PARTS = (("date", "time"), ("日期", "时间"), (*HOUR, "minute"), HOUR)
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "缺测", "无"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number in the file, its moment, and the value of each channel, None where it is missing."""

    number: int
    at_ms: int
    values: dict[str, float | None]


@dataclass(slots=True)
class Table:
    """A table that is read line by line; what is wrong is kept in ``errors`` as (line, why)."""

    path: Path
    times: tuple[str, ...]
    channels: Mapping[str, str]  # column → channel
    delimiter: str
    encoding: str
    missing: frozenset[str]
    errors: list[tuple[int, str]] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        """Yield the good lines; each time anew from the beginning."""
        self.errors.clear()
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.DictReader(file, delimiter=self.delimiter)
            for row in reader:
                try:
                    yield self._line(reader.line_num, row)
                except ValueError as error:
                    self.errors.append((reader.line_num, str(error)))

    def _line(self, number: int, row: Mapping[str, str | None]) -> Line:
        text = " ".join((row.get(name) or "").strip() for name in self.times)
        try:
            at_ms = read_moment(text)
        except (ValueError, OverflowError):
            raise ValueError(f"时间“{text[:40]}”无法识别") from None
        return Line(number, at_ms, {channel: self._value(column, row) for column, channel in self.channels.items()})

    def _value(self, column: str, row: Mapping[str, str | None]) -> float | None:
        text = (row.get(column) or "").strip()
        if text.lower() in self.missing:
            return None
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"列“{column}”的“{text[:40]}”不是数") from None
        if not math.isfinite(value):
            return None
        return None if value in self._missing_numbers() else value

    def _missing_numbers(self) -> set[float]:
        return {float(mark) for mark in self.missing if mark.lstrip("+-").replace(".", "", 1).isdigit()}


def open_table(
    path: Path,
    known: Collection[str],
    mapped: Mapping[str, str],
    *,
    times: Sequence[str] = (),
    missing: Sequence[str] = (),
) -> Table:
    """Return the table in a file; ``mapped`` names the channel of a column, ``known`` the channels of the device.

    Raises Refused for a file that cannot be read, and when no time or no channel is found.
    """
    encoding, head = _head(path)
    delimiter = max(",;\t", key=head.count)
    columns = next(csv.reader([head], delimiter=delimiter), [])
    found_times = tuple(times) or _times(columns)
    absent = [name for name in (*found_times, *mapped) if name not in columns]
    if absent or not found_times:
        raise Refused(
            f"表中没有列：{'、'.join(absent)}" if absent else "没有认出时间列",
            f"请用 --time、--column 指明；表中有：{'、'.join(columns)}",
        )
    channels = dict(mapped) or _channels([name for name in columns if name not in found_times], known)
    wrong = sorted(set(channels.values()) - set(known))
    if wrong or not channels:
        raise Refused(
            f"设备没有通道：{'、'.join(wrong)}" if wrong else "没有一列与设备的通道同名",
            f"请用 --column 列名=通道 指明；设备的通道有：{'、'.join(sorted(known))}",
        )
    marks = MISSING | {mark.strip().lower() for mark in missing}
    return Table(path, found_times, channels, delimiter, encoding, marks)


def _head(path: Path) -> tuple[str, str]:
    """Return the encoding of the file and its first line."""
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                head = file.readline()
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        except OSError as error:
            raise Refused(f"无法读取 {path}：{error.strerror}", "请核对文件") from None
        return encoding, head.rstrip("\r\n")
    raise Refused(f"{path} 不是文本文件", "请提供 UTF-8 或 GB 18030 编码的 CSV")


def _times(columns: Sequence[str]) -> tuple[str, ...]:
    by_name = {name.strip().lower(): name for name in reversed(columns)}
    for parts in TIMES_IN_PARTS:
        if all(part in by_name for part in parts):
            return tuple(by_name[part] for part in parts)
    return next(((by_name[name],) for name in TIMES if name in by_name), ())


def _channels(columns: Sequence[str], known: Collection[str]) -> dict[str, str]:
    same = {name: name for name in columns if name in known}
    if not same and len(columns) == 1 and len(known) == 1:
        return {columns[0]: next(iter(known))}
    return same
