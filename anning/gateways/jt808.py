"""The door of vehicle terminals (JT/T 808): registration, authentication, positions live and filled in later."""

from collections.abc import Iterator

from anning.gateways.directory import holds
from anning.gateways.session import Refused, Session
from anning.kernel import clock
from anning.kernel.frames import BadFrame, Splitter
from anning.monitoring.selectors import Known
from anning.protocols import jt808
from anning.protocols.jt808 import Frame, Position
from anning.protocols.jt808.answers import (
    Registered,
    Result,
    acknowledge,
    answer,
    answer_registration,
    ask_again,
)
from anning.protocols.jt808.positions import ALARMS, STATUS
from anning.vault.cipher import blind_index

REGISTER, AUTHENTICATE, LOG_OUT = 0x0100, 0x0102, 0x0003
POSITION, BATCH = 0x0200, 0x0704
ANSWERED = {0x0201, 0x0500}  # positions that were asked for, behind the serial of the question


class Jt808Session(Session):
    """A connection of one terminal: nothing is taken from it before it has proven who it is."""

    protocol = "jt808"
    _serial = 0

    def make_splitter(self) -> Splitter:
        self._joiner = jt808.Joiner()
        self._proven = ""  # identity
        return jt808.Splitter()

    def hear(self, frame: bytes) -> None:
        part = jt808.decode(frame)
        identity = part.phone.lstrip("0")
        if part.id == REGISTER:
            self._register(part, identity)
            return
        if part.id == AUTHENTICATE:
            self._authenticate(part, identity)
        elif identity != self._proven:
            failed = self._encode(acknowledge(part, self._next(), Result.FAILED))
            raise Refused("not_authenticated", identity=identity, answer=failed)
        known = self.identify(identity)
        if not self.is_repeated(known, frame):
            whole = self._joiner.add(part, self.now)
            self._read(known, whole, part)
        for lost in self._joiner.expire(self.now):
            self._say(ask_again(lost, self._next()))
        self._say(answer(part, self._next(), clock.now()))
        self.turn.closes = part.id == LOG_OUT

    def _register(self, message: Frame, identity: str) -> None:
        facts = jt808.read_body(message) or {}
        unknown = self._encode(answer_registration(message, self._next(), Registered.NO_TERMINAL))
        known = self.identify(identity, answer=unknown)
        wanted = {key: known.parameters[key] for key in ("terminal", "plate") if key in known.parameters}
        if any(str(facts.get(key)) != str(value) for key, value in wanted.items()) or not _may_register(known):
            raise Refused("registration", identity=identity, answer=unknown)
        self._say(answer_registration(message, self._next(), Registered.OK, code_of(known)))

    def _authenticate(self, message: Frame, identity: str) -> None:
        failed = self._encode(acknowledge(message, self._next(), Result.FAILED))
        code = str((jt808.read_body(message) or {}).get("auth", ""))
        known = self.identify(identity, answer=failed)
        is_issued = _may_register(known) and code == code_of(known)
        if not is_issued and not holds(known, code):
            raise Refused("key", identity=identity, answer=failed, closes=True)
        self._proven = identity

    def _read(self, known: Known, message: Frame | None, part: Frame) -> None:
        if message is None:  # a packet of a message that is not whole yet
            self.turn.is_kept = True
            return
        try:
            positions = list(_positions(message))
        except BadFrame as error:
            wrong = self._encode(acknowledge(part, self._next(), Result.WRONG))
            raise Refused(error.code, identity=known.identity, answer=wrong) from None
        if positions:
            self.turn.is_kept = True
        if message.id == POSITION:
            self.note_clock(known, positions[0].at_ms)
        for position in positions:
            self.observe_all(known, position.at_ms, dict(_values(position)))

    def _say(self, message: Frame | None) -> None:
        if message:
            self.turn.answers.append(self._encode(message))

    @staticmethod
    def _encode(message: Frame) -> bytes:
        return jt808.encode(message)

    def _next(self) -> int:
        self._serial = (self._serial + 1) & 0xFFFF
        return self._serial


def code_of(known: Known) -> str:
    """Return the authentication code that registration gives to a terminal."""
    return blind_index(f"jt808 {known.identity}")[:16]


def _may_register(known: Known) -> bool:
    """Whether a registration proves anything: a terminal with a key of its own must name itself besides."""
    return not known.keys or "terminal" in known.parameters or "plate" in known.parameters


def _positions(message: Frame) -> Iterator[Position]:
    if message.id == POSITION:
        yield jt808.read_position(message.body)
    elif message.id in ANSWERED:
        yield jt808.read_position(message.body[2:])
    elif message.id == BATCH:
        yield from jt808.read_batch(message.body)[1]


def _values(position: Position) -> Iterator[tuple[str, float]]:
    """Yield channel and value of everything a position says."""
    if position.fixed:
        yield "latitude", position.lat
        yield "longitude", position.lon
    yield "speed", position.speed / 10
    yield "direction", float(position.direction)
    yield "altitude", float(position.altitude)
    for prefix, word, names in (("alarm/", position.alarm, ALARMS), ("status/", position.status, STATUS)):
        for bit, name in enumerate(names):
            yield prefix + name, float(word >> bit & 1)
    for name, value in jt808.describe(position).items():
        if isinstance(value, int | float):
            yield name, float(value)
