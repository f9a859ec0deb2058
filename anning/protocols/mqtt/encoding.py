"""Packets to bytes."""

from anning.protocols.mqtt.packets import (
    Ack,
    Connack,
    Connect,
    Disconnect,
    Packet,
    PingRequest,
    Publish,
    Suback,
    Subscribe,
    Type,
    Unsubscribe,
)

NAME = b"\x00\x04MQTT"
FLAGS = {Type.PUBREL: 2}
BARE: dict[type, Type] = {PingRequest: Type.PINGREQ, Disconnect: Type.DISCONNECT}


def encode(packet: Packet) -> bytes:
    """Return the bytes of ``packet``."""
    if isinstance(packet, Ack):
        return bytes((packet.type << 4 | FLAGS.get(packet.type, 0), 2)) + packet.packet.to_bytes(2)
    if isinstance(packet, Publish):
        return _publish(packet)
    first, body = _parts(packet)
    return _packet(first, body)


def _parts(packet: Packet) -> tuple[int, bytes]:
    """Return first byte and body."""
    first, body = BARE.get(type(packet), Type.PINGRESP) << 4, b""
    match packet:
        case Connect():
            first, body = Type.CONNECT << 4, _connect(packet)
        case Connack():
            first, body = Type.CONNACK << 4, bytes((packet.session_present, packet.code))
        case Subscribe():
            filters = b"".join(_text(text) + bytes((qos,)) for text, qos in packet.filters)
            first, body = Type.SUBSCRIBE << 4 | 2, packet.packet.to_bytes(2) + filters
        case Suback():
            first, body = Type.SUBACK << 4, packet.packet.to_bytes(2) + bytes(packet.codes)
        case Unsubscribe():
            filters = b"".join(map(_text, packet.filters))
            first, body = Type.UNSUBSCRIBE << 4 | 2, packet.packet.to_bytes(2) + filters
    return first, body


def _publish(packet: Publish) -> bytes:
    first = Type.PUBLISH << 4 | packet.duplicate << 3 | packet.qos << 1 | packet.retain
    number = packet.packet.to_bytes(2) if packet.qos else b""
    return _packet(first, _text(packet.topic) + number + packet.payload)


def _connect(packet: Connect) -> bytes:
    will = packet.will
    flags = (
        packet.clean << 1
        | (will is not None) << 2
        | (will.qos << 3 | will.retain << 5 if will else 0)
        | (packet.password is not None) << 6
        | (packet.user is not None) << 7
    )
    body = NAME + bytes((packet.level, flags)) + packet.keep_alive.to_bytes(2) + _text(packet.client)
    if will:
        body += _text(will.topic) + _data(will.payload)
    if packet.user is not None:
        body += _text(packet.user)
    if packet.password is not None:
        body += _data(packet.password)
    return body


def _packet(first: int, body: bytes) -> bytes:
    length, left = bytearray(), len(body)
    while left > 0x7F:
        length.append(left & 0x7F | 0x80)
        left >>= 7
    length.append(left)
    return bytes((first, *length)) + body


def _text(text: str) -> bytes:
    return _data(text.encode())


def _data(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data
