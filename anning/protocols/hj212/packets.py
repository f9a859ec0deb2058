"""Data too long for one packet: cut into numbered ones (PNUM, PNO), and joined again within bounds."""

import re
from dataclasses import dataclass, field

from anning.kernel.frames import BadFrame
from anning.protocols.hj212.frames import Flag, Frame, frame_of

PACKET_LIMIT = 1024  # bytes of a segment that the standard allows
MOST_PACKETS = 100
_NUMBER = re.compile(r"[0-9]{1,4}")


def split(frame: Frame, limit: int = PACKET_LIMIT) -> list[Frame]:
    """Return ``frame``, or the numbered packets that say the same; each repeats the DataTime, no item is cut.

    Raises BadFrame (``field``) when one item alone is too long.
    """
    if len(frame.segment) <= limit:
        return [frame]
    first = frame.items[:1] if frame.items and "DataTime" in frame.items[0] else ()
    head = {**frame.header, "Flag": str(frame.flag._replace(split=True)), "PNUM": "9999", "PNO": "9999"}
    room = limit - len(frame_of(head, first).segment)
    groups: list[list[dict[str, str]]] = [[]]
    used = 0
    for item in map(dict, frame.items[len(first) :]):
        size = 1 + len(",".join(f"{name}={value}" for name, value in item.items()).encode())
        if size > room:
            raise BadFrame("field", f"one item of {size} bytes does not fit a packet of {limit}")
        if used + size > room:
            groups.append([])
            used = 0
        groups[-1].append(item)
        used += size
    return [
        frame_of({**head, "PNUM": str(len(groups)), "PNO": str(number)}, [*first, *group])
        for number, group in enumerate(groups, 1)
    ]


@dataclass(slots=True)
class _Group:
    """Packets of one message that have arrived, by number."""

    begun_ms: int
    packets: dict[int, Frame] = field(default_factory=dict)


class Joiner:
    """Joins numbered packets; keeps at most ``limit`` bytes, and none longer than ``patience_ms``.

    Packets of one message may carry different QNs (each is answered by itself), so they are known by device, command,
    number of packets and data time.
    """

    def __init__(self, *, limit: int = 256 * 1024, patience_ms: int = 120_000) -> None:
        self.limit = limit
        self.patience_ms = patience_ms
        self.dropped = 0  # packets whose message never became whole
        self._groups: dict[tuple[str, ...], _Group] = {}  # the oldest first
        self._size = 0

    def __len__(self) -> int:
        """Return how many bytes wait for the rest of their message."""
        return self._size

    def join(self, frame: Frame, now_ms: int) -> Frame | None:
        """Return the whole message when ``frame`` is or completes one, else None. Raises BadFrame (``PNUM``)."""
        self._forget(now_ms)
        if not frame.flag.split:
            return frame
        most, number = _numbers(frame)
        key = (frame.mn, frame.header.get("ST", ""), frame.cn, str(most), _when(frame))
        group = self._groups.setdefault(key, _Group(now_ms))
        if again := group.packets.get(number):  # sent again: the later one counts
            self._size -= len(again.segment)
        group.packets[number] = frame
        self._size += len(frame.segment)
        if len(group.packets) == most:
            packets = self._take(key)
            return _joined([packets[number] for number in sorted(packets)])
        while self._size > self.limit:
            self.dropped += len(self._take(next(iter(self._groups))))
        return None

    def _forget(self, now_ms: int) -> None:
        while self._groups:
            key, group = next(iter(self._groups.items()))
            if now_ms - group.begun_ms <= self.patience_ms:
                return
            self.dropped += len(self._take(key))

    def _take(self, key: tuple[str, ...]) -> dict[int, Frame]:
        packets = self._groups.pop(key).packets
        self._size -= sum(len(packet.segment) for packet in packets.values())
        return packets


def _numbers(frame: Frame) -> tuple[int, int]:
    texts = frame.header.get("PNUM", ""), frame.header.get("PNO", "")
    if not all(_NUMBER.fullmatch(text) for text in texts):
        raise BadFrame(
            "PNUM", f"Flag says one packet of several, but PNUM and PNO are {texts[0][:9]!r} {texts[1][:9]!r}"
        )
    most, number = map(int, texts)
    if not 1 <= number <= most <= MOST_PACKETS:
        raise BadFrame("PNUM", f"packet {number} of {most}, at most {MOST_PACKETS}")
    return most, number


def _when(frame: Frame) -> str:
    return frame.value("DataTime") or frame.header.get("QN", "")


def _joined(packets: list[Frame]) -> Frame:
    """Return one packet that says what all say; what each repeats (DataTime) is said once."""
    head = {name: value for name, value in packets[0].header.items() if name not in ("PNUM", "PNO")}
    flag: Flag = packets[0].flag
    head["Flag"] = str(flag._replace(split=False))
    items = list(packets[0].items)
    for packet in packets[1:]:
        items += [item for item in packet.items if not ("DataTime" in item and item in packets[0].items)]
    return frame_of(head, items, crlf=packets[0].crlf)
