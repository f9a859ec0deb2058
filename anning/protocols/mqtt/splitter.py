"""Cuts a stream into packets by their remaining length (2.2.3)."""

from anning.kernel.frames import BadFrame

LIMIT = 256 * 1024  # bytes of one packet


class Splitter:
    """Cuts a stream into packets.

    MQTT has no mark by which one could find the next packet after a bad one, so a bad length ends the
    connection: ``feed`` raises BadFrame.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.skipped = 0  # always: nothing can be passed over
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the packets completed by ``data``. Raises BadFrame for a length that is malformed or too large."""
        if self._rest:
            data = self._rest + data
        found, at, end = [], 0, len(data)
        while (header := _header(data, at, self.limit)) is not None and (upto := at + header[0] + header[1]) <= end:
            found.append(data[at:upto])
            at = upto
        self._rest = data[at:] if at else data
        return found


def _header(data: bytes, at: int, limit: int) -> tuple[int, int] | None:
    """Return the sizes of header and remainder of the packet at ``at``; None when the header is not there yet."""
    size = len(data)
    if at + 1 < size and data[at + 1] < 0x80:  # nearly all packets of devices are short
        return 2, data[at + 1]
    length, shift = 0, 0
    for position in range(at + 1, min(at + 5, size)):
        byte = data[position]
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            if length > limit:
                raise BadFrame("too_long", f"packet of {length} bytes, limit {limit}")
            return position - at + 1, length
        shift += 7
    if at + 5 <= size:
        raise BadFrame("length", "remaining length longer than four bytes")
    return None
