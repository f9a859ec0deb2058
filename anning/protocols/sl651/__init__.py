"""SL 651-2014: what hydrological stations report to their centre, in HEX and ASCII form."""

from anning.protocols.sl651.answers import (
    Mode,
    answer,
    ask,
    ask_again,
    ask_elements,
    ask_period,
    set_clock,
    set_parameters,
    set_password,
)
from anning.protocols.sl651.bodies import (
    Function,
    Reading,
    elements_of,
    moment,
    picture_of,
    readings,
    sent_digits,
    serial_of,
    utc_ms,
)
from anning.protocols.sl651.elements import KINDS, Element
from anning.protocols.sl651.fields import from_fields, kind, to_fields
from anning.protocols.sl651.frames import End, Frame, Splitter, decode, encode
from anning.protocols.sl651.joiner import Joiner, Missing, split

__all__ = [
    "KINDS",
    "Element",
    "End",
    "Frame",
    "Function",
    "Joiner",
    "Missing",
    "Mode",
    "Reading",
    "Splitter",
    "answer",
    "ask",
    "ask_again",
    "ask_elements",
    "ask_period",
    "decode",
    "elements_of",
    "encode",
    "from_fields",
    "kind",
    "moment",
    "picture_of",
    "readings",
    "sent_digits",
    "serial_of",
    "set_clock",
    "set_parameters",
    "set_password",
    "split",
    "to_fields",
    "utc_ms",
]
