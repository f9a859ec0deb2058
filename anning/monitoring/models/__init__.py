"""The tables of monitoring."""

from anning.monitoring.models.alarms import Alarm, AlarmEvent, AlarmStep, Tier, Verdict
from anning.monitoring.models.datastreams import CameraState, Datastream, Kind
from anning.monitoring.models.devices import DeviceKey, FieldDevice, Protocol, Refusal
from anning.monitoring.models.faults import Fault
from anning.monitoring.models.limits import LimitVersion, Rule
from anning.monitoring.models.windows import Window

Device = FieldDevice  # the journal knows the telephones of accounts as devices, so the table has a longer name

__all__ = [
    "Alarm",
    "AlarmEvent",
    "AlarmStep",
    "CameraState",
    "Datastream",
    "Device",
    "DeviceKey",
    "Fault",
    "FieldDevice",
    "Kind",
    "LimitVersion",
    "Protocol",
    "Refusal",
    "Rule",
    "Tier",
    "Verdict",
    "Window",
]
