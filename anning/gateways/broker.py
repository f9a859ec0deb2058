"""A client of an outside MQTT broker (mosquitto): hears the devices' topics and acknowledges what is durable.

ANNING_MQTT_BROKER = mqtt://user:password@host:1883 or mqtts://…; the broker says who may publish where. With QoS 1
and a session that outlives us, the broker keeps what we have not acknowledged.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as paho
from django.conf import settings
from paho.mqtt.enums import CallbackAPIVersion

from anning.gateways.house import House
from anning.gateways.session import Refused, Session, Turn
from anning.gateways.telemetry import observe
from anning.kernel.frames import BadFrame, Splitter
from anning.monitoring.intake import NotStored
from anning.monitoring.rawframes import pack
from anning.protocols import mqtt, telemetry

log = logging.getLogger(__name__)

CLIENT = "anning"
TOGETHER = 1_000  # messages that are settled at once
MOST_WAITING = 20_000
PROTOCOL = "mqtt"


class BrokerSession(Session):
    """Hears messages that the broker has let through; the topic names the device."""

    protocol = PROTOCOL

    def make_splitter(self) -> Splitter:
        return mqtt.Splitter()

    def hear(self, frame: bytes) -> None:
        """Not used: whole messages come from the client."""
        raise Refused("packet")

    def begin(self) -> Turn:
        """Begin a turn of several messages."""
        self.turn, self.now = Turn(), self.desk.clock()
        return self.turn

    def message(self, topic: str, payload: bytes) -> None:
        """Hear one message. A device's own topics carry its name behind the prefix: ``devices/<name>/telemetry``."""
        try:
            match topic.split("/"):
                case ["devices", name, "telemetry" | "attributes"]:
                    observe(self, self.identify(name), telemetry.decode_device(payload))
                case ["v1", "gateway", *_]:
                    self._of_gateway(payload)
                case _:
                    found = telemetry.decode(topic, payload)
                    for device, at_ms, numbers in found.sets:
                        self.observe_all(self.identify(device or ""), at_ms, numbers)
        except BadFrame as error:
            self.refuse(error.code)
        except Refused as error:
            self.refuse(error.reason, identity=error.identity)

    def _of_gateway(self, payload: bytes) -> None:
        for device, at_ms, numbers in telemetry.decode_gateway(payload).sets:
            self.observe_all(self.identify(device or ""), at_ms, numbers)


class Relay:
    """One connection to the broker, and the messages that wait to be stored."""

    def __init__(self, house: House, address: str) -> None:
        self.house = house
        self.session = BrokerSession(house.desk, "127.0.0.1")
        self.waiting: asyncio.Queue[paho.MQTTMessage] = asyncio.Queue()
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "localhost", parts.port or (8883 if parts.scheme == "mqtts" else 1883)
        self.client = paho.Client(CallbackAPIVersion.VERSION2, CLIENT, clean_session=False, manual_ack=True)
        self.client.username_pw_set(unquote(parts.username or "") or None, unquote(parts.password or "") or None)
        if parts.scheme == "mqtts":
            self.client.tls_set()
        self.client.on_connect = self._subscribe
        self.client.on_message = self._arrive
        self.client.max_inflight_messages_set(MOST_WAITING)
        self.client.reconnect_delay_set(1, 30)

    async def run(self) -> None:
        """Hear until cancelled."""
        self.loop = asyncio.get_running_loop()
        self.client.connect_async(self.host, self.port, keepalive=30)
        self.client.loop_start()
        try:
            while True:
                messages = [await self.waiting.get()]
                while len(messages) < TOGETHER and not self.waiting.empty():
                    messages.append(self.waiting.get_nowait())
                await self._settle(messages)
        finally:
            self.client.disconnect()
            await asyncio.to_thread(self.client.loop_stop)

    async def _settle(self, messages: list[paho.MQTTMessage]) -> None:
        """Have the messages stored, then acknowledge them; what is not stored comes again at the next connection."""
        turn = self.session.begin()
        raw = bytearray()
        for message in messages:
            self.session.message(message.topic, bytes(message.payload))
            raw += mqtt.encode(mqtt.Publish(message.topic, bytes(message.payload)))
        try:
            if turn.is_kept:
                await self.house.intake.accept(turn.rows, pack(0, bytes(raw)))
        except NotStored as error:
            self.session.refuse(f"not_stored_{error.reason}")
            with contextlib.suppress(OSError, ValueError):
                self.client.reconnect()
            return
        for known in turn.heard.values():
            self.house.ledger.see(known.pk, self.session.now, "")
        for message in messages:
            if message.qos:
                self.client.ack(message.mid, message.qos)

    # The client's own thread calls these.

    def _subscribe(self, client: paho.Client, *_facts: object) -> None:
        log.info("connected to the MQTT broker %s:%s", self.host, self.port)
        client.subscribe([(topic, 1) for topic in settings.MQTT_TOPICS])

    def _arrive(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if not message.retain:  # a retained value is not of now
            self._call(self.waiting.put_nowait, message)

    def _call(self, call: Callable[[paho.MQTTMessage], None], message: paho.MQTTMessage) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self.loop.call_soon_threadsafe(call, message)


async def relay(house: House) -> None:
    """Hear the broker of the settings; do nothing when there is none."""
    if settings.MQTT_BROKER:
        await Relay(house, settings.MQTT_BROKER).run()
