"""The doors for devices. Rooms above register them; ``anning gateways`` opens them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Open = Callable[[str, int], Awaitable["Closer"]]
Closer = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Door:
    """One listening address for devices.

    ``offset`` counts from ANNING_GATEWAY_PORT; None means ANNING_MQTT_PORT. ``open(host, port)`` starts to
    listen and gives what closes the door again.
    """

    name: str
    title: str
    open: Open
    offset: int | None = None


doors: dict[str, Door] = {}


def register(door: Door) -> Door:
    """Keep ``door``. Raises ValueError when its name or its offset is taken."""
    if door.name in doors or any(other.offset == door.offset for other in doors.values()):
        raise ValueError(f"door {door.name!r} or its port is registered twice")
    doors[door.name] = door
    return door
