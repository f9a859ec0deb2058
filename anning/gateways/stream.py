"""A door for streams: one task a connection; nothing that one of them sends reaches the others."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from anning.gateways.house import House
from anning.gateways.session import Session, Turn
from anning.monitoring.intake import NotStored
from anning.monitoring.rawframes import pack
from anning.ops.doors import Closer

log = logging.getLogger(__name__)

CHUNK = 64 * 1024
BACKLOG = 1024
MOST_RAW = 512 * 1024  # bytes that are held until a frame is whole
SEND_S = 10.0  # for a reader of our answers
CLOSE_S = 2.0  # for conversations to end when the door closes

MakeSession = Callable[[House, str], Session]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: until a connection has said something whole, until what has begun is complete, between two looks."""

    first_s: float = 30.0
    rest_s: float = 30.0
    sweep_s: float = 5.0


class Connection:
    """One open socket and the conversation on it."""

    def __init__(
        self,
        house: House,
        session: Session,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        patience: Patience,
    ) -> None:
        self.house, self.session, self.reader, self.writer = house, session, reader, writer
        self.patience = patience
        self.deadline = time.monotonic() + patience.first_s
        self.raw = bytearray()  # since the last frame: what is kept for disputes must be whole

    async def run(self) -> None:
        """Hear until either side ends."""
        while data := await self.reader.read(CHUNK):
            turn = self.session.take(data)
            self.raw += data
            self._wind(bool(turn.frames))
            if not await self._settle(turn) or turn.closes:
                return
            await self._slow_down(turn)

    async def _settle(self, turn: Turn) -> bool:
        """Have the turn stored, then answer; return whether the connection can go on."""
        raw = bytes(self.raw)
        if turn.frames or len(raw) > MOST_RAW:
            self.raw.clear()
        if turn.is_kept:
            known = self.session.known
            try:
                await self.house.intake.accept(turn.rows, pack(known.pk if known else 0, raw))
            except NotStored as error:
                self.session.refuse(f"not_stored_{error.reason}")
                self.writer.write(self.session.not_stored())
                return False
            turn.remember()
        if answers := b"".join(turn.answers):
            self.writer.write(answers)
            async with asyncio.timeout(SEND_S):
                await self.writer.drain()
        return True

    async def _slow_down(self, turn: Turn) -> None:
        known = self.session.known
        if known is None or not turn.frames:
            return
        if pause := self.house.limits.pause_s(self.house.directory.memory(known), turn.frames):
            self.session.refuse("flood")
            self.deadline += pause
            await asyncio.sleep(pause)

    def _wind(self, any_frame: bool) -> None:
        """Set the time at which patience ends."""
        now = time.monotonic()
        if any_frame:
            self.deadline = now + self.session.idle_s
        else:
            self.deadline = min(self.deadline, now + self.patience.rest_s)


class StreamDoor:
    """Listens on one port and gives every connection its session."""

    def __init__(self, house: House, make_session: MakeSession, patience: Patience | None = None) -> None:
        self.house, self.make_session, self.patience = house, make_session, patience or Patience()
        self.connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> Closer:
        """Start to listen; return what closes the door. Raises OSError."""
        server = await asyncio.start_server(self._serve, host, port, limit=CHUNK, backlog=BACKLOG)
        sweeper = self.house.keep(self._sweep())

        async def close() -> None:
            server.close()
            sweeper.cancel()
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=CLOSE_S)
            await server.wait_closed()

        return close

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        address = writer.get_extra_info("peername")[0]
        session = self.make_session(self.house, address)
        if reason := self.house.limits.enter(address):
            session.refuse(reason)
            writer.close()
            return
        connection = Connection(self.house, session, reader, writer, self.patience)
        session.hang_up = writer.transport.abort
        self.connections.add(connection)
        try:
            await self._run(connection)
            await self._part(session)
        finally:
            self.connections.discard(connection)
            self.house.limits.leave(address)
            writer.close()

    async def _run(self, connection: Connection) -> None:
        try:
            await connection.run()
        except (OSError, TimeoutError):
            pass  # the other side is gone, or does not read
        except Exception:
            log.exception("the connection of %s met an error and was ended", connection.session.address)
            connection.session.refuse("error")

    async def _part(self, session: Session) -> None:
        turn = session.end()
        if turn and turn.rows and session.known:
            with contextlib.suppress(NotStored):
                await self.house.intake.accept(turn.rows)

    async def _sweep(self) -> None:
        """End connections that are silent, or never finish what they began."""
        while True:
            await asyncio.sleep(self.patience.sweep_s)
            now = time.monotonic()
            for connection in [each for each in self.connections if each.deadline < now]:
                connection.session.refuse("silent")
                connection.writer.transport.abort()
