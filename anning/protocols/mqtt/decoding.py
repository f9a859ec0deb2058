"""Bytes of one packet to the packet. Strict where the standard says that the connection must be closed."""

from collections.abc import Callable

from anning.kernel.frames import BadFrame
from anning.protocols.mqtt.packets import (
    Ack,
    Connack,
    Connect,
    Disconnect,
    Packet,
    PingRequest,
    PingResponse,
    Publish,
    Suback,
    Subscribe,
    Type,
    Unsubscribe,
    Will,
)
from anning.protocols.mqtt.topics import is_filter, is_topic

NAMES = {b"MQTT", b"MQIsdp"}


def decode(data: bytes) -> Packet:
    """Return the one packet that ``data`` is. Raises BadFrame."""
    start = _start(data)
    first = data[0]
    if first >> 4 == Type.PUBLISH:
        return _publish(first & 0x0F, data, start)
    try:
        flags, read = READERS[Type(first >> 4)]
    except (ValueError, KeyError):
        raise BadFrame("type", f"packet type {first >> 4} is not in use") from None
    if first & 0x0F != flags:
        raise BadFrame("flags", f"packet type {first >> 4} with flags {first & 0x0F}")
    return read(Reader(data, start), Type(first >> 4))


class Reader:
    """Reads fields one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes. Raises BadFrame at the end."""
        upto = self.at + size
        if upto > len(self.data):
            raise BadFrame("truncated", "packet ends within a field")
        taken, self.at = self.data[self.at : upto], upto
        return taken

    def byte(self) -> int:
        """Return the next byte as a number."""
        return self.take(1)[0]

    def number(self) -> int:
        """Return the next two bytes as a number."""
        return int.from_bytes(self.take(2))

    def identifier(self) -> int:
        """Return the next packet identifier, which is never 0."""
        if not (number := self.number()):
            raise BadFrame("identifier", "packet identifier 0")
        return number

    def chunk(self) -> bytes:
        """Return the next bytes with their length before them."""
        return self.take(self.number())

    def text(self) -> str:
        """Return the next UTF-8 text."""
        return _text(self.chunk())

    def more(self) -> bool:
        """Whether bytes are left."""
        return self.at < len(self.data)

    def end(self) -> None:
        """Raise BadFrame when bytes are left."""
        if self.more():
            raise BadFrame("trailing", f"{len(self.data) - self.at} bytes too many")


def _start(data: bytes) -> int:
    """Return where the body begins. Raises BadFrame unless the remaining length is that of ``data``."""
    if len(data) > 1 and data[1] == len(data) - 2 < 0x80:  # short, as nearly all packets of devices are
        return 2
    length = shift = 0
    for position in range(1, min(5, len(data))):
        length |= (data[position] & 0x7F) << shift
        if data[position] < 0x80:
            if position + 1 + length != len(data):
                raise BadFrame("length", f"remaining length {length}, {len(data) - position - 1} bytes given")
            return position + 1
        shift += 7
    raise BadFrame("length", "no remaining length")


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadFrame("text", "text is not UTF-8") from None
    if "\0" in text:
        raise BadFrame("text", "text contains NUL")
    return text


def _publish(flags: int, data: bytes, start: int) -> Publish:
    qos = flags >> 1 & 3
    if qos == 3:
        raise BadFrame("qos", "QoS 3 does not exist")
    after = start + 2 + int.from_bytes(data[start : start + 2])
    number = 0
    body = after
    if qos:
        body += 2
        number = int.from_bytes(data[after:body])
        if body <= len(data) and not number:
            raise BadFrame("identifier", "packet identifier 0")
    if body > len(data) or len(data) < start + 2:
        raise BadFrame("truncated", "packet ends within a field")
    topic = _text(data[start + 2 : after])
    if not is_topic(topic):
        raise BadFrame("topic", f"topic name {topic[:80]!r} cannot be published to")
    return Publish(topic, data[body:], qos, number, bool(flags & 1), bool(flags & 8))


def _connect(reader: Reader, _type: Type) -> Connect:
    if (name := reader.chunk()) not in NAMES:
        raise BadFrame("protocol", f"protocol name {name[:16]!r}")
    level, flags = reader.byte(), reader.byte()
    if level not in {3, 4}:  # another level lays out the rest differently; the server answers with code 1
        return Connect("", level=level)
    if flags & 1 or flags >> 3 & 3 == 3 or (not flags & 4 and flags & 0x38) or (flags & 0x40 and not flags & 0x80):
        raise BadFrame("flags", f"connect flags {flags:08b}")
    keep_alive, client = reader.number(), reader.text()
    will = None
    if flags & 4:
        will = Will(reader.text(), reader.chunk(), flags >> 3 & 3, bool(flags & 0x20))
        if not is_topic(will.topic):
            raise BadFrame("topic", f"will topic {will.topic[:80]!r} cannot be published to")
    user = reader.text() if flags & 0x80 else None
    password = reader.chunk() if flags & 0x40 else None
    reader.end()
    return Connect(client, bool(flags & 2), keep_alive, user, password, will, level)


def _connack(reader: Reader, _type: Type) -> Connack:
    present, code = reader.byte(), reader.byte()
    reader.end()
    return Connack(code, bool(present & 1))


def _ack(reader: Reader, type_: Type) -> Ack:
    number = reader.identifier()
    reader.end()
    return Ack(type_, number)


def _filter(reader: Reader) -> str:
    if not is_filter(text := reader.text()):
        raise BadFrame("topic", f"topic filter {text[:80]!r}")
    return text


def _subscribe(reader: Reader, _type: Type) -> Subscribe:
    number, filters = reader.identifier(), []
    while reader.more():
        filters.append((_filter(reader), reader.byte()))
    if not filters or any(qos > 2 for _text, qos in filters):
        raise BadFrame("filters", "no topic filter, or a QoS that does not exist")
    return Subscribe(number, tuple(filters))


def _suback(reader: Reader, _type: Type) -> Suback:
    return Suback(reader.identifier(), tuple(reader.take(len(reader.data) - reader.at)))


def _unsubscribe(reader: Reader, _type: Type) -> Unsubscribe:
    number, filters = reader.identifier(), []
    while reader.more():
        filters.append(_filter(reader))
    if not filters:
        raise BadFrame("filters", "no topic filter")
    return Unsubscribe(number, tuple(filters))


def _bare(packet: Packet) -> Callable[[Reader, Type], Packet]:
    def read(reader: Reader, _type: Type) -> Packet:
        reader.end()
        return packet

    return read


READERS: dict[Type, tuple[int, Callable[[Reader, Type], Packet]]] = {
    Type.CONNECT: (0, _connect),
    Type.CONNACK: (0, _connack),
    Type.PUBACK: (0, _ack),
    Type.PUBREC: (0, _ack),
    Type.PUBREL: (2, _ack),
    Type.PUBCOMP: (0, _ack),
    Type.SUBSCRIBE: (2, _subscribe),
    Type.SUBACK: (0, _suback),
    Type.UNSUBSCRIBE: (2, _unsubscribe),
    Type.UNSUBACK: (0, _ack),
    Type.PINGREQ: (0, _bare(PingRequest())),
    Type.PINGRESP: (0, _bare(PingResponse())),
    Type.DISCONNECT: (0, _bare(Disconnect())),
}
