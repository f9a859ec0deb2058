"""Judges batches one after the other and has their transitions taken into alarms, each in effect once.

What is judged is a function of the batches alone, time included: a batch tells by its moment of reception that time
has passed. The state is saved with the number of the batch that it includes; after a crash the batches after it
are judged again, and what was raised already is recognised by its onset.
"""

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from itertools import islice

from django.db import InterfaceError, OperationalError, connection

from anning.kernel import clock
from anning.monitoring import selectors, services
from anning.monitoring.history import History, open_history
from anning.monitoring.judging import Judge, Ruleset, Transition
from anning.monitoring.observations import Observations

log = logging.getLogger(__name__)

NAME = "judge"  # of the saved state
MOST_BATCHES = 2_000  # that wait in memory; beyond, they are read from the history again
TOGETHER = 50  # of them that are judged and taken at once then
TICK_MS = 1_000
GAP_S = 15.0  # without any batch this process was down: the silence was ours, not the devices'
SAVE_S = 15.0  # the state of 10 000 points takes 40 ms to pack
RULES_S = 5.0
LONGEST_WAIT_S = 5.0
WAIT_S = 0.5
TRIES = 3  # of transitions that are refused for a reason of their own
OUTAGES = (OperationalError, InterfaceError)

Take = Callable[[list[Transition], int], object]


class Sentry:
    """A thread that judges. ``put`` never blocks; ``take_state`` gives what is to be saved."""

    def __init__(
        self,
        open_readable: Callable[[], History] = open_history,
        rules: Callable[[], Ruleset] = selectors.ruleset,
        stamp: Callable[[], object] = selectors.ruleset_stamp,
        take: Take = services.take_transitions,
    ) -> None:
        self.judged = 0  # number of the newest batch whose alarms are committed
        self.is_behind = False
        self.unjudged = 0  # batches that the judge could not take
        self.unraised = 0  # transitions that could not be recorded
        self._open, self._rules, self._rules_stamp, self._take = open_readable, rules, stamp, take
        self._waiting: deque[tuple[int, Observations]] = deque()
        self._bell = threading.Condition()
        self._is_stopping = threading.Event()
        self._state: tuple[str, int, bytes] | None = None
        self._is_torn = False
        self._thread = threading.Thread(target=self._run, name="sentry", daemon=True)

    def start(self) -> None:
        """Judge what is left from the last run, then what comes."""
        self._thread.start()

    def put(self, number: int, batch: Observations) -> None:
        """Have batch ``number`` judged; it is already in the history."""
        with self._bell:
            if len(self._waiting) >= MOST_BATCHES:
                self._waiting.clear()  # the history has them
            self._waiting.append((number, batch))
            self._bell.notify()

    def stop(self, patience_s: float) -> None:
        """Judge what waits, as far as ``patience_s`` reaches, and leave a state to be saved."""
        until = time.monotonic() + patience_s
        while self._waiting and self._thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        self._is_stopping.set()
        with self._bell:
            self._bell.notify()
        if self._thread.is_alive():
            self._thread.join(max(0.5, until - time.monotonic()))

    def take_state(self) -> tuple[str, int, bytes] | None:
        """Return name, batch number and blob of a state not yet saved; the caller saves it."""
        state, self._state = self._state, None
        return state

    # What follows runs in the thread.

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            try:
                if self._patiently(self._begin):
                    while not self._is_stopping.is_set():
                        self._patiently(self._look)
                    self._note_state()
            except Exception:  # a fault of ours: begin anew from the saved state rather than fall silent
                log.exception("judging met an error and begins anew")
                self._is_stopping.wait(LONGEST_WAIT_S)
            finally:
                connection.close()

    def _begin(self) -> None:
        self._stamp, rules = self._rules_stamp(), self._rules()
        self._history = self._open()
        self._course = Course(rules)
        self.judged, blob = self._history.load_state(NAME) or (0, b"")
        if blob:
            self._course.load(blob)
        self._saved_at = self._ruled_at = time.monotonic()
        self._catch_up()

    def _look(self) -> None:
        """Judge the next batch, or wait for one."""
        with self._bell:
            if not self._waiting:
                self._bell.wait(WAIT_S)
            waiting = self._waiting.popleft() if self._waiting else None
        self._renew_rules()
        if waiting:
            number, _batch = waiting
            if number > self.judged + 1:  # some were let go
                self._catch_up()
            if number > self.judged and not self._is_torn:
                self._judge(waiting)
        self._note_state_in_time()

    def _catch_up(self) -> None:
        """Judge what the history has beyond the judged batches, many at once; save how far it came on the way."""
        self.is_behind = True
        batches = self._history.batches(self.judged)
        while group := list(islice(batches, TOGETHER)):
            if self._is_stopping.is_set() or self._is_torn:
                return
            self._judge(*group)
            self._note_state_in_time()
        self.is_behind = False

    def _judge(self, *batches: tuple[int, Observations]) -> None:
        transitions: list[Transition] = []
        for number, batch in batches:
            try:
                transitions += self._course.follow(batch)
            except Exception:  # a fault of ours in one batch must not silence all that follow
                log.exception("batch %s could not be judged", number)
                self.unjudged += 1
        number = batches[-1][0]
        if transitions and not self._raise(transitions, number):
            self._is_torn = True  # the state holds a batch whose alarms are not committed: it must not be saved
            return
        self.judged = number

    def _renew_rules(self) -> None:
        if time.monotonic() - self._ruled_at < RULES_S:
            return
        self._ruled_at = time.monotonic()
        if (stamp := self._rules_stamp()) != self._stamp:
            self._course.judge.replace(self._rules())
            self._stamp = stamp

    def _note_state_in_time(self) -> None:
        if time.monotonic() - self._saved_at > SAVE_S:
            self._note_state()

    def _note_state(self) -> None:
        self._saved_at = time.monotonic()
        if self.judged and not self._is_torn:
            self._state = (NAME, self.judged, self._course.dump())

    def _raise(self, transitions: list[Transition], number: int) -> bool:
        """Have ``transitions`` taken and say whether they were; one that is bad does not stop the others."""
        for _try in range(TRIES):
            try:
                return self._patiently(lambda: self._take(transitions, number))
            except Exception as error:
                log.warning("alarms of batch %s were not taken: %s", number, error, exc_info=True)
                connection.close()
        if len(transitions) > 1:
            were_taken = [self._raise([each], number) for each in transitions]
            return all(were_taken)
        self.unraised += 1
        return True

    def _patiently(self, do: Callable[[], object]) -> bool:
        """Do it, while the database is out again and again; return whether it was done before the end."""
        wait_s = 0.05
        while True:
            try:
                do()
                return True
            except OUTAGES as error:
                log.warning("the database is out, alarms will follow: %s", error)
                connection.close()
                if self._is_stopping.wait(wait_s):
                    return False
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)


