"""The frame layer of SL 651-2014, in its HEX and ASCII forms: headers, check code, splitter."""

import re
from dataclasses import dataclass
from enum import IntEnum

from anning.kernel.frames import BadFrame

MAX_BODY = 0xFFF
LIMIT = 29 + MAX_BODY  # the longest frame: ASCII
HEX_HEAD, ASCII_HEAD = 14, 24  # up to the first byte of the body
STX, SYN = 0x02, 0x16


class End(IntEnum):
    """The character after the body."""

    ETX = 0x03  # nothing follows
    EOT = 0x04  # centre: received, hang up
    ENQ = 0x05  # centre asks
    ACK = 0x06  # centre: received, send what follows
    NAK = 0x15  # centre: send this packet again
    ETB = 0x17  # more follows
    ESC = 0x1B  # centre: received, stay on line


ENDS = frozenset(End)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: ``station`` ten and ``password`` four digits (hex), ``body`` between start and end character.

    ``total`` and ``number`` (from 1) are set in a packet of mode M3; ``down`` is from centre to station.
    """

    station: str
    function: int
    body: bytes = b""
    centre: int = 1
    password: str = "0000"  # noqa: S105 - a station that was never given one
    end: End = End.ETX
    down: bool = False
    total: int | None = None
    number: int | None = None
    ascii: bool = False


def decode(data: bytes) -> Frame:
    """Return the frame that ``data`` is, in whichever form.

    Raises BadFrame: start, length, direction, end, check, header, packet.
    """
    if data[:2] == b"\x7e\x7e":
        return _decode_hex(data)
    if data[:1] == b"\x01":
        return _decode_ascii(data)
    raise BadFrame("start", "a frame begins with 7E7E or, in ASCII, with 01")


def encode(frame: Frame) -> bytes:
    """Return the bytes of the frame.

    Raises BadFrame: length, header, packet.
    """
    packet = _packet_field(frame)
    size = len(frame.body) + (len(packet) * 2 if frame.ascii else len(packet))
    if size > MAX_BODY:
        raise BadFrame("length", f"{size} bytes of body, {MAX_BODY} fit")
    head, start = _header(frame, size), bytes([SYN if packet else STX])
    if frame.ascii:
        data = b"\x01" + _digits(head) + start + _digits(packet) + frame.body + bytes([frame.end])
        return data + _digits(crc(data).to_bytes(2))
    data = b"\x7e\x7e" + head + start + packet + frame.body + bytes([frame.end])
    return data + crc(data).to_bytes(2)


def _header(frame: Frame, size: int) -> bytes:
    try:
        centre, station = frame.centre.to_bytes(1), bytes.fromhex(frame.station)
        rest = bytes.fromhex(frame.password) + frame.function.to_bytes(1) + (size | 0x8000 * frame.down).to_bytes(2)
    except (ValueError, OverflowError):
        raise BadFrame("header", "centre, station, password or function is no number of its field") from None
    if len(station) != 5 or len(rest) != 5:
        raise BadFrame("header", "a station has ten digits, a password four")
    return (station + centre if frame.down else centre + station) + rest


def _packet_field(frame: Frame) -> bytes:
    if frame.total is None and frame.number is None:
        return b""
    if frame.total is None or frame.number is None or not 1 <= frame.number <= frame.total <= 0xFFF:
        raise BadFrame("packet", f"packet {frame.number} of {frame.total}")
    return (frame.total << 12 | frame.number).to_bytes(3)


def _digits(data: bytes) -> bytes:
    return data.hex().upper().encode()


def _decode_hex(data: bytes) -> Frame:
    if len(data) < HEX_HEAD + 3:
        raise BadFrame("length", f"{len(data)} bytes are fewer than a frame without body")
    size = int.from_bytes(data[11:13]) & MAX_BODY
    if len(data) != HEX_HEAD + size + 3:
        raise BadFrame("length", f"the header says {size} bytes of body, {len(data) - HEX_HEAD - 3} stand there")
    _check(int.from_bytes(data[-2:]), data[:-2])
    return _frame(data[2:13], data[13], data[14:-3], data[-3], ascii_form=False)


def _decode_ascii(data: bytes) -> Frame:
    if len(data) < ASCII_HEAD + 5:
        raise BadFrame("length", f"{len(data)} bytes are fewer than a frame without body")
    head, said = _undigits(data[1:23]), _undigits(data[-4:])
    size = int.from_bytes(head[9:11]) & MAX_BODY
    if len(data) != ASCII_HEAD + size + 5:
        raise BadFrame("length", f"the header says {size} bytes of body, {len(data) - ASCII_HEAD - 5} stand there")
    _check(int.from_bytes(said), data[:-4])
    return _frame(head, data[23], data[24:-5], data[-5], ascii_form=True)


def _undigits(data: bytes) -> bytes:
    """Return the bytes of upper or lower case hex digits and nothing else."""
    if not re.fullmatch(rb"(?:[0-9A-Fa-f]{2})*", data):
        raise BadFrame("header", "in ASCII form header and check code are pairs of hex digits")
    return bytes.fromhex(data.decode())


def _check(said: int, data: bytes) -> None:
    if (found := crc(data)) != said:
        raise BadFrame("check", f"CRC is {found:04X}, the frame says {said:04X}")


def _frame(head: bytes, start: int, body: bytes, end: int, *, ascii_form: bool) -> Frame:
    direction = head[9] >> 4
    if direction not in (0, 8):
        raise BadFrame("direction", f"{direction} is neither up (0) nor down (8)")
    if start not in (STX, SYN):
        raise BadFrame("start", f"the body begins with {start:02X}, neither 02 nor 16")
    if end not in ENDS:
        raise BadFrame("end", f"the body ends with {end:02X}, which ends nothing")
    total = number = None
    if start == SYN:
        total, number, body = _packet(body, ascii_form=ascii_form)
    down = direction == 8
    return Frame(
        station=(head[:5] if down else head[1:6]).hex(),
        function=head[8],
        body=body,
        centre=head[5] if down else head[0],
        password=head[6:8].hex(),
        end=End(end),
        down=down,
        total=total,
        number=number,
        ascii=ascii_form,
    )


def _packet(body: bytes, *, ascii_form: bool) -> tuple[int, int, bytes]:
    width = 6 if ascii_form else 3
    field = _undigits(body[:width]) if ascii_form else body[:width]
    if len(field) != 3:
        raise BadFrame("packet", "a packet begins with its total and number")
    total, number = int.from_bytes(field) >> 12, int.from_bytes(field) & 0xFFF
    if not 1 <= number <= total:
        raise BadFrame("packet", f"packet {number} of {total}")
    return total, number, body[width:]


def _step(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ 0xA001 * (value & 1)
    return value


_TABLE = [_step(value) for value in range(256)]


def crc(data: bytes) -> int:
    """Return the CRC-16 of Modbus (init FFFF, polynomial A001 reflected)."""
    value, table = 0xFFFF, _TABLE
    for each in data:
        value = value >> 8 ^ table[(value ^ each) & 0xFF]
    return value


# where a frame may start; one 7E at the end may be the half of a start
_START = re.compile(rb"\x7e(?:\x7e|\Z)|\x01")
_HEAD_DIGITS = re.compile(rb"[0-9A-Fa-f]*\Z")


def _size_at(data: bytes | bytearray, at: int) -> int | None:
    """Return the size of the frame that starts here, None if too little of it is there, 0 if none starts here."""
    if data[at] == 0x01:
        head, size = data[at + 1 : at + 23], 0
        if not _HEAD_DIGITS.match(head):
            return 0
        if len(data) < at + ASCII_HEAD:
            return None
        direction, size = int(head[18:19], 16), ASCII_HEAD + int(head[19:22], 16) + 5
        return size if direction in (0, 8) and data[at + 23] in (STX, SYN) else 0
    if len(data) < at + HEX_HEAD:
        return None
    plausible = data[at + 1] == 0x7E and data[at + 11] >> 4 in (0, 8) and data[at + 13] in (STX, SYN)
    return HEX_HEAD + (int.from_bytes(data[at + 11 : at + 13]) & MAX_BODY) + 3 if plausible else 0


def _whole(data: bytes | bytearray, at: int, size: int) -> bool:
    """Whether the frame is all there and its end character stands where the length says."""
    if len(data) < at + size:
        return False
    return data[at + size - (5 if data[at] == 0x01 else 3)] in ENDS


class Splitter:
    """Cuts a stream by start, length and end character; there is no escape, so a start may also be data."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.skipped = 0
        self._held = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Return the frames completed by ``data``, each still to be decoded."""
        if self._held and _is_whole(data):  # what was begun is lost: a damaged length must not swallow the next frame
            self.skipped += len(self._held)
            self._held.clear()
        self._held += data
        frames, at = self._cut()
        del self._held[:at]
        return frames

    def _cut(self) -> tuple[list[bytes], int]:
        """Return the whole frames held, and where what is not yet decided begins."""
        held, at = self._held, 0
        frames: list[bytes] = []
        while found := _START.search(held, at):
            self.skipped += found.start() - at
            at = found.start()
            size = _size_at(held, at)
            if size is None or (size and len(held) < at + size <= at + self.limit):
                return frames, at
            if size and size <= self.limit and _whole(held, at, size):
                frames.append(bytes(held[at : at + size]))
                at += size
            else:
                self.skipped += 1
                at += 1
        self.skipped += len(held) - at
        return frames, len(held)


def _is_whole(data: bytes) -> bool:
    """Whether ``data`` begins with what looks like one whole frame."""
    if not _START.match(data):
        return False
    size = _size_at(data, 0)
    return bool(size) and _whole(data, 0, size or 0)
