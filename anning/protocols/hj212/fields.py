"""Packets as plain values and back, for JSON: the header's names, ``CP`` as a list, ``_flag`` and ``_crlf`` beside.

Where they do not lead back to the same bytes (a semicolon too many, GB 18030), ``_hex`` holds the segment.
"""

from typing import Any

from anning.kernel.frames import BadFrame
from anning.protocols.hj212.commands import COMMANDS
from anning.protocols.hj212.frames import Frame, frame_of, read_segment

Fields = dict[str, Any]


def to_fields(frame: Frame) -> Fields:
    """Return the packet as plain values."""
    fields: Fields = {**frame.header, "CP": [dict(item) for item in frame.items], "_crlf": frame.crlf}
    if "Flag" in frame.header:
        fields["_flag"] = frame.flag._asdict()
    if not _is_plain(frame):
        fields["_hex"] = frame.segment.hex()
    return fields


def from_fields(fields: Fields) -> Frame:
    """Return the packet that plain values describe. Raises BadFrame (``field``) when they describe none."""
    try:
        crlf = bool(fields.get("_crlf", True))
        if "_hex" in fields:
            return read_segment(bytes.fromhex(fields["_hex"]), crlf=crlf)
        header = {name: str(value) for name, value in fields.items() if name != "CP" and not name.startswith("_")}
        items = [{name: str(value) for name, value in item.items()} for item in fields["CP"]]
        return frame_of(header, items, crlf=crlf)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, BadFrame):
            raise
        raise BadFrame("field", f"fields do not describe a packet: {type(error).__name__}: {error}") from None


def kind(frame: Frame) -> str:
    """Return in one word what the packet is: its command."""
    return COMMANDS[frame.cn].word if frame.cn in COMMANDS else f"cn_{frame.cn}"


def _is_plain(frame: Frame) -> bool:
    if any(name == "CP" or name.startswith("_") for name in frame.header):  # these names are the fields' own
        return False
    return frame_of(frame.header, frame.items).segment == frame.segment
