"""The application data unit: one type, a count, and as many objects of that type (8.3 of the standard)."""

import struct
from dataclasses import dataclass, field
from typing import Any

from anning.kernel.frames import BadFrame
from anning.protocols.gb26875 import items
from anning.protocols.gb26875.frames import BODY_LIMIT
from anning.protocols.gb26875.items import Item
from anning.protocols.gb26875.profiles import STANDARD, Profile

TEXT_SIZE = 31  # bytes of a component's description


@dataclass(frozen=True, slots=True)
class Layout:
    """How the objects of one type lie on the wire; ``has_text``: a length byte and a text follow the fixed part."""

    name: str
    item: Any  # the named tuple of an object
    fixed: struct.Struct
    has_text: bool = field(default=False)


def _layout(name: str, item: type, form: str, *, has_text: bool = False) -> Layout:
    return Layout(name, item, struct.Struct("<" + form), has_text)


LAYOUTS: dict[int, Layout] = {
    1: _layout("system_status", items.SystemStatus, "BBH6s"),
    2: _layout("component_status", items.ComponentStatus, "BBB4sH31s6s"),
    3: _layout("analogue", items.Analogue, "BBB4sBh6s"),
    4: _layout("system_operation", items.SystemOperation, "BBBB6s"),
    5: _layout("system_version", items.SystemVersion, "BB2s"),
    6: _layout("system_configuration", items.SystemConfiguration, "BB", has_text=True),
    7: _layout("component_configuration", items.ComponentConfiguration, "BBB4s31s"),
    8: _layout("system_time", items.SystemTime, "BB6s"),
    21: _layout("device_status", items.DeviceStatus, "B6s"),
    24: _layout("device_operation", items.DeviceOperation, "BB6s"),
    25: _layout("device_version", items.DeviceVersion, "2s"),
    26: _layout("device_configuration", items.DeviceConfiguration, "", has_text=True),
    28: _layout("device_time", items.Clock, "6s"),
    61: _layout("read_system_status", items.SystemAddress, "BB"),
    62: _layout("read_component_status", items.ComponentAddress, "BB4s"),
    63: _layout("read_analogue", items.ComponentAddress, "BB4s"),
    64: _layout("read_system_operations", items.SystemOperationsAsked, "BBB6s"),
    65: _layout("read_system_version", items.SystemAddress, "BB"),
    66: _layout("read_system_configuration", items.SystemAddress, "BB"),
    67: _layout("read_component_configuration", items.ComponentAddress, "BB4s"),
    68: _layout("read_system_time", items.SystemAddress, "BB"),
    81: _layout("read_device_status", items.Nothing, "B"),
    84: _layout("read_device_operations", items.DeviceOperationsAsked, "B6s"),
    85: _layout("read_device_version", items.Nothing, "B"),
    86: _layout("read_device_configuration", items.Nothing, "B"),
    88: _layout("read_device_time", items.Nothing, "B"),
    89: _layout("initialise_device", items.Nothing, "B"),
    90: _layout("set_device_clock", items.Clock, "6s"),
    91: _layout("duty_check", items.DutyCheck, "B"),
}


@dataclass(frozen=True, slots=True)
class Adu:
    """What a frame says: ``objects`` of ``type``; ``count`` is what the sender claims; ``rest`` is unstructured."""

    type: int
    count: int
    objects: tuple[Item, ...]
    rest: bytes = b""

    @property
    def name(self) -> str:
        """The English name of the type; ``type_200`` for one that the standard does not structure."""
        return LAYOUTS[self.type].name if self.type in LAYOUTS else f"type_{self.type}"


def adu_of(type_: int, *objects: Item) -> Adu:
    """Return the unit made of ``objects``."""
    return Adu(type_, len(objects), objects)


def read_adu(body: bytes, profile: Profile = STANDARD) -> Adu:
    """Return what the body of a frame says.

    Raises BadFrame ``object`` when an object is cut off, ``type`` when the standard does not structure the type; a
    tolerant profile keeps both as ``rest``.
    """
    if len(body) < 2:
        raise BadFrame("object", "truncated object")
    kind, count = body[0], body[1]
    layout = LAYOUTS.get(kind)
    if layout is None:
        if not profile.tolerant:
            raise BadFrame("type", f"type {kind} not structured here")
        return Adu(kind, count, (), body[2:])
    objects: list[Item] = []
    at = 2
    while len(objects) < count:
        item, end = _read_object(layout, body, at)
        if item is None:
            if not profile.tolerant:
                raise BadFrame("object", "truncated object")
            item, end = _read_untimed(layout, body, at)
            if item is None:
                break
        objects.append(item)
        at = end
    return Adu(kind, count, tuple(objects), body[at:])


def write_adu(adu: Adu) -> bytes:
    """Return the body that says ``adu``. Raises BadFrame (``field``) when something does not fit its place."""
    layout = LAYOUTS.get(adu.type)
    if layout is None and adu.objects:
        raise BadFrame("field", f"type {adu.type} not structured here")
    try:
        parts = [_write_object(layout, item) for item in adu.objects] if layout else []
        body = b"".join([bytes((adu.type, adu.count)), *parts, adu.rest])
    except (struct.error, ValueError, TypeError) as error:
        raise BadFrame("field", f"object does not fit: {error}") from None
    if len(body) > BODY_LIMIT:
        raise BadFrame("field", f"body of {len(body)} bytes, at most {BODY_LIMIT}")
    return body


def _read_object(layout: Layout, body: bytes, at: int) -> tuple[Item | None, int]:
    """Return the object at ``at`` and where it ends; None when it is cut off."""
    end = at + layout.fixed.size + layout.has_text
    if end > len(body):
        return None, at
    values = layout.fixed.unpack_from(body, at)
    if layout.has_text:
        start, end = end, end + body[end - 1]
        if end > len(body):
            return None, at
        values = (*values, body[start:end])
    return layout.item._make(values), end


def _read_untimed(layout: Layout, body: bytes, at: int) -> tuple[Item | None, int]:
    """Return a last object that ends before its time tag (seen with type 21); its time is empty."""
    untimed = layout.fixed.size - 6
    if layout.item._fields[-1] != "time" or untimed < 1 or len(body) - at != untimed:
        return None, at
    values = layout.fixed.unpack_from(body[at:] + bytes(6))
    return layout.item._make((*values[:-1], b"")), len(body)


def _write_object(layout: Layout, item: Item) -> bytes:
    """Return the bytes of one object. Raises struct.error and ValueError when a value does not fit."""
    if not layout.has_text:
        return layout.fixed.pack(*item)
    text: bytes = item[-1]  # type: ignore[assignment]
    return layout.fixed.pack(*item[:-1]) + bytes((len(text),)) + text


def text_of(text: bytes) -> str:
    """Return a text in GB 18030, without what pads it."""
    return text.split(b"\0", 1)[0].decode("gb18030", "replace").rstrip()


def text_field(text: str, size: int = TEXT_SIZE) -> bytes:
    """Return ``text`` in ``size`` bytes of GB 18030, cut at a whole character and padded with NUL."""
    cut = text.encode("gb18030", "replace")[:size]
    return cut.decode("gb18030", "ignore").encode("gb18030").ljust(size, b"\0")
