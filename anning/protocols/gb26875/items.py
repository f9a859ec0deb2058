"""The objects of application data (8.3 of the standard): named tuples of what stands on the wire.

Times are tags (``moment``, ``utc_ms``), component addresses four bytes, texts the 31 bytes of their field
(``text_of``) or, in configurations, as many as the wire says.
"""

from typing import NamedTuple, TypeAlias

from anning.protocols.gb26875.vocabulary import ANALOGUES


class SystemStatus(NamedTuple):
    """Type 1: the state of a fire-protection system; ``status`` is a set of vocabulary.SystemState."""

    sys: int
    sysaddr: int
    status: int
    time: bytes


class ComponentStatus(NamedTuple):
    """Type 2: the state of a component; ``status`` is a set of vocabulary.ComponentState."""

    sys: int
    sysaddr: int
    ctype: int
    caddr: bytes
    status: int
    text: bytes
    time: bytes


class Analogue(NamedTuple):
    """Type 3: a measured value of a component; ``raw`` counts steps of the unit in vocabulary.ANALOGUES."""

    sys: int
    sysaddr: int
    ctype: int
    caddr: bytes
    analog: int
    raw: int
    time: bytes

    @property
    def value(self) -> float | None:
        """The value in its unit; None for types of the maker's own."""
        known = ANALOGUES.get(self.analog)
        return None if known is None else self.raw / known.steps_per_unit


class SystemOperation(NamedTuple):
    """Type 4: what an operator did at a system; ``op`` is a set of vocabulary.Operation."""

    sys: int
    sysaddr: int
    op: int
    operator: int
    time: bytes


class SystemVersion(NamedTuple):
    """Type 5: the software version of a system, major and minor."""

    sys: int
    sysaddr: int
    ver: bytes


class SystemConfiguration(NamedTuple):
    """Type 6: the configuration of a system in words."""

    sys: int
    sysaddr: int
    text: bytes


class ComponentConfiguration(NamedTuple):
    """Type 7: what and where a component is, in words."""

    sys: int
    sysaddr: int
    ctype: int
    caddr: bytes
    text: bytes


class SystemTime(NamedTuple):
    """Type 8: the clock of a system."""

    sys: int
    sysaddr: int
    time: bytes


class DeviceStatus(NamedTuple):
    """Type 21: the state of the transmission device; ``status`` is a set of vocabulary.DeviceState."""

    status: int
    time: bytes


class DeviceOperation(NamedTuple):
    """Type 24: what an operator did at the transmission device; ``op`` is a set of vocabulary.Operation."""

    op: int
    operator: int
    time: bytes


class DeviceVersion(NamedTuple):
    """Type 25: the software version of the transmission device, major and minor."""

    ver: bytes


class DeviceConfiguration(NamedTuple):
    """Type 26: the configuration of the transmission device in words."""

    text: bytes


class Clock(NamedTuple):
    """Types 28 (the device's clock) and 90 (set it)."""

    time: bytes


class SystemAddress(NamedTuple):
    """Types 61, 65, 66, 68: which system's status, version, configuration or time is asked for."""

    sys: int
    sysaddr: int


class ComponentAddress(NamedTuple):
    """Types 62, 63, 67: which component's status, value or configuration is asked for."""

    sys: int
    sysaddr: int
    caddr: bytes


class SystemOperationsAsked(NamedTuple):
    """Type 64: how many operations of a system are asked for, and since when."""

    sys: int
    sysaddr: int
    n: int
    time: bytes


class DeviceOperationsAsked(NamedTuple):
    """Type 84: how many operations of the device are asked for, and since when."""

    n: int
    time: bytes


class Nothing(NamedTuple):
    """Types 81, 85, 86, 88, 89: a question or an order without content, one reserved byte."""

    reserved: int = 0


class DutyCheck(NamedTuple):
    """Type 91: the operator must answer within so many minutes (查岗)."""

    minutes: int


Item: TypeAlias = (
    SystemStatus
    | ComponentStatus
    | Analogue
    | SystemOperation
    | SystemVersion
    | SystemConfiguration
    | ComponentConfiguration
    | SystemTime
    | DeviceStatus
    | DeviceOperation
    | DeviceVersion
    | DeviceConfiguration
    | Clock
    | SystemAddress
    | ComponentAddress
    | SystemOperationsAsked
    | DeviceOperationsAsked
    | Nothing
    | DutyCheck
)
