"""JT/T 808-2013 and 2019: positions, alarms and commands of vehicle terminals."""

from anning.protocols.jt808.fields import from_fields, read_body, to_fields, write_body
from anning.protocols.jt808.frames import Frame, Splitter, decode, encode
from anning.protocols.jt808.joiner import Joiner, Missing, split
from anning.protocols.jt808.positions import Position, describe, read_batch, read_position, write_batch, write_position

__all__ = [
    "Frame",
    "Joiner",
    "Missing",
    "Position",
    "Splitter",
    "decode",
    "describe",
    "encode",
    "from_fields",
    "read_batch",
    "read_body",
    "read_position",
    "split",
    "to_fields",
    "write_batch",
    "write_body",
    "write_position",
]
