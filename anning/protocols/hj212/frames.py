"""The packet layer of HJ 212: ``##``, four digits of length, data segment, CRC, CR LF; text, nothing escaped.

A segment reads ``QN=…;ST=…;CN=…;PW=…;MN=…;Flag=…;CP=&&name=value,name=value;name=value&&``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from anning.kernel.frames import BadFrame

START = re.compile(rb"##\d{4}")  # never stands inside a segment, so a second one means that the first was cut off
SEGMENT_LIMIT = 9999  # what four digits can say; the standard's own limit is packets.PACKET_LIMIT
FRAME_LIMIT = 6 + SEGMENT_LIMIT + 4
END = b"\r\n"
_CRC = re.compile(rb"[0-9A-Fa-f]{4}")
_CN = re.compile(r"[0-9]{4}")


class Flag(NamedTuple):
    """The Flag field: ``version`` 0 = 2005, 1 = 2017, 2 = 2025; ``split``: has PNUM and PNO; ``ack``: answer wanted."""

    version: int
    split: bool
    ack: bool

    @classmethod
    def of(cls, text: str) -> Self:
        """Return what the field says. Raises ValueError for anything but a number of eight bits."""
        bits = int(text) if text.isascii() and text.isdigit() else -1
        if not 0 <= bits <= 255:
            raise ValueError(f"Flag is {text[:20]!r}, want 0-255")
        return cls(bits >> 2, bool(bits & 2), bool(bits & 1))

    def __str__(self) -> str:
        return str(self.version << 2 | self.split << 1 | self.ack)


@dataclass(frozen=True, slots=True)
class Frame:
    """One packet. ``segment`` is what stands on the wire; ``header`` and ``items`` (CP) are read from it."""

    segment: bytes
    header: Mapping[str, str]
    items: tuple[Mapping[str, str], ...]
    crlf: bool = True

    @property
    def cn(self) -> str:
        """The command, four digits."""
        return self.header["CN"]

    @property
    def mn(self) -> str:
        """The device's id."""
        return self.header["MN"]

    @property
    def flag(self) -> Flag:
        """The Flag field; of the devices of 2005 that send none: version 0, whole, no answer wanted."""
        return Flag.of(self.header.get("Flag", "0"))

    def value(self, name: str) -> str:
        """Return the first value of that name in the data area, or ""."""
        return next((item[name] for item in self.items if name in item), "")


def decode(data: bytes, *, checks_crc: bool = True) -> Frame:
    """Return the one packet that ``data`` is; the CR LF at its end may be missing.

    ``checks_crc=False`` is for the device known to compute another CRC.
    Raises BadFrame: ``short`` ``start`` ``length`` ``end`` ``crc`` ``segment`` ``MN`` ``CN`` ``Flag``.
    """
    if len(data) < 10:
        raise BadFrame("short", f"{len(data)} bytes, an empty packet has 10")
    if not data.startswith(b"##"):
        raise BadFrame("start", f"start mark is {data[:2].hex()}, want 2323")
    if not START.match(data):
        raise BadFrame("length", f"length is {data[2:6]!r}, want four digits")
    end = 6 + int(data[2:6])
    crc, tail = data[end : end + 4], data[end + 4 :]
    if not _CRC.fullmatch(crc):
        raise BadFrame("length", f"length {data[2:6].decode()}: no CRC behind it in {len(data)} bytes")
    if tail not in (b"", END):
        raise BadFrame("end", f"{len(tail)} bytes behind the CRC, want CR LF")
    segment = bytes(data[6:end])
    if checks_crc and int(crc, 16) != (wanted := crc_of(segment)):
        raise BadFrame("crc", f"crc want {wanted:04X} got {crc.decode()}")
    return read_segment(segment, crlf=bool(tail))


def encode(frame: Frame) -> bytes:
    """Return the bytes of ``frame``. Raises BadFrame (``field``) when the segment is too long."""
    segment = frame.segment
    if len(segment) > SEGMENT_LIMIT:
        raise BadFrame("field", f"segment of {len(segment)} bytes, at most {SEGMENT_LIMIT}")
    return b"##%04d%b%04X%b" % (len(segment), segment, crc_of(segment), END if frame.crlf else b"")


def frame_of(header: Mapping[str, str], items: Iterable[Mapping[str, str]] = (), *, crlf: bool = True) -> Frame:
    """Return the packet that says this. Raises BadFrame (``field``) when it would be read as something else."""
    items = tuple(items)
    head = "".join(f"{name}={value};" for name, value in header.items())
    data = ";".join(",".join(f"{name}={value}" for name, value in item.items()) for item in items)
    try:
        frame = read_segment(f"{head}CP=&&{data}&&".encode(), crlf=crlf)
    except UnicodeEncodeError as error:
        raise BadFrame("field", f"text cannot be sent: {error.reason}") from None
    if (frame.header, frame.items) != (header, items):
        raise BadFrame("field", "a name or value holds a mark of the format (; , = && ##)")
    return frame


