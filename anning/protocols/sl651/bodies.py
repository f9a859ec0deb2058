"""What stands in a body: serial, time of sending, then elements, parameters, text or a picture, by function."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from typing import Any, NamedTuple

from anning.protocols.sl651.elements import (
    MANUAL,
    PICTURE,
    STATION,
    STATUS,
    STEP,
    TIME,
    Element,
    read_elements,
    read_words,
)
from anning.protocols.sl651.frames import Frame

BEIJING = timezone(timedelta(hours=8))  # station time, whatever the zone of the server
FIVE_MINUTES = timedelta(minutes=5)


class Function(IntEnum):
    """Function codes."""

    KEEP_ALIVE = 0x2F
    TEST = 0x30
    EVEN = 0x31
    TIMED = 0x32
    ADDED = 0x33
    HOURLY = 0x34
    MANUAL = 0x35
    PICTURE = 0x36
    QUERY_NOW = 0x37
    QUERY_PERIOD = 0x38
    QUERY_MANUAL = 0x39
    QUERY_ELEMENTS = 0x3A
    SET_BASIC = 0x40
    READ_BASIC = 0x41
    SET_RUNNING = 0x42
    READ_RUNNING = 0x43
    QUERY_PUMP = 0x44
    VERSION = 0x45
    STATUS = 0x46
    ERASE = 0x47
    FACTORY = 0x48
    PASSWORD = 0x49
    SET_CLOCK = 0x4A
    SET_CARD = 0x4B
    SWITCH_PUMP = 0x4C
    SWITCH_VALVE = 0x4D
    SWITCH_GATE = 0x4E
    FIX_WATER = 0x4F
    EVENTS = 0x50
    CLOCK = 0x51


REPORTS = range(0x30, 0x37)  # what a station sends of its own accord
MEASURED = {*REPORTS, 0x37, 0x38, 0x39, 0x3A, 0x44}
PARAMETERS = {0x40, 0x41, 0x42, 0x43, 0x49}
_STATES = (
    "mains_off battery_low level_alarm flow_alarm quality_alarm flow_meter_fault level_meter_fault door_closed "
    "storage_fault card_valid pump_off water_used_up"
)
STATES = _STATES.split()

_SILENT = {STATION, MANUAL, PICTURE, STATUS}  # elements that are no values
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Reading(NamedTuple):
    """One value: element code, moment in ms since 1970 UTC (None if the station names none), None if missing."""

    code: str
    at_ms: int | None
    value: float | None


def serial_of(frame: Frame) -> int | None:
    """Return the serial of the body, None in the later packets of M3 and in a body without one."""
    head = _head(frame)
    return None if head is None else int(head[:4], 16)


def sent_digits(frame: Frame) -> str | None:
    """Return the digits yyMMddHHmmss of the time of sending."""
    head = _head(frame)
    return None if head is None else head[4:]


def _head(frame: Frame) -> str | None:
    size = 16 if frame.ascii else 8
    if frame.number not in (None, 1) or len(frame.body) < size:
        return None
    head = frame.body[:size].decode("latin-1") if frame.ascii else frame.body[:size].hex()
    return head if all(each in "0123456789abcdefABCDEF" for each in head) else None


def rest_of(frame: Frame) -> bytes:
    """Return the body after serial and time of sending."""
    return frame.body[16 if frame.ascii else 8 :] if _head(frame) is not None else frame.body


def moment(digits: str) -> datetime | None:
    """Return the Beijing time of yyMMddHHmm or yyMMddHHmmss, None if the digits name none."""
    try:
        pairs = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
        return datetime(2000 + pairs[0], *pairs[1:], tzinfo=BEIJING) if len(pairs) in (5, 6) else None  # type: ignore[misc, arg-type]
    except ValueError:
        return None


def utc_ms(digits: str) -> int | None:
    """Return the moment of ``moment`` in ms since 1970 UTC."""
    at = moment(digits)
    return int(at.timestamp()) * 1000 if at else None


def elements_of(frame: Frame) -> tuple[list[Element], bytes]:
    """Return the elements of a measuring function and the bytes after them that are none."""
    rest = rest_of(frame)
    if frame.ascii:
        return read_words(rest.decode("gbk", "replace")), b""
    return read_elements(rest)


def readings(frame: Frame) -> list[Reading]:
    """Return the values of a whole up frame, each with its moment; a test (30) has none.

    Rows of twelve begin at the observation time and go on in steps of five minutes; a value that is repeated after a
    time step (04) is one step later each time; every other value is of the observation time.
    """
    if frame.function not in MEASURED - {Function.TEST} or frame.down:
        return []
    return list(_readings(elements_of(frame)[0]))


def _readings(elements: list[Element]) -> Iterator[Reading]:
    at: datetime | None = None
    step, seen = timedelta(), Counter[str]()
    for element in elements:
        if element.code == TIME:
            at, step, seen = moment(str(element.value)), timedelta(), Counter()
        elif element.code == STEP:
            step = _step(str(element.value))
        elif isinstance(element.value, list):
            for number, value in enumerate(element.value):
                yield Reading(element.code, _ms(at, FIVE_MINUTES * number), value)
        elif element.code not in _SILENT and (element.value is None or _NUMBER.fullmatch(element.value)):
            value = None if element.value is None else float(element.value)
            yield Reading(element.code, _ms(at, step * seen[element.code]), value)
            seen[element.code] += 1


def _ms(at: datetime | None, later: timedelta) -> int | None:
    return int((at + later).timestamp()) * 1000 if at else None


def _step(digits: str) -> timedelta:
    days, hours, minutes = (int(digits[at : at + 2] or "0") if digits.isdecimal() else 0 for at in (0, 2, 4))
    return timedelta(days=days, hours=hours, minutes=minutes)


def content_of(frame: Frame) -> dict[str, Any]:
    """Return what a body says that is neither serial, time nor element: parameters, states, version, counts."""
    rest = rest_of(frame)
    if frame.ascii or frame.function in (*MEASURED, Function.KEEP_ALIVE):
        return {}
    found: dict[str, Any] = {}
    if rest[:2] == b"\xf1\xf1" and len(rest) >= 7:
        found["address"], rest = rest[2:7].hex(), rest[7:]
    if frame.function in PARAMETERS:
        found["parameters"], rest = _parameters(rest)
    elif frame.function in (Function.STATUS, Function.SET_CARD) and rest[:2] == b"\x45\x20" and len(rest) >= 6:
        states = int.from_bytes(rest[2:6])
        found["states"], rest = [name for bit, name in enumerate(STATES) if states >> bit & 1], rest[6:]
    elif frame.function == Function.VERSION and rest and len(rest) == rest[0] + 1:
        found["version"], rest = rest[1:].decode("gbk", "replace"), b""
    elif frame.function == Function.EVENTS and len(rest) == 64:
        found["counts"] = [int.from_bytes(rest[at : at + 2]) for at in range(0, 64, 2)]
        rest = b""
    return found | {"left": rest.hex()} if rest else found


def _parameters(data: bytes) -> tuple[list[tuple[str, str, int]], bytes]:
    """Return parameters as (identifier, digits, decimals) and the bytes after them that are none."""
    found, at = [], 0
    while at + 2 <= len(data) and at + 2 + (data[at + 1] >> 3) <= len(data):
        end = at + 2 + (data[at + 1] >> 3)
        found.append((f"{data[at]:02X}", data[at + 2 : end].hex(), data[at + 1] & 7))
        at = end
    return found, data[at:]


def write_parameters(parameters: list[tuple[str, str, int]]) -> bytes:
    """Return parameters as they stand in a body."""
    parts = ((bytes.fromhex(code), bytes.fromhex(digits), decimals) for code, digits, decimals in parameters)
    return b"".join(code + bytes([len(data) << 3 | decimals]) + data for code, data, decimals in parts)


def picture_of(frame: Frame) -> bytes | None:
    """Return the JPEG of a whole picture frame (36)."""
    if frame.function != Function.PICTURE or frame.ascii:
        return None
    found = next((each for each in elements_of(frame)[0] if each.code == PICTURE), None)
    return bytes.fromhex(str(found.value)) if found else None
