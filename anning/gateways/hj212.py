"""The door of environmental data loggers (HJ 212): uploads that ask for it are answered when they are durable."""

from anning.gateways.session import Refused, Session
from anning.kernel import clock
from anning.kernel.frames import Splitter
from anning.monitoring.observations import Quality
from anning.monitoring.selectors import Known
from anning.protocols import hj212
from anning.protocols.hj212 import Frame, Reading

QUALITIES = {
    "": Quality.GOOD,
    "N": Quality.GOOD,
    "F": Quality.UNCERTAIN,
    "M": Quality.MAINTENANCE,
    "S": Quality.MAINTENANCE,
    "C": Quality.MAINTENANCE,
}  # D, T, B and whatever is not known: FAULT
SHORT = ("Rtd", "Avg")  # figures that a channel without one stands for, the first that the message has
REAL_TIME = "2011"


class Hj212Session(Session):
    """A connection of one or several loggers; every packet carries MN and password. Broken packets get no answer."""

    protocol = "hj212"

    def make_splitter(self) -> Splitter:
        self._joiner = hj212.Joiner()
        return hj212.Splitter()

    def hear(self, frame: bytes) -> None:
        packet = hj212.decode(frame)
        known = self.identify(packet.mn, packet.header.get("PW", ""))
        sets_clock = self.note_clock(known, hj212.utc_ms(packet.header.get("QN", "")))
        if not self.is_repeated(known, frame):
            self._read(known, packet)
        if answer := hj212.owed(packet):
            self.turn.answers.append(hj212.encode(answer))
        if sets_clock:
            self.turn.answers.append(hj212.encode(hj212.set_time(packet, clock.now())))

    def _read(self, known: Known, packet: Frame) -> None:
        whole = self._joiner.join(packet, self.now)
        if packet.items:
            self.turn.is_kept = True
        if whole is None:  # a packet of a message that is not whole yet
            return
        found = hj212.readings(whole)
        is_real_time = whole.cn == REAL_TIME
        short: dict[str, Reading] = {}
        for reading in found:
            self._observe(known, reading.channel, reading, is_real_time)
            if reading.figure in SHORT and reading.code in known.points:
                held = short.get(reading.code)
                if held is None or SHORT.index(reading.figure) < SHORT.index(held.figure):
                    short[reading.code] = reading
        for code, reading in short.items():
            self._observe(known, code, reading, is_real_time)

    def _observe(self, known: Known, channel: str, reading: Reading, is_real_time: bool) -> None:
        if reading.at_ms is None and not is_real_time:
            raise Refused("time", identity=known.identity)  # filled in later, but for when?
        quality = QUALITIES.get(reading.mark, Quality.FAULT)
        self.observe(known, channel, reading.at_ms, reading.value, quality)
