"""The own MQTT listener for small sites: 3.1.1, devices publish telemetry, and are answered when it is durable."""

from django.conf import settings

from anning.gateways.directory import holds
from anning.gateways.session import Refused, Session, Turn
from anning.gateways.telemetry import hear_telemetry
from anning.kernel.frames import BadFrame, Splitter
from anning.monitoring.selectors import Known
from anning.protocols import mqtt
from anning.protocols.mqtt import Ack, Connack, Connect, Disconnect, Publish, Suback, Subscribe, Unsubscribe
from anning.protocols.mqtt.packets import SUBSCRIPTION_FAILED, Refusal, Type
from anning.protocols.telemetry import ME

PATIENCE = 1.5  # keep-alive intervals
# What a device may listen to: commands to itself, and nothing else.
OWN_TOPICS = (f"{ME}rpc/request/", f"{ME}rpc/response/", f"{ME}attributes")


class MqttSession(Session):
    """A connection of one client; its access token is the user name, or its name and key are user and password."""

    protocol = "mqtt"
    _connect: Connect | None = None

    def make_splitter(self) -> Splitter:
        return mqtt.Splitter()

    def hear(self, frame: bytes) -> None:
        packet = mqtt.decode(frame)
        if self._connect is None:
            if not isinstance(packet, Connect):
                raise Refused("not_connected", closes=True)
            self._welcome(packet)
            return
        known = self.admit(self.known, self.known.identity if self.known else "")
        match packet:
            case Publish():
                self._publish(known, packet)
            case mqtt.PingRequest():
                self.turn.answers.append(mqtt.encode(mqtt.PingResponse()))
            case Subscribe():
                codes = tuple(min(qos, 1) if _is_own(topic) else SUBSCRIPTION_FAILED for topic, qos in packet.filters)
                self.turn.answers.append(mqtt.encode(Suback(packet.packet, codes)))
            case Unsubscribe():
                self.turn.answers.append(mqtt.encode(Ack(Type.UNSUBACK, packet.packet)))
            case Ack(Type.PUBREL, number):
                self.turn.answers.append(mqtt.encode(Ack(Type.PUBCOMP, number)))
            case Ack():
                pass  # of commands that we have sent
            case Disconnect():
                self._connect = Connect("")  # without its will
                self.turn.closes = True
            case _:
                raise Refused("packet", identity=known.identity, closes=True)

    def bad_frame(self, frame: bytes, error: BadFrame) -> bytes:
        self.turn.closes = True  # 4.8: a malformed packet ends the connection
        return b""

    def end(self) -> Turn | None:
        connect, self._connect = self._connect, None
        if connect is None or self.known is None:
            return None
        if self.desk.clients.get(connect.client or self.known.identity) is self:
            del self.desk.clients[connect.client or self.known.identity]
        if connect.will is None:
            return None
        self.turn, self.now = Turn(), self.desk.clock()
        try:
            hear_telemetry(self, self.known, connect.will.topic, connect.will.payload)
        except (BadFrame, Refused):
            self.refuse("will")
        return self.turn

    def _welcome(self, packet: Connect) -> None:
        if packet.level != 4:
            raise Refused("version", answer=mqtt.encode(Connack(Refusal.PROTOCOL_VERSION)), closes=True)
        known = self._prove(packet)
        client = packet.client or known.identity
        if client not in self.desk.clients and len(self.desk.clients) >= settings.MQTT_CLIENTS:
            full = mqtt.encode(Connack(Refusal.UNAVAILABLE))
            raise Refused("too_many", identity=known.identity, answer=full, closes=True)
        if earlier := self.desk.clients.get(client):
            if earlier.known is None or earlier.known.pk != known.pk:
                taken = mqtt.encode(Connack(Refusal.CLIENT_REJECTED))
                raise Refused("client_taken", identity=known.identity, answer=taken, closes=True)
            earlier.hang_up()
        self.desk.clients[client] = self
        self._connect = packet
        if packet.keep_alive:
            self.idle_s = packet.keep_alive * PATIENCE
        self.turn.answers.append(mqtt.encode(Connack()))

    def _prove(self, packet: Connect) -> Known:
        """Return the device that connects. Raises Refused."""
        refused = mqtt.encode(Connack(Refusal.BAD_CREDENTIALS))
        user, password = packet.user or "", (packet.password or b"").decode(errors="replace")
        known = self.desk.directory.by_key(self.protocol, user) if user else None
        if known is None and user and password:
            known = self.desk.directory.find(self.protocol, user)
            if known and not holds(known, password):
                raise Refused("key", identity=user, answer=refused, closes=True)
        try:
            return self.admit(known, packet.client or "")
        except Refused as error:
            raise Refused(error.reason, identity=error.identity, answer=refused, closes=True) from None

    def _publish(self, known: Known, packet: Publish) -> None:
        try:
            hear_telemetry(self, known, packet.topic, packet.payload)
        except (BadFrame, Refused) as error:  # acknowledged and counted: it would come again and again otherwise
            self.refuse(error.code if isinstance(error, BadFrame) else error.reason)
        if packet.qos:
            type_ = Type.PUBACK if packet.qos == 1 else Type.PUBREC
            self.turn.answers.append(mqtt.encode(Ack(type_, packet.packet)))


def _is_own(topic: str) -> bool:
    return any(topic.startswith(own) for own in OWN_TOPICS)
