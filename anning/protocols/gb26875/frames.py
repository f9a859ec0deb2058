"""The frame layer of GB/T 26875.3-2011: strict, delimited by length, checked by sum.

All integers are little endian. Nothing is escaped, so ``@@`` and ``##`` may stand inside a frame.
"""

import struct
from enum import IntEnum
from typing import NamedTuple
from zlib import adler32

from anning.kernel.frames import BadFrame

START, END = b"@@", b"##"
BODY_LIMIT = 1024
ADDRESS = 6  # bytes
# "@@", serial, version x2, time tag, sender, receiver, length of the body, command | body | sum, "##"
HEADER = struct.Struct("<2sHBB6s6s6sHB")
FOOTER = struct.Struct("<B2s")
OVERHEAD = HEADER.size + FOOTER.size
FRAME_LIMIT = OVERHEAD + BODY_LIMIT
_LENGTH_AT = 24


class Command(IntEnum):
    """What a frame is for (8.2.3 of the standard); 7-127 are reserved, 128-255 the user's own."""

    RESERVED = 0
    CONTROL = 1
    SEND = 2
    CONFIRM = 3
    REQUEST = 4
    ANSWER = 5
    DENY = 6


class Frame(NamedTuple):
    """One transmission unit; addresses and time tag are bytes in the order of the wire.

    ``body`` is the application data unit (read it with ``read_adu``); heartbeats and answers have none.
    """

    serial: int
    version: int  # main version
    user_version: int
    time: bytes  # second, minute, hour, day, month, year - 2000
    source: bytes
    destination: bytes
    command: int
    body: bytes = b""


def decode(data: bytes) -> Frame:
    """Return the one frame that ``data`` is.

    Raises BadFrame: ``short`` ``start`` ``length`` ``end`` ``sum``.
    """
    if len(data) < OVERHEAD:
        raise BadFrame("short", f"short: {len(data)} bytes, an empty frame has {OVERHEAD}")
    start, serial, version, user_version, time, source, destination, length, command = HEADER.unpack_from(data)
    if start != START:
        raise BadFrame("start", f"start mark is {start.hex()}, want 4040")
    if length > BODY_LIMIT or len(data) != OVERHEAD + length:
        raise BadFrame("length", f"length field {length} does not fit {len(data)} bytes (at most {BODY_LIMIT})")
    checksum, end = FOOTER.unpack_from(data, HEADER.size + length)
    if end != END:
        raise BadFrame("end", f"end mark is {end.hex()}, want 2323")
    wanted = sum_of(data[2:-3])
    if checksum != wanted:
        raise BadFrame("sum", f"sum want {wanted:02x} got {checksum:02x}")
    body = bytes(data[HEADER.size : -FOOTER.size])
    return Frame(serial, version, user_version, time, source, destination, command, body)


def encode(frame: Frame) -> bytes:
    """Return the bytes of ``frame``. Raises BadFrame (``field``) when a field does not fit its place."""
    if len(frame.body) > BODY_LIMIT:
        raise BadFrame("field", f"body of {len(frame.body)} bytes, at most {BODY_LIMIT}")
    if not len(frame.time) == len(frame.source) == len(frame.destination) == ADDRESS:
        raise BadFrame("field", "time tag and addresses have 6 bytes")
    serial, version, user_version, time, source, destination, command, body = frame
    try:
        head = HEADER.pack(START, serial, version, user_version, time, source, destination, len(body), command)
    except struct.error as error:
        raise BadFrame("field", f"header does not fit: {error}") from None
    data = head + body
    return data + FOOTER.pack(sum_of(data[2:]), END)


def sum_of(data: bytes) -> int:
    """Return the low 8 bits of the sum of the bytes."""
    # Adler-32 keeps 1 + the sum in its low half, exact below 65521: ten times as fast as sum().
    if len(data) <= 256:
        return (adler32(data) - 1) & 0xFF
    return sum((adler32(data[at : at + 256]) & 0xFFFF) - 1 for at in range(0, len(data), 256)) & 0xFF


class Splitter:
    """Cuts a stream into frames by length, sum and end mark.

    A frame whose end is in place but whose sum is wrong is given out too: ``decode`` names the fault and the
    standard owes the sender a denial. What is given out does not depend on how the stream was cut into pieces.
    """

    limit = FRAME_LIMIT

    def __init__(self) -> None:
        self.skipped = 0
        self._held = bytearray()
        self._wanted = 0  # bytes that must be held before looking again
        self._refused = 0  # how far into what is held a frame with a wrong sum reaches

    def __len__(self) -> int:
        """Return how many bytes wait for the rest of a frame."""
        return len(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """Return the frames completed by ``data``, each still to be decoded."""
        self._held += data
        return self._cut() if len(self._held) >= self._wanted else []

    def give_up(self) -> list[bytes]:
        """Stop waiting for the frame that has begun; return the frames that were hidden behind its start.

        For a caller whose patience with a stalled sender has ended.
        """
        if not self._held:
            return []
        self._drop(1)
        self.skipped += 1
        return self._cut()

    def _cut(self) -> list[bytes]:
        held, frames, at = self._held, [], 0
        self._wanted = 0
        while (start := held.find(START, at)) >= 0:
            self.skipped += start - at
            at = start
            if len(held) - at < HEADER.size:
                self._wanted = HEADER.size
                break
            length = held[at + _LENGTH_AT] | held[at + _LENGTH_AT + 1] << 8
            end = at + OVERHEAD + length
            if length <= BODY_LIMIT and end > len(held):
                self._wanted = OVERHEAD + length
                break
            if length <= BODY_LIMIT and held.startswith(END, end - 2):
                frame = bytes(held[at:end])
                if frame[-3] == sum_of(frame[2:-3]):
                    frames.append(frame)
                    at = end
                    continue
                if end > self._refused:  # once for each stretch of the stream
                    frames.append(frame)
                    self._refused = end
            at += 1
            self.skipped += 1
        else:
            kept = 1 if held.endswith(START[:1]) and at < len(held) else 0
            self.skipped += len(held) - kept - at
            at = len(held) - kept
        self._drop(at)
        return frames

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self._refused = max(0, self._refused - count)
