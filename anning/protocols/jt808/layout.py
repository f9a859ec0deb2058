"""How bodies are declared: one table of named fields serves reading and writing.

Values are those of JSON: numbers as on the wire, text, bytes as hex, times as ISO text, groups as dicts and lists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Protocol, TypeAlias

from anning.kernel.frames import BadFrame

BEIJING = timezone(timedelta(hours=8))  # device time, whatever the zone of the server

Values: TypeAlias = dict[str, Any]


class Cursor:
    """A place in a body; never reads past its end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes.

        Raises BadFrame: body.
        """
        if size > len(self.data) - self.at:
            raise BadFrame("body", f"the body ends {size - len(self.data) + self.at} bytes early")
        self.at += size
        return self.data[self.at - size : self.at]

    def rest(self) -> bytes:
        """Return everything that is left."""
        return self.take(len(self.data) - self.at)


class Kind(Protocol):
    """What stands in one field; ``values`` are the fields before it in the same group."""

    def read(self, cursor: Cursor, values: Values) -> Any: ...
    def write(self, value: Any, values: Values) -> bytes: ...


Layout: TypeAlias = tuple[tuple[str, Kind], ...]


@dataclass(frozen=True)
class Number:
    """An unsigned whole number of ``size`` bytes."""

    size: int

    def read(self, cursor: Cursor, values: Values) -> int:
        return int.from_bytes(cursor.take(self.size))

    def write(self, value: Any, values: Values) -> bytes:
        return int(value).to_bytes(self.size)


@dataclass(frozen=True)
class Hex:
    """Bytes (or BCD digits) as hex text; without ``size`` to the end of the body."""

    size: int | None = None

    def read(self, cursor: Cursor, values: Values) -> str:
        return (cursor.rest() if self.size is None else cursor.take(self.size)).hex()

    def write(self, value: Any, values: Values) -> bytes:
        data = bytes.fromhex(value)
        if self.size is not None and len(data) != self.size:
            raise BadFrame("fields", f"{len(data)} bytes where {self.size} belong")
        return data


@dataclass(frozen=True)
class Text:
    """GBK text of ``size`` bytes, padded with zeros; without ``size`` to the end of the body."""

    size: int | None = None

    def read(self, cursor: Cursor, values: Values) -> str:
        return read_text(cursor.rest() if self.size is None else cursor.take(self.size))

    def write(self, value: Any, values: Values) -> bytes:
        data = str(value).encode("gbk")
        if self.size is None:
            return data
        if len(data) > self.size:
            raise BadFrame("fields", f"{value!r} is longer than {self.size} bytes")
        return data.ljust(self.size, b"\0")


@dataclass(frozen=True)
class Sized:
    """A field whose length in bytes goes before it as a number."""

    head: Number
    kind: Text | Hex

    def read(self, cursor: Cursor, values: Values) -> Any:
        return self.kind.read(Cursor(cursor.take(self.head.read(cursor, values))), values)

    def write(self, value: Any, values: Values) -> bytes:
        data = self.kind.write(value, values)
        return self.head.write(len(data), values) + data


@dataclass(frozen=True)
class Time:
    """BCD yyMMddHHmmss as ISO text; digits that name no moment stay digits."""

    zone: tzinfo = BEIJING

    def read(self, cursor: Cursor, values: Values) -> str:
        digits = cursor.take(6).hex()
        moment = read_time(digits, self.zone)
        return moment.isoformat() if moment else digits

    def write(self, value: Any, values: Values) -> bytes:
        if len(value) == 12:
            return bytes.fromhex(value)
        moment = datetime.fromisoformat(value)
        local = moment.astimezone(self.zone) if moment.tzinfo else moment
        return bytes.fromhex(f"{local:%y%m%d%H%M%S}")


@dataclass(frozen=True)
class Many:
    """A list of groups, or of plain values; ``count`` goes before it, without it the list fills the body."""

    of: Any  # Layout | Kind
    count: Number | None = None

    def read(self, cursor: Cursor, values: Values) -> list[Any]:
        if self.count is not None:
            return [self._one(cursor, values) for _ in range(self.count.read(cursor, values))]
        found = []
        while cursor.at < len(cursor.data):
            found.append(self._one(cursor, values))
        return found

    def _one(self, cursor: Cursor, values: Values) -> Any:
        return read(self.of, cursor) if isinstance(self.of, tuple) else self.of.read(cursor, values)

    def write(self, value: Any, values: Values) -> bytes:
        grouped = isinstance(self.of, tuple)
        parts = [write(self.of, each) if grouped else self.of.write(each, values) for each in value]
        return (self.count.write(len(parts), values) if self.count else b"") + b"".join(parts)


@dataclass(frozen=True)
class When:
    """A field that is there only if the fields before it say so; otherwise its value is None."""

    condition: Callable[[Values], bool]
    kind: Kind

    def read(self, cursor: Cursor, values: Values) -> Any:
        return self.kind.read(cursor, values) if self.condition(values) else None

    def write(self, value: Any, values: Values) -> bytes:
        return self.kind.write(value, values) if self.condition(values) else b""


U8, U16, U32 = Number(1), Number(2), Number(4)
TIME, UTC_TIME = Time(), Time(UTC)


def read(layout: Layout, cursor: Cursor) -> Values:
    """Return one group of fields read at the cursor.

    Raises BadFrame: body.
    """
    values: Values = {}
    for name, kind in layout:
        values[name] = kind.read(cursor, values)
    return values


def write(layout: Layout, values: Values) -> bytes:
    """Return one group of fields as bytes.

    Raises KeyError, ValueError, TypeError, OverflowError where a value does not fit.
    """
    return b"".join(
        kind.write(values.get(name) if isinstance(kind, When) else values[name], values) for name, kind in layout
    )


def read_text(data: bytes) -> str:
    """Return GBK text without the zeros and blanks around it."""
    return data.decode("gbk", "replace").strip("\0 ")


def read_time(digits: str, zone: tzinfo = BEIJING) -> datetime | None:
    """Return the moment of the digits yyMMddHHmmss, or None if they name none."""
    try:
        pairs = [int(digits[at : at + 2]) for at in range(0, 12, 2)]
        return datetime(2000 + pairs[0], *pairs[1:], tzinfo=zone)  # type: ignore[misc, arg-type]
    except ValueError:
        return None
