"""A device of JSON telemetry over MQTT (3.1.1, QoS 1), alone or as the gateway of others."""

import json
from collections.abc import Sequence

from anning.demo.devices.client import Client, NotAnswered, Stage
from anning.demo.devices.units import Unit
from anning.kernel.frames import Splitter
from anning.protocols import mqtt
from anning.protocols.mqtt import Ack, Connack, Connect, Packet, Publish
from anning.protocols.mqtt.packets import Type
from anning.protocols.telemetry import GATEWAY, ME

KEEP_ALIVE_S = 600


class Publisher(Client):
    """Publishes its own values; those of the devices ``behind`` it under their names."""

    def __init__(self, unit: Unit, stage: Stage, behind: tuple[Unit, ...] = ()) -> None:
        super().__init__(unit, stage)
        self.behind = behind

    def make_splitter(self) -> Splitter:
        return mqtt.Splitter()

    def decode(self, frame: bytes) -> Packet:
        return mqtt.decode(frame)

    async def greet(self) -> None:
        hello = Connect(self.unit.identity, keep_alive=KEEP_ALIVE_S, user=self.unit.key)
        said = await self.ask(mqtt.encode(hello), lambda packet: isinstance(packet, Connack))
        if said.code:
            raise NotAnswered("MQTT 登录未通过")

    async def report(self, at_ms: int) -> None:
        if self.unit.spots:
            await self._publish(f"{ME}telemetry", readings_of(self.unit, at_ms, self.leak_ms()))
        if told := {each.identity: [readings_of(each, at_ms, self.leak_ms())] for each in self.behind}:
            await self._publish(f"{GATEWAY}telemetry", told)

    async def report_all(self, moments_ms: Sequence[int]) -> None:
        if len(moments_ms) == 1 or self.behind:
            await super().report_all(moments_ms)
        else:
            await self._publish(f"{ME}telemetry", [readings_of(self.unit, at_ms, None) for at_ms in moments_ms])

    async def _publish(self, topic: str, told: object) -> None:
        serial = self.next_serial()
        packet = Publish(topic, json.dumps(told, separators=(",", ":")).encode(), 1, serial)
        await self.ask(mqtt.encode(packet), lambda said: said == Ack(Type.PUBACK, serial))


def readings_of(unit: Unit, at_ms: int, leak_ms: int | None) -> dict[str, object]:
    """Return the values as ThingsBoard's devices say them; null where a sensor says nothing."""
    said = unit.read(at_ms, leak_ms)
    return {
        "ts": at_ms,
        "values": {channel: None if quality == 4 else value for channel, (value, quality) in said.items()},
    }
