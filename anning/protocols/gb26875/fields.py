"""Frames as plain values and back, for JSON: addresses as numbers in hex, times as local ISO 8601, texts as text.

Where plain values cannot carry what was on the wire (an impossible time, a broken text), ``time_hex`` or ``adu_hex``
stands beside them, so that the way back gives the same bytes.
"""

from datetime import datetime
from typing import Any

from anning.kernel.frames import BadFrame
from anning.protocols.gb26875.adu import LAYOUTS, Adu, Layout, read_adu, text_field, text_of, write_adu
from anning.protocols.gb26875.frames import Command, Frame
from anning.protocols.gb26875.items import Item
from anning.protocols.gb26875.profiles import STANDARD, Profile
from anning.protocols.gb26875.times import NO_TIME, moment, tag_of

Fields = dict[str, Any]
TYPES = {layout.name: type_ for type_, layout in LAYOUTS.items()}
_UNFIT = (KeyError, IndexError, TypeError, ValueError, OverflowError, AttributeError)


def to_fields(frame: Frame, profile: Profile = STANDARD) -> Fields:
    """Return the frame as plain values."""
    fields: Fields = {
        "seq": frame.serial,
        "ver": [frame.version, frame.user_version],
        "time": _iso(frame.time, STANDARD),
        "src": _number(frame.source),
        "dst": _number(frame.destination),
        "cmd": frame.command,
        "adu_len": len(frame.body),
    }
    if _tag(fields["time"]) != frame.time:
        fields["time_hex"] = frame.time.hex()
    return fields | _body_fields(frame.body, profile)


def from_fields(fields: Fields) -> Frame:
    """Return the frame that plain values describe. Raises BadFrame (``field``) when they describe none."""
    try:
        main, user = fields["ver"]
        return Frame(
            int(fields["seq"]),
            int(main),
            int(user),
            bytes.fromhex(fields["time_hex"]) if "time_hex" in fields else _tag(fields["time"]),
            _bytes(fields["src"]),
            _bytes(fields["dst"]),
            int(fields["cmd"]),
            _body(fields),
        )
    except _UNFIT as error:
        raise _not_a_frame(error) from None


def adu_to_fields(body: bytes) -> tuple[str, list[Fields]]:
    """Return the type and the objects of a bare application data unit; what follows them is a last ``{"rest": hex}``.

    Padding of texts is not kept. Raises BadFrame as ``read_adu`` does.
    """
    adu = read_adu(body)
    rest = [{"rest": adu.rest.hex()}] if adu.rest else []
    return adu.name, [_item_fields(item, STANDARD) for item in adu.objects] + rest


def adu_from_fields(name: str, objects: list[Fields]) -> bytes:
    """Return the application data unit of that type made of such objects. Raises BadFrame (``field``)."""
    try:
        rest = objects[-1]["rest"] if objects and "rest" in objects[-1] else ""
        whole = objects[:-1] if rest else objects
        return _body({"type": TYPES[name], "objects": whole, "rest": rest})
    except _UNFIT as error:
        raise _not_a_frame(error) from None


def kind(frame: Frame) -> str:
    """Return in one word what the frame is: what it carries, or its command."""
    if len(frame.body) >= 2:
        return Adu(frame.body[0], 0, ()).name
    if frame.command == Command.SEND:
        return "heartbeat"
    return Command(frame.command).name.lower() if frame.command in set(Command) else f"command_{frame.command}"


def _body_fields(body: bytes, profile: Profile) -> Fields:
    if not body:
        return {}
    fields: Fields = {"type": body[0], "count": body[1]} if len(body) >= 2 else {}
    try:
        adu = read_adu(body, profile)
    except BadFrame as error:
        return fields | {"adu_error": str(error), "adu_hex": body.hex()}
    fields["objects"] = [_item_fields(item, profile) for item in adu.objects]
    if adu.rest:
        fields["rest"] = adu.rest.hex()
    if profile != STANDARD or not _tells(fields, body):
        fields["adu_hex"] = body.hex()
    return fields


def _tells(fields: Fields, body: bytes) -> bool:
    """Return whether the plain values alone lead back to the body."""
    try:
        return _body(fields) == body
    except BadFrame:  # a broken text can become longer than its field
        return False


def _body(fields: Fields) -> bytes:
    if "adu_hex" in fields:
        return bytes.fromhex(fields["adu_hex"])
    if "type" not in fields:
        return b""
    type_ = int(fields["type"])
    if type_ not in LAYOUTS:
        raise ValueError(f"type {type_} not structured here")
    objects = tuple(_item(LAYOUTS[type_], each) for each in fields["objects"])
    return write_adu(Adu(type_, int(fields.get("count", len(objects))), objects, bytes.fromhex(fields.get("rest", ""))))


def _item_fields(item: Item, profile: Profile) -> Fields:
    return {name: _plain(name, value, profile) for name, value in item._asdict().items()}


def _plain(name: str, value: Any, profile: Profile) -> Any:
    """Return a wire value as a plain one: what it is, its name says."""
    match name:
        case "time":
            return _iso(value, profile)
        case "caddr":
            return _number(value)
        case "ver":
            return f"{value[0]}.{value[1]}"
        case "text":
            return text_of(value)
    return value


def _item(layout: Layout, fields: Fields) -> Item:
    item: Item = layout.item._make(_wired(name, fields[name], layout) for name in layout.item._fields)
    return item


def _wired(name: str, value: Any, layout: Layout) -> Any:
    """Return a plain value as it lies on the wire."""
    match name:
        case "time":
            return _tag(value)
        case "caddr":
            return _bytes(value, 4)
        case "ver":
            return bytes(int(part) for part in value.split("."))
        case "text":
            return value.encode("gb18030", "replace") if layout.has_text else text_field(value)
    return int(value)


def _iso(tag: bytes, profile: Profile) -> str | None:
    local = moment(tag, profile)
    return None if local is None else local.isoformat()


def _tag(time: str | None) -> bytes:
    return tag_of(datetime.fromisoformat(time)) if time else NO_TIME


def _number(address: bytes) -> str:
    """Return an address as the number that it is on the wire: little endian, so its last byte is written first."""
    return address[::-1].hex()


def _bytes(number: str, size: int = 6) -> bytes:
    data = bytes.fromhex(number)[::-1]
    if len(data) != size:
        raise ValueError(f"an address has {size} bytes, not {len(data)}")
    return data


def _not_a_frame(error: Exception) -> BadFrame:
    return BadFrame("field", f"fields do not describe a frame: {type(error).__name__}: {error}")
