"""Sub-packets put together again, within bounds and until a deadline; long bodies cut into sub-packets."""

from dataclasses import dataclass, field, replace

from anning.protocols.jt808.frames import MAX_BODY, Frame

COST = 256  # bytes that a held packet takes beside its body


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
    """Joins the sub-packets of one connection; holds at most ``limit`` bytes and ``groups`` messages.

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
        """Return the whole message if ``frame`` is one or completes one, otherwise None."""
        if frame.total is None or frame.index is None:
            return frame
        group = self._group_of(frame, now_ms)
        if frame.index not in group.parts:
            group.parts[frame.index] = frame
            group.size += len(frame.body) + COST
            self._size += len(frame.body) + COST
        # once the last packet is there, what lacks is lost and may be asked for at once
        group.deadline_ms = now_ms if frame.index == frame.total else now_ms + self.patience_ms
        if len(group.parts) == group.total:
            self._forget((frame.phone, frame.id))
            parts = [group.parts[index] for index in range(1, group.total + 1)]
            return replace(parts[0], body=b"".join(part.body for part in parts), total=None, index=None)
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
        key = (frame.phone, frame.id)
        held = self._open.get(key)
        if held is not None:
            part = held.parts.get(frame.index or 0)
            if held.total == frame.total and (part is None or part.body == frame.body):
                return held
            self._give_up(key)  # the next message of this kind began before the last was whole
        self._open[key] = _Group(frame.total or 0, now_ms + self.patience_ms)
        return self._open[key]

    def _shrink(self) -> None:
        while len(self._open) > self.groups or self._size > self.limit:
            self._give_up(min(self._open, key=lambda key: self._open[key].deadline_ms))

    def _give_up(self, key: tuple[str, int]) -> None:
        self.dropped += len(self._forget(key).parts)

    def _forget(self, key: tuple[str, int]) -> _Group:
        group = self._open.pop(key)
        self._size -= group.size
        return group


def split(frame: Frame, size: int = MAX_BODY) -> list[Frame]:
    """Return the message as sub-packets of ``size`` bytes with consecutive serials, itself alone if it fits."""
    if len(frame.body) <= size:
        return [frame]
    bodies = [frame.body[at : at + size] for at in range(0, len(frame.body), size)]
    return [
        replace(frame, body=body, serial=(frame.serial + index) & 0xFFFF, total=len(bodies), index=index + 1)
        for index, body in enumerate(bodies)
    ]
