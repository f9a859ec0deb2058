"""What the centre owes a device, and what it may ask or order; each function returns a frame (7 of the standard)."""

from datetime import datetime

from anning.kernel.frames import BadFrame
from anning.protocols.gb26875.adu import Adu, adu_of, read_adu, write_adu
from anning.protocols.gb26875.frames import HEADER, START, Command, Frame
from anning.protocols.gb26875.items import Clock, ComponentAddress, DeviceOperationsAsked, DutyCheck, Nothing
from anning.protocols.gb26875.items import SystemAddress as System
from anning.protocols.gb26875.profiles import TOLERANT, Profile
from anning.protocols.gb26875.times import tag_of

CENTRE = bytes(6)


def confirm(frame: Frame, at: datetime) -> Frame:
    """Return the confirmation of ``frame``: its serial, addresses swapped, no body."""
    return _reply(frame, Command.CONFIRM, at)


def deny(frame: Frame, at: datetime) -> Frame:
    """Return the denial of ``frame``."""
    return _reply(frame, Command.DENY, at)


def answer(frame: Frame, at: datetime, adu: Adu) -> Frame:
    """Return the answer to the request ``frame`` with what it asked for."""
    return _reply(frame, Command.ANSWER, at, write_adu(adu))


def owed(frame: Frame, at: datetime, profile: Profile = TOLERANT) -> Frame | None:
    """Return what the centre must send back: a confirmation or denial; None for confirmations and answers."""
    if frame.command in (Command.CONFIRM, Command.ANSWER, Command.DENY):
        return None
    if frame.command != Command.SEND or not is_readable(frame, profile):
        return deny(frame, at)
    return confirm(frame, at)


def is_readable(frame: Frame, profile: Profile = TOLERANT) -> bool:
    """Return whether the body can be read; a frame without body is a heartbeat."""
    if frame.body:
        try:
            read_adu(frame.body, profile)
        except BadFrame:
            return False
    return True


def refuse(data: bytes, at: datetime) -> Frame | None:
    """Return the denial of bytes that ``decode`` refused; None when not even their header can be read."""
    if len(data) < HEADER.size or not data.startswith(START):
        return None
    _, serial, version, user_version, time, source, destination, _, command = HEADER.unpack_from(data)
    if command in (Command.CONFIRM, Command.DENY):  # a damaged answer is asked for again by nobody
        return None
    return deny(Frame(serial, version, user_version, time, source, destination, command), at)


def request(device: bytes, serial: int, at: datetime, adu: Adu, *, centre: bytes = CENTRE) -> Frame:
    """Return the centre's request (types 61-88) to a device."""
    return Frame(serial, 1, 0, tag_of(at), centre, device, Command.REQUEST, write_adu(adu))


def control(device: bytes, serial: int, at: datetime, adu: Adu, *, centre: bytes = CENTRE) -> Frame:
    """Return the centre's order (types 89-91) to a device."""
    return Frame(serial, 1, 0, tag_of(at), centre, device, Command.CONTROL, write_adu(adu))


def send(device: bytes, serial: int, at: datetime, adu: Adu | None = None, *, centre: bytes = CENTRE) -> Frame:
    """Return a device's upload; without ``adu`` it is a heartbeat."""
    return Frame(serial, 1, 0, tag_of(at), device, centre, Command.SEND, write_adu(adu) if adu else b"")


def set_clock(at: datetime) -> Adu:
    """Return the order to set the device's clock to ``at``."""
    return adu_of(90, Clock(tag_of(at)))


def check_duty(minutes: int) -> Adu:
    """Return the order that the operator answer within so many minutes (查岗)."""
    return adu_of(91, DutyCheck(minutes))


def initialise() -> Adu:
    """Return the order to initialise the device."""
    return adu_of(89, Nothing())


def ask_device(type_: int) -> Adu:
    """Return the question for the device's status (81), version (85), configuration (86) or time (88)."""
    return adu_of(type_, Nothing())


def ask_device_operations(count: int, since: datetime) -> Adu:
    """Return the question for the device's operations since a time."""
    return adu_of(84, DeviceOperationsAsked(count, tag_of(since)))


def ask_systems(type_: int, *systems: System) -> Adu:
    """Return the question for systems' status (61), version (65), configuration (66) or time (68)."""
    return adu_of(type_, *systems)


def ask_components(type_: int, *components: ComponentAddress) -> Adu:
    """Return the question for components' status (62), values (63) or configuration (67)."""
    return adu_of(type_, *components)


def _reply(frame: Frame, command: Command, at: datetime, body: bytes = b"") -> Frame:
    return Frame(
        frame.serial, frame.version, frame.user_version, tag_of(at), frame.destination, frame.source, command, body
    )
