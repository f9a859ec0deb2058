"""What the platform answers; every function returns the frame to send, with the terminal's own header."""

from datetime import UTC, datetime
from enum import IntEnum

from anning.protocols.jt808.fields import write_body
from anning.protocols.jt808.frames import Frame
from anning.protocols.jt808.joiner import Missing
from anning.protocols.jt808.layout import Values


class Result(IntEnum):
    """Results of the general answer 8001."""

    OK = 0
    FAILED = 1
    WRONG = 2
    UNSUPPORTED = 3
    ALARM_CONFIRMED = 4


class Registered(IntEnum):
    """Results of a registration, 8100."""

    OK = 0
    VEHICLE_TAKEN = 1
    NO_VEHICLE = 2
    TERMINAL_TAKEN = 3
    NO_TERMINAL = 4


SOS = 1  # bit 0 of the alarms
PLATFORM = 0x8000  # set in what the platform says: from a terminal it is our own echo
# these answer the platform: the serial they name is ours, and nothing more is said
REPLIES = {0x0001, 0x0104, 0x0107, 0x0201, 0x0302, 0x0500, 0x0700, 0x0802, 0x0805}


def command(to: Frame, message: int, values: Values, serial: int) -> Frame:
    """Return a message to the terminal that sent ``to``.

    Raises BadFrame: fields.
    """
    body = write_body(message, values, versioned=to.version is not None)
    return Frame(message, to.phone, serial, body, to.version)


def acknowledge(to: Frame, serial: int, result: Result = Result.OK) -> Frame:
    """Return the general answer 8001."""
    values = {"reply_seq": to.serial, "reply_id": f"{to.id:04x}", "result": int(result)}
    return command(to, 0x8001, values, serial)


def answer(to: Frame, serial: int, now: datetime) -> Frame | None:
    """Return the answer owed to a message that was accepted and is durable, None if none is owed.

    A registration (0100) is answered by ``answer_registration``, which knows the code.
    """
    if to.id in REPLIES or to.id == 0x0100 or to.id & PLATFORM:
        return None
    if to.id == 0x0004 and to.total is None:
        return tell_time(to, serial, now)
    if to.id == 0x0801 and to.total is None:
        return answer_media(to, serial)
    called = to.id == 0x0200 and int.from_bytes(to.body[:4]) & SOS
    return acknowledge(to, serial, Result.ALARM_CONFIRMED if called else Result.OK)


def answer_registration(to: Frame, serial: int, result: Registered, auth: str = "") -> Frame:
    """Return 8100; the authentication code goes only with OK."""
    return command(to, 0x8100, {"reply_seq": to.serial, "result": int(result), "auth": auth}, serial)


def answer_media(to: Frame, serial: int, missing: tuple[int, ...] = ()) -> Frame:
    """Return 8800 for a picture, sound or film 0801: whole, or with the numbers of the packets to send again."""
    body = to.body[:4] + (bytes([len(missing)]) + b"".join(each.to_bytes(2) for each in missing) if missing else b"")
    return Frame(0x8800, to.phone, serial, body, to.version)


def ask_again(lost: Missing, serial: int) -> Frame:
    """Return 8003, which asks for the packets of a message that did not arrive whole."""
    first = lost.first
    start = (first.serial - (first.index or 1) + 1) & 0xFFFF
    return command(first, 0x8003, {"reply_seq": start, "packets": list(lost.packets[:255])}, serial)


def tell_time(to: Frame, serial: int, now: datetime) -> Frame:
    """Return 8004, the platform's time in UTC."""
    return command(to, 0x8004, {"time": now.astimezone(UTC).isoformat()}, serial)
