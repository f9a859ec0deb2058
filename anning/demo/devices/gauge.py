"""A hydrological station (SL 651, HEX, mode M2): every five minutes what its elements say."""

from anning.demo.devices.client import Client, as_moment
from anning.kernel.frames import Splitter
from anning.protocols import sl651
from anning.protocols.sl651 import KINDS, Element, Frame, Function
from anning.protocols.sl651.elements import RAINS, STATION, TIME, write_elements

SLOT_MS = 300_000
RIVER, RAIN = "H", "P"  # classes of stations


class Gauge(Client):
    """Its channels are codes of elements: ``39`` the stage, ``F4`` or ``22`` the rain of five minutes."""

    period_ms = SLOT_MS

    def make_splitter(self) -> Splitter:
        return sl651.Splitter()

    def decode(self, frame: bytes) -> Frame:
        return sl651.decode(frame)

    def next_due(self, due_ms: int) -> int:
        """Five minutes end for all at once; each station is a few seconds late in its own way."""
        return (due_ms // SLOT_MS + 1) * SLOT_MS + 2_000 + self.unit.seed % 20_000

    async def report(self, at_ms: int) -> None:
        serial, at = self.next_serial(), as_moment(at_ms)
        head = serial.to_bytes(2) + bytes.fromhex(f"{at:%y%m%d%H%M%S}")
        class_ = RIVER if any(spot.kind.startswith("river") for spot in self.unit.spots.values()) else RAIN
        slot = as_moment(at_ms // SLOT_MS * SLOT_MS) if RAINS in self.unit.spots else at
        elements = [Element(STATION, self.unit.identity, class_), Element(TIME, f"{slot:%y%m%d%H%M}")]
        for channel, (value, quality) in self.unit.read(at_ms).items():
            if channel == RAINS:
                elements.append(Element(RAINS, [None if quality else value]))
            elif channel in KINDS:
                said = None if quality else f"{value:.{KINDS[channel].decimals}f}"
                elements.append(Element(channel, said))
        frame = Frame(
            self.unit.identity, Function.TIMED, head + write_elements(elements), password=self.unit.key or "0000"
        )
        await self.ask(sl651.encode(frame), lambda answer: answer.down and sl651.serial_of(answer) == serial)
