"""A vehicle terminal (JT/T 808): registers, proves itself, reports where it is while it drives."""

from typing import Any

from anning.demo.devices.client import Client, NotAnswered, as_moment
from anning.demo.signals import Fix
from anning.kernel.frames import Splitter
from anning.protocols import jt808
from anning.protocols.jt808 import Frame, Position, write_body
from anning.protocols.jt808.positions import ALARMS, STATUS

REGISTER, AUTHENTICATE, POSITION = 0x0100, 0x0102, 0x0200
ANSWER, REGISTERED = 0x8001, 0x8100
PARKED_MS = 4 * 60_000  # between two reports of a vehicle that stands
MILEAGE = 0x01
TIANJIN, DISTRICT = 12, 117


class Vehicle(Client):
    """A terminal of the header of 2013, or of 2019 where its parameters say so."""

    def make_splitter(self) -> Splitter:
        return jt808.Splitter()

    def decode(self, frame: bytes) -> Frame:
        return jt808.decode(frame)

    def next_due(self, due_ms: int) -> int:
        return due_ms + (self.period_ms if self._fix(due_ms).is_running else PARKED_MS)

    async def greet(self) -> None:
        code = self.unit.key
        if not code:
            facts = {"province": TIANJIN, "city": DISTRICT, "maker": "YANSH", "model": "YX-1", "color": 2}
            facts |= {name: str(self.unit.parameters.get(name, "")) for name in ("terminal", "plate")}
            said = await self._say(REGISTER, facts, REGISTERED)
            if said["result"]:
                raise NotAnswered("终端注册未通过")
            code = said["auth"]
        if (await self._say(AUTHENTICATE, {"auth": code, "imei": "", "sw": ""}, ANSWER))["result"]:
            raise NotAnswered("终端鉴权未通过")

    async def report(self, at_ms: int) -> None:
        body = jt808.write_position(_position(self._fix(at_ms), at_ms))
        if (await self._send(POSITION, body, ANSWER))["result"] not in (0, 4):
            raise NotAnswered("位置未被接受")

    def _fix(self, at_ms: int) -> Fix:
        assert self.unit.track is not None, "a vehicle has a road"
        return self.unit.track.at(at_ms)

    async def _say(self, message: int, values: dict[str, Any], wanted: int) -> dict[str, Any]:
        return await self._send(message, write_body(message, values, versioned=self._version is not None), wanted)

    async def _send(self, message: int, body: bytes, wanted: int) -> dict[str, Any]:
        serial = self.next_serial()
        frame = Frame(message, self.unit.identity, serial, body, self._version)

        def answers(said: Frame) -> bool:
            return said.id == wanted and (jt808.read_body(said) or {}).get("reply_seq") == serial

        said = await self.ask(jt808.encode(frame), answers)
        return jt808.read_body(said) or {}

    @property
    def _version(self) -> int | None:
        return 1 if self.unit.parameters.get("version") == 2019 else None


def _position(fix: Fix, at_ms: int) -> Position:
    alarm = _word(ALARMS, overspeed=fix.is_speeding, fatigue=fix.is_tired)
    status = _word(STATUS, acc=fix.is_running, fixed=True, gps=True, beidou=True)
    return Position(
        alarm,
        status,
        round(fix.latitude * 1e6),
        round(fix.longitude * 1e6),
        3,
        round(fix.speed * 10),
        fix.heading,
        f"{as_moment(at_ms):%y%m%d%H%M%S}",
        ((MILEAGE, round(fix.mileage_km * 10).to_bytes(4)),),
    )


def _word(names: tuple[str, ...], **bits: bool) -> int:
    return sum(1 << names.index(name) for name, stands in bits.items() if stands)
