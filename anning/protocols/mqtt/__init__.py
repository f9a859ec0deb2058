"""MQTT 3.1.1 packets (OASIS standard, 29 October 2014): bytes to packets and back, and the cutting of streams."""

from anning.protocols.mqtt.decoding import decode
from anning.protocols.mqtt.encoding import encode
from anning.protocols.mqtt.fields import from_fields, to_fields
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
    Unsubscribe,
    Will,
)
from anning.protocols.mqtt.splitter import Splitter
from anning.protocols.mqtt.topics import is_filter, is_topic, matches

__all__ = [
    "Ack",
    "Connack",
    "Connect",
    "Disconnect",
    "Packet",
    "PingRequest",
    "PingResponse",
    "Publish",
    "Splitter",
    "Suback",
    "Subscribe",
    "Unsubscribe",
    "Will",
    "decode",
    "encode",
    "from_fields",
    "is_filter",
    "is_topic",
    "matches",
    "to_fields",
]
