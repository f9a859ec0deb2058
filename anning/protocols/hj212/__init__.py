"""HJ 212-2017 (with 2005 and the changes of 2025): what environmental data loggers and the centre say to each other."""

from anning.protocols.hj212.answers import (
    answer_data,
    answer_notice,
    answer_request,
    ask_history,
    check,
    owed,
    report,
    report_result,
    request,
    set_time,
)
from anning.protocols.hj212.commands import COMMANDS, MARKS, NORMAL, SYSTEMS, ExeRtn, QnRtn
from anning.protocols.hj212.fields import from_fields, kind, to_fields
from anning.protocols.hj212.frames import Flag, Frame, Splitter, crc_of, decode, encode, frame_of
from anning.protocols.hj212.packets import Joiner, split
from anning.protocols.hj212.readings import Reading, readings
from anning.protocols.hj212.times import moment, qn_of, stamp, utc_ms

__all__ = [
    "COMMANDS",
    "MARKS",
    "NORMAL",
    "SYSTEMS",
    "ExeRtn",
    "Flag",
    "Frame",
    "Joiner",
    "QnRtn",
    "Reading",
    "Splitter",
    "answer_data",
    "answer_notice",
    "answer_request",
    "ask_history",
    "check",
    "crc_of",
    "decode",
    "encode",
    "frame_of",
    "from_fields",
    "kind",
    "moment",
    "owed",
    "qn_of",
    "readings",
    "report",
    "report_result",
    "request",
    "set_time",
    "split",
    "stamp",
    "to_fields",
    "utc_ms",
]
