"""The work loop of ``anning work``: seal, react, look after what is due. It outlives outages of the database."""

import logging
import os
import socket
import threading
import time
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError, connection

from anning.journal.reactor import hear_all
from anning.journal.registry import Periodic, periodics
from anning.journal.sealer import seal
from anning.journal.services import beat

log = logging.getLogger(__name__)

IDLE_S = 0.1  # how long a fresh entry waits for the sealer
LOOK_S = 1.0  # how often listeners are asked even when this worker sealed nothing: another worker may have
BEAT_S = 5.0
LONGEST_WAIT_S = 30.0
HANDS = 3  # threads for duties: a slow one (mail, export) must not hold up deadlines


def run(stop: threading.Event) -> None:
    """Work until ``stop`` is set. A failing duty or reaction is logged and tried again, later each time."""
    duties = Duties(stop)
    hands = [threading.Thread(target=duties.serve, name=f"duties-{n}", daemon=True) for n in range(HANDS)]
    for hand in hands:
        hand.start()
    try:
        _seal_and_react(stop, duties)
    finally:
        stop.set()
        for hand in hands:
            hand.join()
        connection.close()


def _seal_and_react(stop: threading.Event, duties: "Duties") -> None:
    instance = f"{socket.gethostname()}:{os.getpid()}"
    failures, looked_at, beaten_at = 0, 0.0, 0.0
    sealed_in_all = heard_in_all = 0
    while not stop.is_set():
        try:
            sealed = seal()
            heard, now = 0, time.monotonic()
            if sealed or now - looked_at >= LOOK_S:
                heard = hear_all()
                looked_at = 0.0 if heard else now
            sealed_in_all, heard_in_all = sealed_in_all + sealed, heard_in_all + heard
            if now - beaten_at >= BEAT_S:
                beat("work", instance, sealed=sealed_in_all, heard=heard_in_all, failing=duties.failing())
                beaten_at = now
            failures = 0
            stop.wait(0 if sealed or heard else IDLE_S)
        except Exception:
            failures += 1
            log.exception("the work loop met an error (%s in a row)", failures)
            connection.close()
            stop.wait(min(IDLE_S * 2 ** min(failures, 16), LONGEST_WAIT_S))


@dataclass(slots=True)
class Planned:
    """When a duty is due next (monotonic seconds), and how it went."""

    duty: Periodic
    due: float = 0.0
    runs: bool = False
    failures: int = 0
    error: str = ""


@dataclass
class Duties:
    """The duties and the threads that share them; of one duty only one run at a time in this process."""

    stop: threading.Event
    planned: list[Planned] = field(default_factory=lambda: [Planned(duty) for duty in periodics.values()])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self) -> None:
        """Do what is due until told to stop; the body of one thread."""
        try:
            while not self.stop.is_set():
                if planned := self._take():
                    self._do(planned)
                else:
                    self.stop.wait(IDLE_S)
        finally:
            connection.close()

    def failing(self) -> dict[str, str]:
        """Return the duties whose last run failed, with the reason (for the heartbeat)."""
        return {planned.duty.name: planned.error for planned in self.planned if planned.error}

    def _take(self) -> Planned | None:
        with self._lock:
            due = [planned for planned in self.planned if not planned.runs and planned.due <= time.monotonic()]
            chosen = min(due, key=lambda planned: planned.due, default=None)
            if chosen:
                chosen.runs = True
            return chosen

    def _do(self, planned: Planned) -> None:
        pause = planned.duty.every_s
        try:
            if planned.duty.do():
                pause = 0.0
            planned.failures, planned.error = 0, ""
        except Exception as error:
            log.exception("duty %s failed", planned.duty.name)
            planned.failures += 1
            planned.error = f"{type(error).__name__}: {error}"[:300]
            pause = min(pause * 2 ** min(planned.failures, 16), max(pause, LONGEST_WAIT_S))
            if isinstance(error, DatabaseError | InterfaceError):
                connection.close()
        planned.due = time.monotonic() + pause
        planned.runs = False
