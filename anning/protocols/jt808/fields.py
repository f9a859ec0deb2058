"""Messages as plain fields, the form in which two decoders can be compared, and back.

``body`` carries the messages of that form's own vocabulary (SHAPED); of all others it is None, and ``content`` says
what they mean. ``body_hex`` is always there, so that nothing is lost.
"""

import struct
from typing import Any

from anning.kernel.frames import BadFrame
from anning.protocols.jt808.frames import Frame
from anning.protocols.jt808.layout import TIME, Cursor, Values, read, write
from anning.protocols.jt808.messages import REGISTRATIONS, edition_of, layout_of
from anning.protocols.jt808.positions import (
    Position,
    describe,
    read_batch,
    read_position,
    write_batch,
    write_position,
)

POSITION, ANSWERED_POSITION, CONTROL_POSITION, BATCH, REGISTRATION = 0x0200, 0x0201, 0x0500, 0x0704, 0x0100
SHAPED = {0x0001, 0x0002, REGISTRATION, 0x0102, POSITION, ANSWERED_POSITION, BATCH, 0x8001, 0x8100}


def kind(frame: Frame) -> str:
    """Name the message as the conformance vectors do: ``0200``, ``0200-2019``, ``0801-sub``."""
    return f"{frame.id:04x}" + "-2019" * (frame.version is not None) + "-sub" * (frame.total is not None)


def to_fields(frame: Frame) -> Values:
    """Return the message as JSON values; what the body means stands in ``body`` or ``content``."""
    versioned = frame.version is not None
    fields: Values = {"id": f"{frame.id:04x}", "v2019": versioned, "enc": 0, "sub": frame.total is not None}
    fields["body_len"] = len(frame.body)
    if versioned:
        fields["proto_ver"] = frame.version
    fields |= {"phone": frame.phone, "seq": frame.serial}
    if frame.reserved:
        fields["reserved"] = True
    if frame.total is not None:
        return fields | {"total": frame.total, "index": frame.index, "body_hex": frame.body.hex()}
    fields["body_hex"] = frame.body.hex()
    try:
        return fields | _meaning(frame)
    except BadFrame as error:
        return fields | {"body": None, "body_error": str(error)}


def read_body(frame: Frame) -> Values | None:
    """Return what a whole message says, None if its id is not known; ``rest`` is what follows the known fields.

    Raises BadFrame: body.
    """
    body = frame.body
    if frame.id == POSITION:
        return _place(read_position(body))
    if frame.id in (ANSWERED_POSITION, CONTROL_POSITION):
        return {"reply_seq": int.from_bytes(body[:2]), "loc": _place(read_position(body[2:]))}
    if frame.id == BATCH:
        area, positions = read_batch(body)
        return {"count": len(positions), "type": area, "items": [_place(each) for each in positions]}
    layout = layout_of(frame.id, len(body), versioned=frame.version is not None)
    if layout is None:
        return None
    cursor = Cursor(body)
    values = read(layout, cursor)
    rest = cursor.rest()
    return values | {"rest": rest.hex()} if rest else values


def write_body(message: int, values: Values, *, versioned: bool = False, edition: int | None = None) -> bytes:
    """Return the body that says ``values``; ``edition`` chooses among the registrations.

    Raises BadFrame: fields.
    """
    try:
        return _write(message, values, versioned, edition)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, struct.error) as error:
        if isinstance(error, BadFrame):
            raise
        raise BadFrame("fields", f"body of {message:04x}: {type(error).__name__} {error}") from error


def from_fields(fields: Values) -> Frame:
    """Return the message of ``to_fields``; ``body_hex``, if there, goes before ``body`` and ``content``.

    Raises BadFrame: fields.
    """
    try:
        message, versioned = int(fields["id"], 16), bool(fields.get("v2019"))
        if "body_hex" in fields:
            body = bytes.fromhex(fields["body_hex"])
        else:
            values = fields.get("body") or fields.get("content") or {}
            body = write_body(message, values, versioned=versioned, edition=fields.get("edition"))
        return Frame(
            id=message,
            phone=str(fields["phone"]).zfill(20 if versioned else 12),
            serial=int(fields.get("seq", 0)),
            body=body,
            version=int(fields.get("proto_ver", 1)) if versioned else None,
            total=int(fields["total"]) if fields.get("sub") else None,
            index=int(fields["index"]) if fields.get("sub") else None,
            reserved=bool(fields.get("reserved")),
        )
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        if isinstance(error, BadFrame):
            raise
        raise BadFrame("fields", f"{type(error).__name__} {error}") from error


def _meaning(frame: Frame) -> Values:
    values = read_body(frame)
    if frame.id not in SHAPED:
        return {"body": None} if values is None else {"body": None, "content": values}
    found: Values = {"body": values}
    if frame.id == REGISTRATION:
        found["edition"] = edition_of(len(frame.body), versioned=frame.version is not None)
    if frame.id == POSITION:
        found["content"] = describe(read_position(frame.body))
    return found


def _place(position: Position) -> Values:
    place: Values = {"alarm": position.alarm, "status": position.status}
    place |= {"acc": position.status & 1, "fix": int(position.fixed), "lat": position.lat, "lon": position.lon}
    place |= {"alt_m": position.altitude, "speed_kmh": position.speed / 10, "dir": position.direction}
    place["time"] = TIME.read(Cursor(bytes.fromhex(position.time)), {})
    place["extra"] = {f"{number:02x}": data.hex() for number, data in position.extras}
    if position.tail:
        place["extra"][f"{position.tail[0]:02x}"] = position.tail[2:].hex()
        place["extra_truncated"] = True
    return place


def _position(place: Values) -> Position:
    return Position(
        alarm=place["alarm"],
        status=place["status"],
        latitude=abs(round(place["lat"] * 1e6)),
        longitude=abs(round(place["lon"] * 1e6)),
        altitude=place["alt_m"],
        speed=round(place["speed_kmh"] * 10),
        direction=place["dir"],
        time=TIME.write(place["time"], {}).hex(),
        extras=tuple((int(number, 16), bytes.fromhex(data)) for number, data in place["extra"].items()),
    )


def _write(message: int, values: Values, versioned: bool, edition: int | None) -> bytes:
    rest = bytes.fromhex(values.get("rest", ""))
    if message == POSITION:
        return write_position(_position(values))
    if message in (ANSWERED_POSITION, CONTROL_POSITION):
        return int(values["reply_seq"]).to_bytes(2) + write_position(_position(values["loc"]))
    if message == BATCH:
        return write_batch(values["type"], [_position(each) for each in values["items"]])
    if message == REGISTRATION:
        return write(REGISTRATIONS[edition or (2019 if versioned else 2013)], values) + rest
    layout: Any = layout_of(message, 0, versioned=versioned)
    if layout is None:
        raise BadFrame("fields", f"message {message:04x} is not known, give its body as body_hex")
    return write(layout, values) + rest
