"""The packets as values. Packet types and codes are those of the standard."""

from dataclasses import dataclass
from enum import IntEnum


class Type(IntEnum):
    """The high half of the first byte (2.2.1)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


class Refusal(IntEnum):
    """What CONNACK answers (3.2.2.3)."""

    ACCEPTED = 0
    PROTOCOL_VERSION = 1
    CLIENT_REJECTED = 2
    UNAVAILABLE = 3
    BAD_CREDENTIALS = 4
    NOT_AUTHORIZED = 5


SUBSCRIPTION_FAILED = 0x80


@dataclass(frozen=True, slots=True)
class Will:
    """What the server publishes when the client vanishes."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Connect:
    """A client presents itself; ``level`` 4 is 3.1.1, ``keep_alive`` in seconds (0 = none)."""

    client: str
    clean: bool = True
    keep_alive: int = 0
    user: str | None = None
    password: bytes | None = None
    will: Will | None = None
    level: int = 4


@dataclass(frozen=True, slots=True)
class Connack:
    """The answer to Connect."""

    code: int = Refusal.ACCEPTED
    session_present: bool = False


@dataclass(frozen=True, slots=True)
class Publish:
    """A message; ``packet`` is its number when ``qos`` is above 0."""

    topic: str
    payload: bytes
    qos: int = 0
    packet: int = 0
    retain: bool = False
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Ack:
    """PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK for packet number ``packet``."""

    type: Type
    packet: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Topic filters with the QoS asked for."""

    packet: int
    filters: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Suback:
    """One code per filter: the QoS granted, or ``SUBSCRIPTION_FAILED``."""

    packet: int
    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Topic filters that are given up."""

    packet: int
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PingRequest:
    """A sign of life."""


@dataclass(frozen=True, slots=True)
class PingResponse:
    """Its answer."""


@dataclass(frozen=True, slots=True)
class Disconnect:
    """A clean good-bye: the will is forgotten."""


Packet = Connect | Connack | Publish | Ack | Subscribe | Suback | Unsubscribe | PingRequest | PingResponse | Disconnect