def read_segment(segment: bytes, *, crlf: bool = True) -> Frame:
    """Return the packet with this data segment.

    Survives what the standard itself misprints: ``Flag=5CP=``, a comma for a semicolon, a semicolon at the end.
    Raises BadFrame: ``segment`` ``MN`` ``CN`` ``Flag``.
    """
    if START.search(segment):
        raise BadFrame("segment", "another packet begins inside the segment")
    head, mark, data = _text(segment).partition("CP=&&")
    if not mark or not data.endswith("&&"):
        raise BadFrame("segment", "no CP=&&…&& in the segment")
    pairs = [part.partition("=") for part in head.split(";") if part]
    header = {name: value for name, _, value in pairs}
    if not header.get("MN"):
        raise BadFrame("MN", "MN is missing or empty")
    if not _CN.fullmatch(header.get("CN", "")):
        raise BadFrame("CN", f"CN is {header.get('CN', '')[:20]!r}, want four digits")
    try:
        Flag.of(header.get("Flag", "0"))
    except ValueError as error:
        raise BadFrame("Flag", str(error)) from None
    return Frame(segment, header, tuple(_items(data[:-2])), crlf)


def _items(data: str) -> Iterable[dict[str, str]]:
    for text in data.split(";"):
        parts = [part.partition("=") for part in text.split(",") if part]
        item: dict[str, str] = {}
        for name, _, value in parts:
            if name in item:  # said twice: both are kept
                yield item
                item = {}
            item[name] = value
        if item:
            yield item


def _text(segment: bytes) -> str:
    """Return the segment as text; some devices send Chinese in GB 18030 instead of UTF-8."""
    try:
        return segment.decode()
    except UnicodeDecodeError:
        return segment.decode("gb18030", "replace")


def _table() -> tuple[int, ...]:
    table = list(range(256))
    for _ in range(8):
        table = [register >> 1 ^ 0xA001 if register & 1 else register >> 1 for register in table]
    return tuple(table)


_TABLE = _table()
_HIGH = bytes(value >> 8 for value in _TABLE)


def crc_of(segment: bytes) -> int:
    """Return the CRC of annex A: at each byte the low half of the register is thrown away (unlike Modbus)."""
    if not segment:
        return 0xFFFF
    high = 0xFF
    for byte in segment[:-1]:
        high = _HIGH[high ^ byte]
    return _TABLE[high ^ segment[-1]]


class Splitter:
    """Cuts a stream into packets by length; a packet ends at its CRC, line ends behind it are passed over.

    The CRC is left to ``decode``. What is given out does not depend on how the stream was cut into pieces.
    """

    limit = FRAME_LIMIT

    def __init__(self) -> None:
        self.skipped = 0  # line ends are not counted
        self._held = bytearray()
        self._seen = 0  # how far what is held was searched for a second start

    def __len__(self) -> int:
        """Return how many bytes wait for the rest of a packet."""
        return len(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """Return the packets completed by ``data``, each still to be decoded."""
        self._held += data
        held, frames, at = self._held, [], 0
        while start := START.search(held, at):
            self._skip(at, start.start())
            at = start.start()
            end = at + 10 + int(held[at + 2 : at + 6])
            inner = START.search(held, max(at + 6, self._seen), end)
            if inner:
                self._skip(at, inner.start())
                at = inner.start()
            elif end > len(held):
                self._seen = max(0, len(held) - at - 5)
                break
            elif held.startswith(b"&&", end - 6) and _CRC.fullmatch(held, end - 4, end):
                frames.append(bytes(held[at:end]))
                at = end
            else:
                self._skip(at, at + 2)
                at += 2
            self._seen = 0
        else:
            mark = held.find(b"#", max(at, len(held) - 5))
            self._skip(at, mark if mark >= 0 else len(held))
            at = mark if mark >= 0 else len(held)
        del held[:at]
        return frames

    def give_up(self) -> list[bytes]:
        """Stop waiting for the packet that has begun; what was held is passed over.

        Nothing can be hidden behind its start: a second start would have ended the waiting.
        """
        self._skip(0, len(self._held))
        self._held.clear()
        self._seen = 0
        return []

    def _skip(self, at: int, end: int) -> None:
        self.skipped += end - at - self._held.count(b"\r", at, end) - self._held.count(b"\n", at, end)
