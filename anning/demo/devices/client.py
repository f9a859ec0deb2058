"""One device at its end of a connection: reports when it is time, sends again what was not answered, reconnects."""

import asyncio
import contextlib
import logging
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from anning.demo.devices.pace import Pace
from anning.demo.devices.units import Unit
from anning.kernel.clock import ZONE
from anning.kernel.frames import BadFrame, Splitter

log = logging.getLogger(__name__)

PATIENCE_S = 15.0  # for an answer
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0  # between two attempts to connect
MOST_BEHIND_MS = 5 * 60_000  # what is older is not filled in
SPREAD_MS = 8_000  # in which all devices report for the first time


@dataclass(slots=True)
class Stage:
    """What the devices share: the centre's address, the story's time, leaks by enterprise, and what was answered."""

    host: str
    ports: dict[str, int]
    pace: Pace
    leaks: dict[int, int] = field(default_factory=dict)  # enterprise → since when, ms
    answered: int = 0
    failures: int = 0


class NotAnswered(OSError):
    """The centre has refused, or not answered in time."""


class Client(ABC):
    """A device; a subclass speaks one format."""

    period_ms: ClassVar[int] = 30_000

    def __init__(self, unit: Unit, stage: Stage) -> None:
        self.unit, self.stage = unit, stage
        self.serial = 0
        self._writer: asyncio.StreamWriter | None = None

    @abstractmethod
    def make_splitter(self) -> Splitter:
        """Return what cuts the answers."""

    @abstractmethod
    def decode(self, frame: bytes) -> Any:
        """Return what the centre says. Raises BadFrame."""

    async def greet(self) -> None:  # noqa: B027  # most formats prove it in every message
        """Prove who speaks, where the format wants it. Raises NotAnswered."""

    @abstractmethod
    async def report(self, at_ms: int) -> None:
        """Say what is measured at ``at_ms`` and wait until it is answered. Raises NotAnswered, OSError."""

    def next_due(self, due_ms: int) -> int:
        """Return when the report after that of ``due_ms`` is due."""
        return due_ms + self.period_ms

    async def speak(self, *moments_ms: int) -> None:
        """Connect where nobody is connected, and report what was measured then. Raises OSError, EOFError."""
        if self._writer is None:
            port = self.stage.ports[self.unit.protocol]
            self._reader, self._writer = await asyncio.open_connection(self.stage.host, port)
            self._splitter, self._heard = self.make_splitter(), list[bytes]()
            await self.greet()
        await self.report_all(moments_ms)

    async def report_all(self, moments_ms: Sequence[int]) -> None:
        """Report several moments, one after the other where the format cannot say them together."""
        for at_ms in moments_ms:
            await self.report(at_ms)

    async def run(self) -> None:
        """Speak until the story ends or the task is cancelled."""
        pace, wait_s = self.stage.pace, FIRST_WAIT_S
        due = pace.start_ms + self.unit.seed % min(SPREAD_MS, self.period_ms)
        try:
            while not pace.is_over(due):
                await pace.until(due)
                if self.unit.is_silent(due):
                    self.hang_up()
                    due = self.next_due(due)
                    continue
                try:
                    await asyncio.wait_for(self.speak(due), PATIENCE_S)
                except (OSError, EOFError, BadFrame, TimeoutError) as error:
                    log.debug("%s %s：%s", self.unit.protocol, self.unit.identity, error)
                    self.stage.failures += 1
                    self.hang_up()
                    await asyncio.sleep(wait_s * (0.7 + 0.6 * random.random()))  # noqa: S311  # not all at once
                    wait_s = min(wait_s * 2, LONGEST_WAIT_S)
                    if pace.end_ms is None and due < pace.now_ms() - MOST_BEHIND_MS:
                        due = pace.now_ms()
                    continue
                self.stage.answered += 1
                due, wait_s = self.next_due(due), FIRST_WAIT_S
        finally:
            self.hang_up()

    def hang_up(self) -> None:
        """End the connection."""
        if self._writer is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closing
                self._writer.close()
            self._writer = None

    async def ask(self, data: bytes, is_answer: Callable[[Any], bool]) -> Any:
        """Send, and return the answer among what is said. Raises NotAnswered when the centre hangs up."""
        assert self._writer is not None
        self._writer.write(data)
        await self._writer.drain()
        while True:
            while self._heard:
                said = self.decode(self._heard.pop(0))
                if is_answer(said):
                    return said
            if not (chunk := await self._reader.read(65536)):
                raise NotAnswered("连接被关闭")
            self._heard += self._splitter.feed(chunk)

    def next_serial(self) -> int:
        """Return the next number of a message, 1 to 65535."""
        self.serial = self.serial % 0xFFFF + 1
        return self.serial

    def leak_ms(self) -> int | None:
        """Return since when something leaks at this enterprise."""
        return self.stage.leaks.get(self.unit.enterprise)


def as_moment(at_ms: int) -> datetime:
    """Return milliseconds since 1970 as an aware instant."""
    return datetime.fromtimestamp(at_ms / 1000, ZONE)
