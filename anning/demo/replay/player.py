"""Sending the lines of a table through the client of a device."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from anning.demo.devices.client import FIRST_WAIT_S, LONGEST_WAIT_S, PATIENCE_S, Client, Stage
from anning.demo.devices.playing import clients
from anning.demo.devices.units import Unit
from anning.demo.replay.table import Line
from anning.demo.signals import Fix
from anning.kernel.frames import BadFrame

TOGETHER = 100  # lines of one message, when nobody waits for the time between them
TRIES = 6
GOOD, MISSING = 0, 4  # monitoring.observations.Quality


@dataclass(frozen=True)
class Recorded(Unit):
    """A device that says what is on record for a moment."""

    rows: dict[int, dict[str, float | None]] = field(default_factory=dict)

    def keep(self, lines: Sequence[Line], shift_ms: int) -> None:
        """Take the lines that are to be said next."""
        self.rows.clear()
        self.rows.update((line.at_ms + shift_ms, line.values) for line in lines)

    def read(self, at_ms: int, leak_ms: int | None = None) -> dict[str, tuple[float, int]]:
        """Return what was measured then."""
        said = self.rows[at_ms].items()
        return {channel: (0.0, MISSING) if value is None else (value, GOOD) for channel, value in said}


@dataclass(frozen=True)
class RecordedTrack:
    """The way of a vehicle as its lines say it."""

    unit: Recorded
    seed: int = 0
    route: tuple[tuple[float, float], ...] = ()

    def at(self, at_ms: int) -> Fix:
        """Return where it was."""
        said = {channel: value for channel, (value, _quality) in self.unit.read(at_ms).items()}
        speed = said.get("speed", 0.0)
        place = said.get("longitude", 0.0), said.get("latitude", 0.0)
        heading = int(said.get("direction", 0))
        return Fix(*place, speed, heading, speed > 0, False, False, said.get("mileage_km", 0.0))


@dataclass(slots=True)
class Replay:
    """One table on its way: how fast (0: as fast as it is answered), shifted by how much, how far it has come."""

    client: Client
    unit: Recorded
    speed: float
    shift_ms: int
    sent: int = 0
    told: Callable[[int], None] = field(default=lambda _sent: None)

    async def run(self, lines: Iterator[Line]) -> None:
        """Send all lines. Raises OSError when nobody answers any more."""
        loop = asyncio.get_running_loop()
        begun, first_ms = loop.time(), None
        try:
            for group in _groups(lines, 1 if self.speed else TOGETHER):
                first_ms = group[0].at_ms if first_ms is None else first_ms
                if self.speed:
                    due = begun + (group[0].at_ms - first_ms) / 1000 / self.speed
                    await asyncio.sleep(max(0.0, due - loop.time()))
                self.unit.keep(group, self.shift_ms)
                await self._send([line.at_ms + self.shift_ms for line in group])
                self.sent += len(group)
                self.told(self.sent)
        finally:
            self.client.hang_up()

    async def _send(self, moments: list[int]) -> None:
        wait_s = FIRST_WAIT_S
        for left in range(TRIES - 1, -1, -1):
            try:
                await asyncio.wait_for(self.client.speak(*moments), PATIENCE_S)
                return
            except (OSError, EOFError, BadFrame, TimeoutError):
                self.client.hang_up()
                if not left:
                    raise
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def replay_of(unit: Recorded, stage: Stage, *, speed: float, shift_ms: int) -> Replay:
    """Return the replay that speaks the device's format."""
    (client,) = clients([unit], stage)
    assert isinstance(client, Client), "polled devices have been refused"
    return Replay(client, unit, speed, shift_ms)


def _groups(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    """Yield the lines in groups; two of one moment never share one."""
    group: list[Line] = []
    moments: set[int] = set()
    for line in lines:
        if len(group) >= size or line.at_ms in moments:
            yield group
            group, moments = [], set()
        group.append(line)
        moments.add(line.at_ms)
    if group:
        yield group
