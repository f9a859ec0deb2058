"""The frame layer of JT/T 808: flags, escapes, check code, both headers, and the splitter."""

from dataclasses import dataclass, replace

from anning.kernel.frames import BadFrame

FLAG = b"\x7e"
MAX_BODY = 0x3FF
LIMIT = 2 + 2 * (21 + MAX_BODY + 1)  # the longest header, body and check, every byte escaped, between two flags
SPLIT, VERSIONED, RESERVED = 1 << 13, 1 << 14, 1 << 15


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: ``phone`` is the BCD terminal number as text; ``version`` is None in the header of 2013.

    ``total`` and ``index`` (from 1) are set in a sub-packet; ``reserved`` is bit 15 of the properties.
    """

    id: int
    phone: str
    serial: int = 0
    body: bytes = b""
    version: int | None = None
    total: int | None = None
    index: int | None = None
    reserved: bool = False


def decode(data: bytes) -> Frame:
    """Return the message of one frame that begins and ends with 7E.

    Raises BadFrame: flags, escape, check, length, encrypted, packet.
    """
    if len(data) < 2 or data[:1] != FLAG or data[-1:] != FLAG or FLAG in data[1:-1]:
        raise BadFrame("flags", "a frame begins and ends with 7E and has none between")
    if len(data) > LIMIT:
        raise BadFrame("length", f"{len(data)} bytes are more than the longest frame, {LIMIT}")
    plain = unescape(data[1:-1])
    if len(plain) < 13:
        raise BadFrame("length", f"{len(plain)} bytes are fewer than a header and its check code")
    if check := fold(plain):
        raise BadFrame("check", f"XOR is {plain[-1] ^ check:02X}, the frame says {plain[-1]:02X}")
    return _parse(plain[:-1])


def encode(frame: Frame) -> bytes:
    """Return the escaped frame between its flags.

    Raises BadFrame: length, phone, packet.
    """
    if len(frame.body) > MAX_BODY:
        raise BadFrame("length", f"a body of {len(frame.body)} bytes must be split, {MAX_BODY} fit")
    digits = 12 if frame.version is None else 20
    try:
        phone = bytes.fromhex(frame.phone.zfill(digits))
    except ValueError:
        raise BadFrame("phone", f"{frame.phone!r} is no BCD number") from None
    if len(phone) * 2 != digits:
        raise BadFrame("phone", f"{frame.phone!r} has more than {digits} digits")
    plain = _header(frame, phone) + frame.body
    return FLAG + escape(plain + bytes([fold(plain)])) + FLAG


def _header(frame: Frame, phone: bytes) -> bytes:
    split = frame.total is not None or frame.index is not None
    properties = len(frame.body) | SPLIT * split | VERSIONED * (frame.version is not None) | RESERVED * frame.reserved
    try:
        head = frame.id.to_bytes(2) + properties.to_bytes(2)
        head += b"" if frame.version is None else frame.version.to_bytes(1)
        head += phone + frame.serial.to_bytes(2)
    except OverflowError:
        raise BadFrame("length", "id, serial or version does not fit its field") from None
    if not split:
        return head
    if frame.total is None or frame.index is None or not 1 <= frame.index <= frame.total <= 0xFFFF:
        raise BadFrame("packet", f"sub-packet {frame.index} of {frame.total}")
    return head + frame.total.to_bytes(2) + frame.index.to_bytes(2)


def _parse(plain: bytes) -> Frame:
    properties = int.from_bytes(plain[2:4])
    if encryption := properties >> 10 & 7:
        raise BadFrame("encrypted", f"encryption {encryption} of the body is not agreed")
    versioned, split = bool(properties & VERSIONED), bool(properties & SPLIT)
    size = (17 if versioned else 12) + 4 * split
    body = plain[size:]
    if len(plain) < size or len(body) != properties & MAX_BODY:
        raise BadFrame("length", f"the header says {properties & MAX_BODY} bytes of body, {len(body)} follow")
    frame = Frame(
        id=int.from_bytes(plain[:2]),
        phone=plain[5:15].hex() if versioned else plain[4:10].hex(),
        serial=int.from_bytes(plain[15:17] if versioned else plain[10:12]),
        body=body,
        version=plain[4] if versioned else None,
        reserved=bool(properties & RESERVED),
    )
    if not split:
        return frame
    total, index = int.from_bytes(plain[size - 4 : size - 2]), int.from_bytes(plain[size - 2 : size])
    if not 1 <= index <= total:
        raise BadFrame("packet", f"sub-packet {index} of {total}")
    return replace(frame, total=total, index=index)


def escape(plain: bytes) -> bytes:
    """Return the bytes with 7D and 7E replaced by their two-byte forms."""
    return plain.replace(b"\x7d", b"\x7d\x01").replace(FLAG, b"\x7d\x02")


def unescape(data: bytes) -> bytes:
    """Return the bytes as they were before ``escape``.

    Raises BadFrame: escape.
    """
    if b"\x7d" not in data:
        return data
    if data.count(b"\x7d") != data.count(b"\x7d\x01") + data.count(b"\x7d\x02"):
        raise BadFrame("escape", "7D is followed by neither 01 nor 02")
    return data.replace(b"\x7d\x02", FLAG).replace(b"\x7d\x01", b"\x7d")


def fold(data: bytes) -> int:
    """Return the XOR of all bytes."""
    number, width = int.from_bytes(data), 1 << max(len(data) - 1, 0).bit_length()
    while width > 1:  # halves are laid on each other: far quicker than byte by byte
        width //= 2
        number = (number >> 8 * width) ^ (number & (1 << 8 * width) - 1)
    return number


class Splitter:
    """Cuts a stream at its flags; two neighbouring frames may share one."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.skipped = 0
        self._held = bytearray()
        self._inside = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the frames completed by ``data``, each still to be decoded."""
        first, *others = data.split(FLAG)
        self._hold(first)
        frames = []
        for part in others:
            if self._inside and self._held:
                frames.append(FLAG + bytes(self._held) + FLAG)
            self._held.clear()
            self._inside = True
            self._hold(part)
        return frames

    def _hold(self, part: bytes) -> None:
        if self._inside and len(self._held) + len(part) + 2 <= self.limit:
            self._held += part
            return
        self.skipped += len(self._held) + len(part)
        self._held.clear()
        self._inside = False
