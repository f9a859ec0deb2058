"""From sockets to the history: rows of many connections become one durable batch, then the batch is judged.

One ``Intake`` owns the one writable history of the process. Whatever has arrived is committed together (group
commit); only then are its senders told. Judging happens behind it and holds nobody up (``sentry``).
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from anning.kernel import clock
from anning.monitoring.history import History, HistoryFull, open_history
from anning.monitoring.observations import Observations
from anning.monitoring.repeats import Repeats
from anning.monitoring.sentry import NAME, Sentry

log = logging.getLogger(__name__)

Row = tuple[int, int, float, int]  # datastream, at_ms, value, quality

MOST_ROWS = 200_000  # that wait for the disk; beyond, senders wait
COLLECT_S = 0.002  # between two commits: what arrives meanwhile shares the next
IDLE_S = 1.0  # without readings an empty batch marks that time has passed
KEEP_HOUSE_S = 60.0  # between two looks at what can be sealed
LOOK_BACK = 2_000  # batches before the judged ones, from which repetitions are known after a start
PATIENCE_S = 6.0  # of stopping; the supervisor waits 8


class NotStored(Exception):
    """The readings are not in the history and must not be acknowledged; ``reason``: full, failed, stopping."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Arrival(NamedTuple):
    """What one connection handed in, and who waits for it."""

    rows: Sequence[Row]
    frames: bytes
    waiting: "asyncio.Future[int]"


@dataclass(slots=True)
class Counts:
    """What the intake has done since the process started."""

    batches: int = 0
    rows: int = 0
    refused_rows: int = 0


