"""The door of hydrological stations (SL 651): reports are answered when they are durable, in the mode they use."""

from anning.gateways.session import Session
from anning.kernel import clock
from anning.kernel.frames import Splitter
from anning.monitoring.selectors import Known
from anning.protocols import sl651
from anning.protocols.sl651 import Frame
from anning.protocols.sl651.answers import Mode, answer, ask_again
from anning.protocols.sl651.bodies import Function, readings, sent_digits, utc_ms


class Sl651Session(Session):
    """A connection of one or several stations; every frame has address and password, broken ones no answer."""

    protocol = "sl651"

    def make_splitter(self) -> Splitter:
        self._joiner = sl651.Joiner()
        return sl651.Splitter()

    def hear(self, frame: bytes) -> None:
        part = sl651.decode(frame)
        known = self.identify(part.station, part.password)
        if part.down:  # an echo of our own
            return
        self.note_clock(known, utc_ms(sent_digits(part) or ""))
        whole = self._joiner.add(part, self.now)
        if part.body and part.function != Function.KEEP_ALIVE:
            self.turn.is_kept = True
        if whole and not self.is_repeated(known, frame):
            self._read(known, whole)
        for lost in self._joiner.expire(self.now):
            self._say(known, ask_again(lost.first, lost.packets[0], clock.now()))
        if whole:
            self._say(known, answer(whole, clock.now(), stay=bool(known.parameters.get("stays"))))

    def _read(self, known: Known, message: Frame) -> None:
        if message.function == Function.TEST:  # by the standard no data
            return
        for reading in readings(message):
            self.observe(known, reading.code, reading.at_ms, reading.value)

    def _say(self, known: Known, message: Frame | None) -> None:
        if message and known.parameters.get("mode") != Mode.M1.name:
            self.turn.answers.append(sl651.encode(message))
