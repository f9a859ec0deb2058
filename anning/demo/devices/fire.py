"""A fire transmission device (GB/T 26875.3): values by the minute, states when they change."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from anning.demo.devices.client import Client, NotAnswered, as_moment
from anning.kernel.frames import Splitter
from anning.protocols import gb26875
from anning.protocols.gb26875 import Command, Frame
from anning.protocols.gb26875.items import Analogue, ComponentStatus, DeviceStatus, Item, SystemStatus
from anning.protocols.gb26875.vocabulary import ANALOGUES, ComponentState, DeviceState, SystemState

ALL_EVERY_MS = 10 * 60_000  # states that have not changed are said again
TOGETHER = 8  # objects of one frame
TYPES = {"fire": 42, "fire_door": 102, "hydrant_pressure": 91, "fire_water_level": 92}  # of components, by kind
TYPES |= {"residual_current": 17, "cable_temperature": 18}
TEXT_SIZE = 31


class FireUnit(Client):
    """Its channels are written as the door names them: ``1.1.01000200/fire``, ``11.0.01000200/5``, ``device/fault``."""

    period_ms = 30_000

    def make_splitter(self) -> Splitter:
        self._told: dict[str, int] = {}  # place → status
        self._told_ms = 0
        return gb26875.Splitter()

    def decode(self, frame: bytes) -> Frame:
        return gb26875.decode(frame)

    async def report(self, at_ms: int) -> None:
        values, states = self._measured(at_ms)
        if at_ms - self._told_ms >= ALL_EVERY_MS:
            self._told.clear()
            self._told_ms = at_ms
        changed = {place: status for place, status in states.items() if self._told.get(place) != status}
        units = [gb26875.adu_of(3, *some) for some in _together(values)]
        by_type: dict[int, list[Item]] = defaultdict(list)
        for place, status in changed.items():
            type_, item = self._state(place, status, at_ms)
            by_type[type_].append(item)
        units += [gb26875.adu_of(type_, *some) for type_, items in by_type.items() for some in _together(items)]
        for adu in units:
            await self._send(adu, at_ms)
        if not units:  # a heartbeat
            await self._send(None, at_ms)
        self._told |= changed

    async def _send(self, adu: gb26875.Adu | None, at_ms: int) -> None:
        serial = self.next_serial()
        frame = gb26875.send(bytes.fromhex(self.unit.identity), serial, as_moment(at_ms), adu)
        said: Frame = await self.ask(gb26875.encode(frame), lambda answer: answer.serial == serial)
        if said.command != Command.CONFIRM:
            raise NotAnswered("消防平台否认")

    def _measured(self, at_ms: int) -> tuple[list[Analogue], dict[str, int]]:
        """Return the analogue values, and the status of each place."""
        values: list[Analogue] = []
        states: dict[str, int] = {}
        tag = gb26875.tag_of(as_moment(at_ms))
        for channel, (value, quality) in self.unit.read(at_ms).items():
            place, _, what = channel.rpartition("/")
            if not what.isdigit():
                states[place] = states.get(place, 1) | _bit(place, what, value)
            elif quality == 0:
                sys, address, component = place.split(".")
                steps = ANALOGUES[int(what)].steps_per_unit if int(what) in ANALOGUES else 1
                type_ = TYPES.get(self.unit.spots[channel].kind, 0)
                raw = max(-32768, min(32767, round(value * steps)))
                values.append(Analogue(int(sys), int(address), type_, bytes.fromhex(component), int(what), raw, tag))
        return values, states

    def _state(self, place: str, status: int, at_ms: int) -> tuple[int, Item]:
        """Return type and object that say a status."""
        tag = gb26875.tag_of(as_moment(at_ms))
        if place == "device":
            return 21, DeviceStatus(status, tag)
        sys, address, *component = place.split(".")
        if not component:
            return 1, SystemStatus(int(sys), int(address), status, tag)
        kind = next(spot.kind for channel, spot in self.unit.spots.items() if channel.startswith(place + "/"))
        text = bytes(TEXT_SIZE)
        code = bytes.fromhex(component[0])
        return 2, ComponentStatus(int(sys), int(address), TYPES.get(kind, 0), code, status, text, tag)


def _together(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield so many objects as one frame takes."""
    return (items[at : at + TOGETHER] for at in range(0, len(items), TOGETHER))


def _bit(place: str, name: str, value: float) -> int:
    """Return the bit of a state when it stands; being normal is the rule, not said apart."""
    states = DeviceState if place == "device" else SystemState if place.count(".") == 1 else ComponentState
    return int(states[name.upper()]) if value and name != "normal" else 0
