"""What the centre sends: the answer owed in each mode, and its own questions and commands."""

from dataclasses import replace
from datetime import datetime
from enum import Enum

from anning.kernel.frames import BadFrame
from anning.protocols.sl651.bodies import BEIJING, REPORTS, Function, serial_of, write_parameters
from anning.protocols.sl651.elements import KINDS, LEVELS, RAINS, write_number
from anning.protocols.sl651.frames import End, Frame


class Mode(Enum):
    """How station and centre speak to each other."""

    M1 = "one way"
    M2 = "report and answer"
    M3 = "packets and one answer"
    M4 = "question and answer"


def answer(frame: Frame, now: datetime, *, mode: Mode = Mode.M2, stay: bool = False) -> Frame | None:
    """Return the answer owed to a frame that is durable, None if none is owed.

    A keep-alive (2F), a single packet of M3 and everything in M1 are not answered. ``stay`` asks a reporting station
    to stay on line. The body is the frame's own serial and the centre's time.
    """
    serial = serial_of(frame)
    silent = frame.down or mode is Mode.M1 or frame.function == Function.KEEP_ALIVE
    if silent or serial is None or frame.total is not None or frame.end not in (End.ETX, End.ETB):
        return None
    end = End.ACK if frame.end == End.ETB else End.ESC if stay and frame.function in REPORTS else End.EOT
    return replace(frame, body=_body(serial, now, ascii_form=frame.ascii), end=end, down=True)


def ask_again(packet: Frame, number: int, now: datetime) -> Frame:
    """Return the NAK of M3 that asks for packet ``number`` of the message that ``packet`` belongs to."""
    body = _body(serial_of(packet) or 0, now, ascii_form=packet.ascii)
    return replace(packet, body=body, end=End.NAK, down=True, number=number)


def ask(to: Frame, function: Function, now: datetime, rest: bytes = b"", serial: int = 0) -> Frame:
    """Return a question or command to the station that sent ``to`` (any of its frames), ending with ENQ.

    What the centre begins carries serial 0, unless the station is known to want another.
    """
    body = _body(serial, now, ascii_form=to.ascii) + rest
    return replace(to, function=int(function), body=body, end=End.ENQ, down=True, total=None, number=None)


def ask_period(to: Frame, now: datetime, span: tuple[datetime, datetime], minutes: int, element: str) -> Frame:
    """Return the question (38) for the values of an element between two hours, one every ``minutes``."""
    hours = "".join(f"{each.astimezone(BEIJING):%y%m%d%H}" for each in span)
    step = f"{minutes // 1440:02d}{minutes // 60 % 24:02d}{minutes % 60:02d}"
    rest = bytes.fromhex(hours) + b"\x04\x18" + bytes.fromhex(step) + _asked(element)
    return ask(to, Function.QUERY_PERIOD, now, rest)


def ask_elements(to: Frame, now: datetime, elements: list[str]) -> Frame:
    """Return the question (3A) for the present values of elements."""
    return ask(to, Function.QUERY_ELEMENTS, now, b"".join(_asked(each) for each in elements))


def set_clock(to: Frame, now: datetime) -> Frame:
    """Return the command (4A) to take over the centre's time."""
    return ask(to, Function.SET_CLOCK, now)


def set_parameters(to: Frame, function: Function, now: datetime, parameters: list[tuple[str, str, int]]) -> Frame:
    """Return the command (40 or 42) to change parameters, each as (identifier, BCD digits, decimals)."""
    return ask(to, function, now, write_parameters(parameters))


def set_password(to: Frame, now: datetime, old: str, new: str) -> Frame:
    """Return the command (49) to change the password."""
    return ask(to, Function.PASSWORD, now, write_parameters([("03", old, 0), ("03", new, 0)]))


def _asked(element: str) -> bytes:
    """Return identifier and definition of an element that is asked for.

    Raises BadFrame: fields.
    """
    if element == RAINS or element in LEVELS:
        return bytes.fromhex(element + ("60" if element == RAINS else "C0"))
    if element not in KINDS:
        raise BadFrame("fields", f"{element} is no element of the standard")
    kind = KINDS[element]
    return bytes.fromhex(element) + bytes([len(write_number(None, kind.digits, 0)) << 3 | kind.decimals])


def _body(serial: int, now: datetime, *, ascii_form: bool) -> bytes:
    digits = f"{serial:04X}{now.astimezone(BEIJING):%y%m%d%H%M%S}"
    return digits.encode() if ascii_form else bytes.fromhex(digits)
