"""Packets as plain dictionaries, for the commands that decode and encode by hand; bytes are hex."""

from dataclasses import asdict
from typing import Any

from anning.kernel.frames import BadFrame
from anning.protocols.mqtt import packets
from anning.protocols.mqtt.packets import Ack, Packet, Publish, Type, Will

KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind
    for kind in (
        packets.Connect,
        packets.Connack,
        packets.Publish,
        packets.Subscribe,
        packets.Suback,
        packets.Unsubscribe,
        packets.PingRequest,
        packets.PingResponse,
        packets.Disconnect,
    )
}


def to_fields(packet: Packet) -> dict[str, Any]:
    """Return ``packet`` as a dictionary; ``type`` names it."""
    if isinstance(packet, Ack):
        return {"type": packet.type.name.lower(), "packet": packet.packet}
    facts = {key: _plain(value) for key, value in asdict(packet).items()}
    return {"type": type(packet).__name__.lower()} | facts


def from_fields(fields: dict[str, Any]) -> Packet:
    """Return the packet that ``to_fields`` described. Raises BadFrame."""
    facts = dict(fields)
    name = str(facts.pop("type", ""))
    try:
        if name in KINDS:
            return _build(KINDS[name], facts)
        return Ack(Type[name.upper()], int(facts["packet"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadFrame("fields", f"fields of {name or 'no type'!r} cannot be used: {error}") from None


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return value.hex()
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case tuple():
            return [_plain(part) for part in value]
    return value


def _build(kind: type[Any], facts: dict[str, Any]) -> Packet:
    for key in ("payload", "password"):
        if isinstance(facts.get(key), str):
            facts[key] = bytes.fromhex(facts[key])
    if isinstance(will := facts.get("will"), dict):
        facts["will"] = Will(**will | {"payload": bytes.fromhex(will.get("payload", ""))})
    if "filters" in facts:
        facts["filters"] = tuple(tuple(each) if isinstance(each, list) else each for each in facts["filters"])
    if "codes" in facts:
        facts["codes"] = tuple(facts["codes"])
    packet: Packet = kind(**facts)
    if isinstance(packet, Publish) and packet.qos and not packet.packet:
        raise BadFrame("fields", "a message with QoS 1 or 2 needs a packet number")
    return packet
