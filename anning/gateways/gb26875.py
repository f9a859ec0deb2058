"""The door of fire transmission devices (GB/T 26875.3): uploads are confirmed when durable, broken frames denied."""

from collections.abc import Iterator
from enum import IntFlag
from typing import Any

from anning.gateways.session import Refused, Session
from anning.kernel import clock
from anning.kernel.frames import BadFrame, Splitter
from anning.monitoring.selectors import Known
from anning.protocols import gb26875
from anning.protocols.gb26875 import Command, Frame
from anning.protocols.gb26875.items import Analogue, ComponentStatus, DeviceStatus, Item, SystemStatus
from anning.protocols.gb26875.vocabulary import ComponentState, DeviceState, SystemState

PROFILES = {"fscn8001": gb26875.FSCN8001, "standard": gb26875.STANDARD}


def bits(states: type[IntFlag]) -> tuple[tuple[int, str], ...]:
    """Return mask and channel suffix of every bit."""
    return tuple((int(state), f"/{(state.name or '').lower()}") for state in states)


SYSTEM, COMPONENT, DEVICE = bits(SystemState), bits(ComponentState), bits(DeviceState)


class Gb26875Session(Session):
    """A connection of one or several transmission devices; every frame carries its sender's address."""

    protocol = "gb26875"
    _serial = 0

    def make_splitter(self) -> Splitter:
        return gb26875.Splitter()

    def bad_frame(self, frame: bytes, error: BadFrame) -> bytes:
        denial = gb26875.refuse(frame, clock.now())
        return gb26875.encode(denial) if denial else b""

    def hear(self, frame: bytes) -> None:
        message = gb26875.decode(frame)
        if message.command in (Command.CONFIRM, Command.DENY):  # of what we have asked or ordered
            return
        denial = gb26875.encode(gb26875.deny(message, clock.now()))
        known = self.identify(message.source.hex(), answer=denial)
        if message.command not in (Command.SEND, Command.ANSWER):
            raise Refused("command", identity=known.identity, answer=denial)
        sets_clock = self.note_clock(known, gb26875.utc_ms(message.time, self._profile(known)))
        if message.body and not self.is_repeated(known, frame):
            self._read(known, message, denial)
        if message.command == Command.SEND:
            self.turn.answers.append(gb26875.encode(gb26875.confirm(message, clock.now())))
        if sets_clock:
            self._set_clock(message)

    def _read(self, known: Known, message: Frame, denial: bytes) -> None:
        profile = self._profile(known)
        try:
            adu = gb26875.read_adu(message.body, profile)
        except BadFrame as error:
            raise Refused(error.code, identity=known.identity, answer=denial) from None
        self.turn.is_kept = True
        for item in adu.objects:
            tag = getattr(item, "time", b"")
            at_ms = gb26875.utc_ms(tag, profile) if tag else None
            self.observe_all(known, at_ms, dict(_values(item)))

    def _set_clock(self, message: Frame) -> None:
        self._serial = (self._serial + 1) & 0xFFFF
        now = clock.now()
        order = gb26875.control(message.source, self._serial, now, gb26875.set_clock(now))
        self.turn.answers.append(gb26875.encode(order))

    @staticmethod
    def _profile(known: Known) -> gb26875.Profile:
        return PROFILES.get(str(known.parameters.get("profile")), gb26875.TOLERANT)


def _values(item: Item) -> Iterator[tuple[str, float]]:
    """Yield channel and value of everything an object says."""
    match item:
        case ComponentStatus():
            place = f"{item.sys}.{item.sysaddr}.{item.caddr.hex()}"
            yield from _states(place, item.status, COMPONENT)
        case Analogue(value=value):
            place = f"{item.sys}.{item.sysaddr}.{item.caddr.hex()}"
            yield f"{place}/{item.analog}", float(item.raw if value is None else value)
        case SystemStatus():
            yield from _states(f"{item.sys}.{item.sysaddr}", item.status, SYSTEM)
        case DeviceStatus():
            yield from _states("device", item.status, DEVICE)


def _states(place: str, status: int, names: Any) -> Iterator[tuple[str, float]]:
    for mask, name in names:
        yield place + name, 1.0 if status & mask else 0.0
