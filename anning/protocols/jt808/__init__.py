"""JT/T 808-2013 and 2019: positions, alarms and commands of vehicle terminals."""

from anning.protocols.jt808.answers import (
    Registered,
    Result,
    acknowledge,
    answer,
    answer_media,
    answer_registration,
    ask_again,
    command,
    tell_time,
)
from anning.protocols.jt808.fields import from_fields, kind, read_body, to_fields, write_body
from anning.protocols.jt808.frames import Frame, Splitter, decode, encode
from anning.protocols.jt808.joiner import Joiner, Missing, split
from anning.protocols.jt808.positions import Position, describe, read_batch, read_position, write_batch, write_position

__all__ = [
    "Frame",
    "Joiner",
    "Missing",
    "Position",
    "Registered",
    "Result",
    "Splitter",
    "acknowledge",
    "answer",
    "answer_media",
    "answer_registration",
    "ask_again",
    "command",
    "decode",
    "describe",
    "encode",
    "from_fields",
    "kind",
    "read_batch",
    "read_body",
    "read_position",
    "split",
    "tell_time",
    "to_fields",
    "write_batch",
    "write_body",
    "write_position",
]