class Intake:
    """Writes what is handed in, answers when it is durable, and has it judged."""

    def __init__(
        self,
        open_writable: Callable[[], History] | None = None,
        sentry: Sentry | None = None,
        most_rows: int = MOST_ROWS,
    ) -> None:
        self.counts = Counts()
        self.trouble = ""  # why nothing is stored now: "" full failed
        self.sentry = sentry or Sentry()
        self._open = open_writable or (lambda: open_history(writable=True))
        self._most_rows = most_rows
        self._repeats = Repeats()
        self._arrived: list[Arrival] = []
        self._waiting_rows = 0
        self._bell = threading.Condition()
        self._written_at = 0.0  # monotonic seconds
        self._is_stopping = False
        self._is_sentry_done = False
        self._is_over = threading.Event()
        self._writer: threading.Thread | None = None

    async def start(self) -> None:
        """Open the history and start writing. Raises what opening raises."""
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Event()
        self._room.set()
        opened: asyncio.Future[None] = self._loop.create_future()
        self._writer = threading.Thread(target=self._write, args=(opened,), name="intake", daemon=True)
        self._writer.start()
        await opened
        self.sentry.start()

    async def accept(self, rows: Sequence[Row], frames: bytes = b"") -> int:
        """Return the number of the batch that holds ``rows``, once it is durable. Raises NotStored."""
        while self._waiting_rows >= self._most_rows and not self._is_stopping:
            self._room.clear()
            await self._room.wait()
        waiting: asyncio.Future[int] = self._loop.create_future()
        with self._bell:
            if self._is_stopping:
                raise NotStored("stopping")
            self._arrived.append(Arrival(rows, frames, waiting))
            self._waiting_rows += len(rows)
            self._bell.notify()
        return await waiting

    async def stop(self) -> None:
        """Write what has been handed in, judge it, save the state of judging, and close the history."""
        with self._bell:
            self._is_stopping = True
            self._bell.notify()
        self._room.set()
        await asyncio.to_thread(self._finish)

    def _finish(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while self._waiting_rows and time.monotonic() < until:
            time.sleep(0.01)
        self.sentry.stop(patience_s=max(0.0, until - time.monotonic()))
        with self._bell:
            self._is_sentry_done = True
            self._bell.notify()
        if self._writer:
            self._writer.join(max(1.0, until - time.monotonic()))

    # What follows runs in the writer's thread.

    def _write(self, opened: "asyncio.Future[None]") -> None:
        try:
            history = self._open()
            remember(history, self._repeats)
        except Exception as error:
            self._tell(opened.set_exception, error)
            return
        self._tell(opened.set_result, None)
        keeper = threading.Thread(target=self._keep_house, args=(history,), name="keeper", daemon=True)
        keeper.start()
        try:
            self._write_until_told(history)
        finally:
            self._is_over.set()
            keeper.join()
            history.close()

    def _write_until_told(self, history: History) -> None:
        committed = time.monotonic()
        while (arrived := self._collect(committed)) is not None:
            committed = time.monotonic()
            if arrived or committed - self._written_at >= IDLE_S * 0.9:
                self._commit(history, arrived)
            self._save(history)

    def _collect(self, committed: float) -> list[Arrival] | None:
        """Return what has arrived, after a moment's collecting; an empty list after a quiet while; None at the end."""
        with self._bell:
            if not self._arrived:
                if self._is_sentry_done:
                    return None
                self._bell.wait(0.05 if self._is_stopping else IDLE_S)
        if (pause := committed + COLLECT_S - time.monotonic()) > 0:
            time.sleep(pause)
        with self._bell:
            arrived, self._arrived = self._arrived, []
        return arrived

    def _commit(self, history: History, arrived: list[Arrival]) -> None:
        rows = [row for each in arrived for row in each.rows]
        batch = Observations.of(rows, now_ms())
        batch = self._repeats.without(batch)  # what came already is acknowledged and not kept again
        frames = b"".join(each.frames for each in arrived)
        try:
            number = history.append(batch, frames or None)
        except Exception as error:
            self._refuse(arrived, "full" if isinstance(error, HistoryFull) else "failed", error)
            return
        self._repeats.remember(batch)
        self._written_at = time.monotonic()
        if self.trouble:
            log.warning("readings are stored again")
            self.trouble = ""
        self.counts.batches += 1
        self.counts.rows += len(batch)
        self._release(arrived, number)
        self.sentry.put(number, batch)

    def _refuse(self, arrived: list[Arrival], reason: str, error: Exception) -> None:
        if self.trouble != reason:  # once, not for every batch
            log.error("readings cannot be stored and are not acknowledged: %s", error, exc_info=reason == "failed")
        self.trouble = reason
        self.counts.refused_rows += sum(len(each.rows) for each in arrived)
        self._release(arrived, NotStored(reason))
        time.sleep(COLLECT_S * 10)

    def _save(self, history: History) -> None:
        if state := self.sentry.take_state():
            try:
                history.save_state(*state)
            except Exception:  # the next one may succeed; until then more is judged again after a crash
                log.warning("the state of judging was not saved", exc_info=True)

    def _keep_house(self, history: History) -> None:
        """Seal and drop what is due, in a thread of its own: it waits for the disk, and nobody for it."""
        while not self._is_over.wait(KEEP_HOUSE_S):
            keep_house(history)

    def _release(self, arrived: list[Arrival], outcome: int | NotStored) -> None:
        if arrived:
            self._tell(self._resolve, arrived, outcome)

    def _tell(self, call: Callable[..., object], *facts: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(call, *facts)

    def _resolve(self, arrived: list[Arrival], outcome: int | NotStored) -> None:
        """In the loop's thread: wake those who wait, and let others in."""
        for each in arrived:
            if each.waiting.done():  # whoever waited has gone
                continue
            if isinstance(outcome, int):
                each.waiting.set_result(outcome)
            else:
                each.waiting.set_exception(outcome)
        with self._bell:
            self._waiting_rows -= sum(len(each.rows) for each in arrived)
        self._room.set()


def remember(history: History, repeats: Repeats) -> None:
    """Remember what came last before this process began: it may come again."""
    judged, _state = history.load_state(NAME) or (0, b"")
    for _number, batch in history.batches(max(0, judged - LOOK_BACK)):
        repeats.remember(batch)


def keep_house(history: History) -> None:
    """Seal what is complete and drop what is past its time; failures wait for the next look."""
    try:
        history.seal(now_ms())
        history.expire(now_ms())
    except Exception:
        log.warning("sealing failed, it will be tried again", exc_info=True)


def now_ms() -> int:
    """Return the clock's instant in ms since 1970 UTC."""
    return int(clock.now().timestamp() * 1000)