class Course:
    """The judge, and how time passes for it: told by the batches."""

    def __init__(self, rules: Ruleset) -> None:
        self.judge = Judge(rules)
        self._rate = 1.0 / clock.real_seconds(timedelta(seconds=1))  # of an accelerated clock
        self._newest = self._ticked = 0  # ms since 1970 UTC

    def follow(self, batch: Observations) -> list[Transition]:
        """Return what the passing of time and the observations bring."""
        now = batch.received_ms
        brought: list[Transition] = []
        if self._newest and now - self._newest > GAP_S * 1000 * self._rate:
            self.judge.resume(now)
        self._newest = max(now, self._newest)
        if now - self._ticked >= TICK_MS:
            self._ticked = now
            brought = list(self.judge.tick(now))
        return [*brought, *self.judge.judge(batch)] if len(batch) else brought

    def dump(self) -> bytes:
        """Return the state."""
        head = json.dumps([self._newest, self._ticked]).encode()
        return head + b"\n" + self.judge.dump()

    def load(self, blob: bytes) -> None:
        """Take up the state; one that another version wrote is left, and judging begins anew."""
        head, _, state = blob.partition(b"\n")
        try:
            newest, ticked = json.loads(head)
            self.judge.load(state)
        except Exception:
            log.exception("the saved state of judging cannot be read, judging begins anew")
            return
        self._newest, self._ticked = newest, ticked
