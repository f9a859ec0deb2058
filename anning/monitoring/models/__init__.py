"""The tables of monitoring."""

from anning.monitoring.models.alarms import Alarm, AlarmEvent, AlarmStep, Condition, Verdict
from anning.monitoring.models.datastreams import CAMERA_VALUES, CameraState, Datastream, Kind
from anning.monitoring.models.devices import DeviceKey, Family, FieldDevice, Protocol, Refusal
from anning.monitoring.models.faults import Fault
from anning.monitoring.models.limits import LimitVersion, Rule
from anning.monitoring.models.notices import EarlyNotice, NoticeReceipt, WatchReport
from anning.monitoring.models.rounds import Finding, PatrolRound, PatrolVisit, SpotCheck
from anning.monitoring.models.tiers import Tier
from anning.monitoring.models.windows import Window

Device = FieldDevice  # the journal knows the telephones of accounts as devices, so the table has a longer name

__all__ = [
    "CAMERA_VALUES",
    "Alarm",
    "AlarmEvent",
    "AlarmStep",
    "CameraState",
    "Condition",
    "Datastream",
    "Device",
    "DeviceKey",
    "EarlyNotice",
    "Family",
    "Fault",
    "FieldDevice",
    "Finding",
    "Kind",
    "LimitVersion",
    "NoticeReceipt",
    "PatrolRound",
    "PatrolVisit",
    "Protocol",
    "Refusal",
    "Rule",
    "SpotCheck",
    "Tier",
    "Verdict",
    "WatchReport",
    "Window",
]
