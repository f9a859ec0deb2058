"""A door for datagrams: each holds whole frames; a full waiting line drops the newest, as the network would."""

import asyncio
import logging
from collections import OrderedDict

from anning.gateways.house import House
from anning.gateways.session import Session
from anning.gateways.stream import MakeSession
from anning.monitoring.intake import NotStored
from anning.monitoring.rawframes import pack
from anning.ops.doors import Closer

log = logging.getLogger(__name__)

MOST_WAITING = 2_000  # datagrams
MOST_SESSIONS = 10_000  # addresses whose conversation is remembered
TOGETHER = 200  # datagrams that are settled at once

Peer = tuple[str, int]


class DatagramDoor(asyncio.DatagramProtocol):
    """Listens on one port; a conversation belongs to an address."""

    def __init__(self, house: House, make_session: MakeSession) -> None:
        self.house, self.make_session = house, make_session
        self.waiting: asyncio.Queue[tuple[bytes, Peer]] = asyncio.Queue(MOST_WAITING)
        self.sessions: OrderedDict[Peer, Session] = OrderedDict()

    async def open(self, host: str, port: int) -> Closer:
        """Start to listen; return what closes the door. Raises OSError."""
        loop = asyncio.get_running_loop()
        self.transport, _protocol = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        worker = self.house.keep(self._work())

        async def close() -> None:
            self.transport.close()
            worker.cancel()

        return close

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        """Put a datagram in the line."""
        try:
            self.waiting.put_nowait((data, addr))
        except asyncio.QueueFull:
            self._session(addr).refuse("dropped")

    async def _work(self) -> None:
        while True:
            batch = [await self.waiting.get()]
            while len(batch) < TOGETHER and not self.waiting.empty():
                batch.append(self.waiting.get_nowait())
            await asyncio.gather(*(self._settle(data, peer) for data, peer in batch))

    async def _settle(self, data: bytes, peer: Peer) -> None:
        """Hear one datagram, have it stored, answer it."""
        session = self._session(peer)
        try:
            turn = session.take(data)
            if turn.is_kept:
                known = session.known
                await self.house.intake.accept(turn.rows, pack(known.pk if known else 0, data))
                turn.remember()
        except NotStored as error:
            session.refuse(f"not_stored_{error.reason}")
            return
        except Exception:
            log.exception("a datagram from %s met an error", peer[0])
            session.refuse("error")
            return
        for answer in filter(None, turn.answers):
            self.transport.sendto(answer, peer)

    def _session(self, peer: Peer) -> Session:
        session = self.sessions.get(peer)
        if session is None:
            session = self.sessions[peer] = self.make_session(self.house, peer[0])
            if len(self.sessions) > MOST_SESSIONS:
                self.sessions.popitem(last=False)
        else:
            self.sessions.move_to_end(peer)
        return session
