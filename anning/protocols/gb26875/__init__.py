"""GB/T 26875.3-2011: what fire transmission devices and the monitoring centre say to each other."""

from anning.protocols.gb26875.adu import LAYOUTS, Adu, adu_of, read_adu, text_field, text_of, write_adu
from anning.protocols.gb26875.answers import (
    answer,
    ask_components,
    ask_device,
    ask_device_operations,
    ask_systems,
    check_duty,
    confirm,
    control,
    deny,
    initialise,
    owed,
    refuse,
    request,
    send,
    set_clock,
)
from anning.protocols.gb26875.fields import adu_from_fields, adu_to_fields, from_fields, kind, to_fields
from anning.protocols.gb26875.frames import Command, Frame, Splitter, decode, encode
from anning.protocols.gb26875.profiles import FSCN8001, STANDARD, TOLERANT, Profile
from anning.protocols.gb26875.times import moment, tag_of, utc_ms

PARTS = {"adu": (adu_to_fields, adu_from_fields)}  # what may be read and written without its frame

__all__ = [
    "FSCN8001",
    "LAYOUTS",
    "PARTS",
    "STANDARD",
    "TOLERANT",
    "Adu",
    "Command",
    "Frame",
    "Profile",
    "Splitter",
    "adu_from_fields",
    "adu_of",
    "adu_to_fields",
    "answer",
    "ask_components",
    "ask_device",
    "ask_device_operations",
    "ask_systems",
    "check_duty",
    "confirm",
    "control",
    "decode",
    "deny",
    "encode",
    "from_fields",
    "initialise",
    "kind",
    "moment",
    "owed",
    "read_adu",
    "refuse",
    "request",
    "send",
    "set_clock",
    "tag_of",
    "text_field",
    "text_of",
    "to_fields",
    "utc_ms",
    "write_adu",
]
