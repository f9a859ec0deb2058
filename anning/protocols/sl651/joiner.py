"""Packets of mode M3 put together again, within bounds and until a deadline; long bodies cut into packets."""

from dataclasses import dataclass, field, replace

from anning.protocols.sl651.frames import End, Frame

COST = 256  # bytes that a held packet takes beside its body
PACKET = 1024  # bytes of body that go in one packet


@dataclass(slots=True)
class _Group:
    total: int
    deadline_ms: int
    parts: dict[int, Frame] = field(default_factory=dict)
    size: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """A message that did not arrive whole: its first packet that did, and the numbers of those that lack."""

    first: Frame
    packets: tuple[int, ...]


class Joiner:
    """Joins packets by station and function; holds at most ``limit`` bytes and ``groups`` messages.

    The longest waiting message is given up when a new packet would go beyond that.
    """

    def __init__(self, *, limit: int = 4 << 20, groups: int = 8, patience_ms: int = 60_000, tries: int = 3) -> None:
        self.limit = limit
        self.groups = groups
        self.patience_ms = patience_ms
        self.tries = tries
        self.dropped = 0  # packets given up
        self._open: dict[tuple[str, int], _Group] = {}
        self._size = 0

    def add(self, frame: Frame, now_ms: int) -> Frame | None:
        """Return the whole message if ``frame`` is one or completes one, otherwise None.

        A packet that comes again takes the place of the one held: the centre asked for it.
        """
        if frame.total is None or frame.number is None:
            return frame
        group = self._group_of(frame, now_ms)
        before = group.parts.get(frame.number)
        grown = len(frame.body) - len(before.body) if before else len(frame.body) + COST
        group.parts[frame.number] = frame
        group.size += grown
        self._size += grown
        # once the last packet is there, what lacks is lost and may be asked for at once
        group.deadline_ms = now_ms if frame.number == frame.total else now_ms + self.patience_ms
        if len(group.parts) == group.total:
            self._forget((frame.station, frame.function))
            parts = [group.parts[number] for number in range(1, group.total + 1)]
            body = b"".join(part.body for part in parts)
            return replace(parts[0], body=body, end=parts[-1].end, total=None, number=None)
        self._shrink()
        return None

    def expire(self, now_ms: int) -> list[Missing]:
        """Return what to ask for of the messages whose deadline is past; after ``tries`` times they are given up."""
        lost = []
        for key in [key for key, group in self._open.items() if group.deadline_ms <= now_ms]:
            group = self._open[key]
            if group.asked == self.tries:
                self._give_up(key)
                continue
            group.asked += 1
            group.deadline_ms = now_ms + self.patience_ms
            lacking = (each for each in range(1, group.total + 1) if each not in group.parts)
            lost.append(Missing(group.parts[min(group.parts)], tuple(lacking)))
        return lost

    def _group_of(self, frame: Frame, now_ms: int) -> _Group:
        key = (frame.station, frame.function)
        held = self._open.get(key)
        if held is not None and held.total == frame.total and not self._begins_anew(frame, held):
            return held
        if held is not None:
            self._give_up(key)
        self._open[key] = _Group(frame.total or 0, now_ms + self.patience_ms)
        return self._open[key]

    def _begins_anew(self, frame: Frame, held: _Group) -> bool:
        """Whether the first packet is that of another message: it carries another serial."""
        before = held.parts.get(1)
        return frame.number == 1 and before is not None and before.body[:2] != frame.body[:2]

    def _shrink(self) -> None:
        while len(self._open) > self.groups or self._size > self.limit:
            self._give_up(min(self._open, key=lambda key: self._open[key].deadline_ms))

    def _give_up(self, key: tuple[str, int]) -> None:
        self.dropped += len(self._forget(key).parts)

    def _forget(self, key: tuple[str, int]) -> _Group:
        group = self._open.pop(key)
        self._size -= group.size
        return group


def split(frame: Frame, size: int = PACKET) -> list[Frame]:
    """Return the message as packets of ``size`` bytes, all but the last ending with ETB; itself alone if it fits."""
    if len(frame.body) <= size:
        return [frame]
    bodies = [frame.body[at : at + size] for at in range(0, len(frame.body), size)]
    last = len(bodies)
    return [
        replace(frame, body=body, end=End.ETB if number < last else frame.end, total=last, number=number)
        for number, body in enumerate(bodies, 1)
    ]
