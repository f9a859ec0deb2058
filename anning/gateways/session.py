"""One conversation with a device, without its socket: bytes in, rows and answers out."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from anning.gateways.directory import MOST_UNKNOWN, Directory, Memory, holds
from anning.gateways.ledger import Ledger
from anning.kernel.frames import BadFrame, Splitter
from anning.monitoring.intake import Row, now_ms
from anning.monitoring.observations import Quality
from anning.monitoring.selectors import Known

AHEAD_MS = 5 * 60 * 1000  # a clock that shows more than this ahead is wrong
CLOCK_WRONG_MS = 60 * 1000
SET_CLOCK_AGAIN_S = 3600.0
MISSING = int(Quality.MISSING)
MOST_BAD = 50  # frames in a row that are refused
MOST_SKIPPED = 64 * 1024  # bytes in a row that belong to no frame


class Refused(Exception):
    """The frame is whole but not accepted; ``answer`` is what the standard gives, ``closes`` ends the connection."""

    def __init__(self, reason: str, *, identity: str = "", answer: bytes = b"", closes: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.identity, self.answer, self.closes = reason, identity, answer, closes


@dataclass(slots=True)
class Turn:
    """What one chunk of bytes brought; ``answers`` go out when ``rows`` are durable."""

    rows: list[Row] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    frames: int = 0
    is_kept: bool = False  # there is data: the raw bytes are kept even when no row came of it
    closes: bool = False
    heard: dict[int, Known] = field(default_factory=dict)  # whose frames were good
    marks: list[tuple[Memory, int]] = field(default_factory=list)

    def remember(self) -> None:
        """Keep by what the frames are recognised when they come again; to be called when they are durable."""
        for memory, mark in self.marks:
            memory.recent.append(mark)


@dataclass(slots=True)
class Desk:
    """What sessions share: who is known, and where it is noted down."""

    directory: Directory
    ledger: Ledger
    clock: Callable[[], int] = now_ms
    clients: dict[str, "Session"] = field(default_factory=dict)  # MQTT sessions by client identifier


class Session(ABC):
    """A conversation in one protocol; a subclass hears frames."""

    protocol: ClassVar[str]
    idle_s = 15 * 60.0  # without a whole frame the connection is ended

    def __init__(self, desk: Desk, address: str) -> None:
        self.desk = desk
        self.address = address
        self.known: Known | None = None  # who spoke last
        self.turn = Turn()
        self.now = desk.clock()  # of the turn
        self.hang_up: Callable[[], None] = lambda: None  # ends the connection; set by whoever holds the socket
        self.splitter = self.make_splitter()
        self._bad = 0
        self._skipped = 0

    @abstractmethod
    def make_splitter(self) -> Splitter:
        """Return what cuts the stream."""

    @abstractmethod
    def hear(self, frame: bytes) -> None:
        """Take one frame into the turn. Raises BadFrame or Refused."""

    def bad_frame(self, frame: bytes, error: BadFrame) -> bytes:
        """Return the answer that the standard gives to a frame that is broken."""
        return b""

    def end(self) -> Turn | None:
        """Take note that the connection has ended; return what is still to be stored because of it."""
        return None

    def not_stored(self) -> bytes:
        """Return the answer when the turn could not be stored: none, so that the device keeps it and tries again."""
        return b""

    def take(self, data: bytes) -> Turn:
        """Return what ``data`` brings: completed frames are heard one after the other."""
        turn = self.turn = Turn()
        self.now = self.desk.clock()
        try:
            frames = self.splitter.feed(data)
        except BadFrame as error:  # a stream in which no next frame can be found
            self.refuse(error.code)
            turn.closes = True
            return turn
        for frame in frames:
            self._hear(frame)
            if turn.closes:
                break
        self._count_skipped(bool(frames))
        for known in turn.heard.values():
            drift = self.desk.directory.memory(known).drift_ms
            self.desk.ledger.see(known.pk, self.now, self.address, drift)
        return turn

    def _hear(self, frame: bytes) -> None:
        turn = self.turn
        turn.frames += 1
        try:
            self.hear(frame)
        except BadFrame as error:
            self.refuse(error.code)
            turn.answers.append(self.bad_frame(frame, error))
        except Refused as refused:
            self.refuse(refused.reason, identity=refused.identity)
            turn.answers.append(refused.answer)
            turn.closes = turn.closes or refused.closes
        else:
            self._bad = 0
            return
        self._bad += 1
        turn.closes = turn.closes or self._bad >= MOST_BAD

    def _count_skipped(self, any_frame: bool) -> None:
        if self.splitter.skipped:
            self._skipped = (0 if any_frame else self._skipped) + self.splitter.skipped
            self.splitter.skipped = 0
            self.refuse("garbage")
            if self._skipped > MOST_SKIPPED:
                self.turn.closes = True

    def refuse(self, reason: str, *, identity: str = "") -> None:
        """Count a refusal, for the device when it is known."""
        known = self.known if not identity else self.desk.directory.find(self.protocol, identity)
        self.desk.ledger.refuse(self.protocol, reason, known=known, identity=identity, address=self.address)

    def identify(self, identity: str, key: str | None = None, *, answer: bytes = b"") -> Known:
        """Return the registered device that speaks. Raises Refused for a stranger, a wrong network or a wrong key."""
        known = self.desk.directory.find(self.protocol, identity)
        return self.admit(known, identity, key, answer=answer)

    def admit(self, known: Known | None, identity: str, key: str | None = None, *, answer: bytes = b"") -> Known:
        """Return ``known`` when it may speak now, from here, with this key. Raises Refused.

        ``key`` None: it is proven already; a device for which no key was issued needs none.
        """
        reason = ""
        if known is None:
            reason = "stranger"
        elif not known.may_come_from(self.address):
            reason = "network"
        elif key is not None and known.keys and not holds(known, key):
            reason = "key"
        if reason or known is None:
            raise Refused(reason, identity=identity, answer=answer)
        self.known = known
        self.turn.heard[known.pk] = known
        return known

    def is_repeated(self, known: Known, frame: bytes) -> bool:
        """Whether these very bytes came from the device a moment ago; it is answered again, not stored again."""
        mark = hash(frame)
        memory = self.desk.directory.memory(known)
        if mark in memory.recent:
            self.refuse("duplicate")
            return True
        self.turn.marks.append((memory, mark))
        return False

    def observe(self, known: Known, channel: str, at_ms: int | None, value: float | None, quality: int = 0) -> None:
        """Add one value to the turn when its channel is registered."""
        self.observe_all(known, at_ms, {channel: value}, quality)

    def observe_all(
        self, known: Known, at_ms: int | None, values: Mapping[str, float | None], quality: int = Quality.GOOD
    ) -> None:
        """Add the values of one moment to the turn, those whose channels are registered."""
        if at_ms is None:
            at_ms = self.now
        elif at_ms > self.now + AHEAD_MS:
            at_ms = self.now
            if not known.points.keys().isdisjoint(values):
                self.refuse("clock_ahead")
        if quality == Quality.GOOD and known.in_maintenance:
            quality = Quality.MAINTENANCE
        quality = int(quality)
        points, rows = known.points, self.turn.rows
        for channel, value in values.items():
            point = points.get(channel)
            if point is None:
                self._wonder(known, channel, value)
            elif value is None:
                rows.append((point.pk, at_ms, math.nan, MISSING))
            else:
                rows.append((point.pk, at_ms, value, quality))
                if point.kind == "camera":
                    self.desk.ledger.look(point.pk, value, at_ms)
        self.turn.is_kept = self.turn.is_kept or bool(rows)

    def _wonder(self, known: Known, channel: str, value: float | None) -> None:
        """Remember a channel that nobody registered."""
        unknown = self.desk.directory.memory(known).unknown
        if channel in unknown or len(unknown) < MOST_UNKNOWN:
            unknown[channel] = math.nan if value is None else value

    def note_clock(self, known: Known, device_ms: int | None) -> bool:
        """Measure how far the device's clock is ahead; return whether it should be set now."""
        if device_ms is None:
            return False
        drift = device_ms - self.now
        memory = self.desk.directory.memory(known)
        memory.drift_ms = drift if memory.drift_ms is None else (memory.drift_ms * 7 + drift) // 8
        if abs(drift) < CLOCK_WRONG_MS or not known.parameters.get("sets_clock"):
            return False
        if memory.clock_set_at and time.monotonic() - memory.clock_set_at < SET_CLOCK_AGAIN_S:
            return False
        memory.clock_set_at = time.monotonic()
        return True
