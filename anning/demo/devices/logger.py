"""A data logger (HJ 212): real-time data twice a minute, answered by 9014."""

from anning.demo.devices.client import Client, as_moment
from anning.kernel.frames import Splitter
from anning.protocols import hj212
from anning.protocols.hj212 import Frame

MARKS = {0: "N", 3: "C"}  # by quality; what says nothing has a broken line
BROKEN = "B"
FIGURE = "Rtd"


class Logger(Client):
    """Its channels are codes of what is measured, with or without their figure: ``a21026-Rtd``, ``a21026``."""

    def make_splitter(self) -> Splitter:
        return hj212.Splitter()

    def decode(self, frame: bytes) -> Frame:
        return hj212.decode(frame)

    async def report(self, at_ms: int) -> None:
        at = as_moment(at_ms)
        items = [{"DataTime": hj212.stamp(at)}]
        for channel, (value, quality) in self.unit.read(at_ms, self.leak_ms()).items():
            code = channel.partition("-")[0]
            mark = MARKS.get(quality, BROKEN)
            items.append({f"{code}-{FIGURE}": f"{0 if mark == BROKEN else value:g}", f"{code}-Flag": mark})
        header = {"ST": str(self.unit.parameters.get("ST", "31")), "PW": self.unit.key, "MN": self.unit.identity}
        for packet in hj212.split(hj212.report(header, "2011", at, items)):
            await self._send(packet)

    async def _send(self, packet: Frame) -> None:
        number = packet.header["QN"]
        await self.ask(hj212.encode(packet), lambda answer: answer.cn == "9014" and answer.header.get("QN") == number)
