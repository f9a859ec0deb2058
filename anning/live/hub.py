"""Everybody who looks, and the one task that asks the database for all of them."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import connection

from anning.journal import selectors
from anning.journal.models import Entry
from anning.kernel.actor import Actor
from anning.live.events import BEAT, frame
from anning.live.session import actor_behind

log = logging.getLogger(__name__)
T = TypeVar("T")

POLL_S = 0.025  # the share of the database's round in the 100 ms that a viewer may wait
STEP = 500  # entries read at once
BEAT_S = 15.0
CHECK_S = 60.0  # how long a session that ended without a trace in the journal may still listen
QUEUE = 256  # frames that wait for one viewer; who is slower reconnects and resumes
PER_SESSION = 8
MOST = 2000
PATIENCE_S = 10.0  # a newcomer waits so long for the journal to be readable
RIGHTS = {"role", "person", "organisation", "membership", "appointment"}  # a change here may change what anybody sees


class TooMany(Exception):
    """The session, or the whole application, has as many viewers as it may; or the journal cannot be read."""


@dataclass(eq=False, slots=True)
class Viewer:
    """One open line. ``queue`` holds frames; None ends the line."""

    session: str
    actor: Actor
    task: "asyncio.Task[None] | None"
    since: int = 0  # everything behind this entry passes through the queue
    queue: "asyncio.Queue[tuple[int, bytes] | None]" = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def put(self, seq: int, text: bytes) -> None:
        """Hand over a frame; a viewer whose queue is full is cut off, also in the midst of a blocked send."""
        try:
            self.queue.put_nowait((seq, text))
        except asyncio.QueueFull:
            if self.task:
                self.task.cancel()

    def end(self) -> None:
        """Let the line end once what waits is sent."""
        try:
            self.queue.put_nowait(None)
        except asyncio.QueueFull:
            if self.task:
                self.task.cancel()


class Hub:
    """The viewers of this process. Only the event loop touches it; the database is asked in threads."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self.position = 0  # the last entry that was handed out
        self._doubtful: set[Viewer] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()
        self._wanted = asyncio.Event()
        self._tail_thread = ThreadPoolExecutor(1, "tail")  # never waits behind the questions of newcomers
        self._viewer_thread = ThreadPoolExecutor(1, "viewers")

    def start(self) -> None:
        """Begin to follow the journal, once."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._look_after())]

    async def close(self) -> None:
        """End all lines and stop."""
        for viewer in list(self.viewers):
            viewer.end()
        for task in self._tasks:
            task.cancel()
        for thread in (self._tail_thread, self._viewer_thread):
            with suppress(TimeoutError):
                closed = asyncio.get_running_loop().run_in_executor(thread, _closed)
                await asyncio.wait_for(closed, BEAT_S / 5)
            thread.shutdown(wait=False, cancel_futures=True)

    async def ask(self, question: Callable[..., T], *arguments: object) -> T:
        """Ask the database beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._viewer_thread, _asked, question, *arguments)

    async def join(self, session: str, actor: Actor) -> Viewer:
        """Add a viewer: from now on nothing passes it. Raises TooMany."""
        mine = sum(viewer.session == session for viewer in self.viewers)
        if mine >= PER_SESSION or len(self.viewers) >= MOST:
            raise TooMany
        viewer = Viewer(session, actor, asyncio.current_task())
        self.viewers.add(viewer)
        self._wanted.set()
        try:
            await asyncio.wait_for(self._ready.wait(), PATIENCE_S)
        except TimeoutError:
            self.leave(viewer)
            raise TooMany from None
        except asyncio.CancelledError:
            self.leave(viewer)
            raise
        viewer.since = self.position
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """Remove a viewer."""
        self.viewers.discard(viewer)
        self._doubtful.discard(viewer)
        if not self.viewers:
            self._wanted.clear()
            self._ready.clear()

    async def _follow(self) -> None:
        """Hand out what is sealed while anybody looks; an outage of the database is waited out."""
        loop, pause = asyncio.get_running_loop(), POLL_S
        while True:
            await self._wanted.wait()
            try:
                if not self._ready.is_set():
                    self.position = await loop.run_in_executor(self._tail_thread, _asked, selectors.last_seq)
                    self._ready.set()
                for entry in await loop.run_in_executor(self._tail_thread, _asked, _behind, self.position):
                    self._hand_out(entry)
                pause = POLL_S
            except Exception:
                log.exception("the tail cannot be read")
                pause = min(pause * 2, 10.0)
            await asyncio.sleep(pause)

    def _hand_out(self, entry: Entry) -> None:
        seq = self.position = entry.seq or 0
        text, seen = frame(entry), dict[object, bool]()
        for viewer in list(self.viewers):
            rights = (viewer.actor.permissions, viewer.actor.scope)
            if rights not in seen:
                seen[rights] = selectors.may_see(viewer.actor, entry)
            if seen[rights]:
                viewer.put(seq, text)
        noun = entry.subject.partition(":")[0]
        self._doubtful |= {v for v in self.viewers if noun in RIGHTS or v.actor.name == entry.subject}

    async def _look_after(self) -> None:
        """Send beats, and ask again who stands behind each session: every minute, and when the journal gives reason."""
        beaten = checked = time.monotonic()
        while True:
            await asyncio.sleep(1.0)
            now = time.monotonic()
            if now - beaten >= BEAT_S:
                beaten = now
                for viewer in list(self.viewers):
                    viewer.put(0, BEAT)
            if now - checked >= CHECK_S:
                checked = now
                self._doubtful |= self.viewers
            doubtful, self._doubtful = self._doubtful, set()
            try:
                await self._check(doubtful)
            except Exception:
                log.exception("sessions cannot be checked")
                self._doubtful |= doubtful & self.viewers

    async def _check(self, doubtful: set[Viewer]) -> None:
        for session in {viewer.session for viewer in doubtful}:
            actor = await self.ask(actor_behind, session)
            for viewer in [viewer for viewer in self.viewers if viewer.session == session]:
                if actor is None:
                    viewer.end()
                else:
                    viewer.actor = actor


def _behind(seq: int) -> list[Entry]:
    return list(Entry.objects.filter(seq__gt=seq).order_by("seq").defer("body", "digest")[:STEP])


def _closed() -> None:
    connection.close()  # that of the thread which runs this


def _asked(question: Callable[..., T], *arguments: object) -> T:
    """Ask in this thread; a connection that failed is given up, so that the next question opens a new one."""
    try:
        return question(*arguments)
    except Exception:
        connection.close()
        raise
