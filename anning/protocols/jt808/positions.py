"""Positions: message 0200, alone, in batches (0704) and in answers (0201, 0500), with all their extras."""

import struct
from dataclasses import dataclass
from typing import Any

from anning.kernel.frames import BadFrame
from anning.protocols.jt808.layout import TIME, U8, U16, U32, Cursor, Hex, Layout, Many, Values, When, read, read_time


def words(text: str) -> tuple[str, ...]:
    """Return the names of bits, from bit 0."""
    return tuple(text.split())


HEAD = struct.Struct(">IIIIHHH6s")

ALARMS = words(
    "sos overspeed fatigue danger gnss_fault antenna_open antenna_short undervoltage power_loss display_fault "
    "tts_fault camera_fault ic_card_fault overspeed_warning fatigue_warning violation tyre_pressure blind_spot "
    "day_driving_over parking_over area route section_time off_route vss_fault oil stolen illegal_ignition "
    "illegal_move collision rollover illegal_door"
)
STATUS = words(
    "acc fixed south west out_of_service encrypted collision_warning lane_departure_warning load_low load_high "
    "oil_cut circuit_cut door_locked door_1 door_2 door_3 door_4 door_5 gps beidou glonass galileo moving"
)
SIGNALS = words(
    "low_beam high_beam right_turn left_turn brake reverse fog clearance horn air_conditioner neutral retarder abs "
    "heater clutch"
)
# Su-biao: what the active-safety devices of ids 64 to 67 say, before and after the place of the event
_PLACE: Layout = (
    ("speed_kmh", U8),
    ("altitude_m", U16),
    ("lat_udeg", U32),
    ("lon_udeg", U32),
    ("time", TIME),
    ("vehicle_status", U16),
    ("mark", Hex(16)),
)
_ALARM: Layout = (("alarm_id", U32), ("flag", U8))
_EVENT: Layout = (*_ALARM, ("event", U8), ("level", U8))
_TYRE: Layout = (("position", U8), ("event", U16), ("pressure_kpa", U16), ("temperature_c", U16), ("battery", U16))
# id → (name, how to read it); a number goes with the size of its unit
EXTRAS: dict[int, tuple[str, Any]] = {
    0x01: ("mileage_km", (4, 0.1)),
    0x02: ("oil_l", (2, 0.1)),
    0x03: ("recorder_speed_kmh", (2, 0.1)),
    0x04: ("event", (2, 1)),
    0x05: ("tyre_pressures", None),
    0x06: ("cabin_temperature_c", (-2, 1)),
    0x11: ("overspeed", (("type", U8), ("area", When(lambda values: bool(values["type"]), U32)))),
    0x12: ("area", (("type", U8), ("area", U32), ("direction", U8))),
    0x13: ("section", (("section", U32), ("seconds", U16), ("result", U8))),
    0x14: ("video_alarms", (4, 1)),
    0x15: ("video_lost", (4, 1)),
    0x16: ("video_covered", (4, 1)),
    0x17: ("storage_faults", (2, 1)),
    0x18: ("abnormal_driving", (("kinds", U16), ("fatigue", U8))),
    0x25: ("signals", (4, 1)),
    0x2A: ("io", (2, 1)),
    0x2B: ("analogue", (("ad1", U16), ("ad0", U16))),
    0x30: ("rssi", (1, 1)),
    0x31: ("satellites", (1, 1)),
    0x64: (
        "driver_assistance",
        (
            *_EVENT,
            ("front_speed_kmh", U8),
            ("front_distance_100ms", U8),
            ("departure", U8),
            ("sign", U8),
            ("sign_value", U8),
            *_PLACE,
        ),
    ),
    0x65: ("driver_state", (*_EVENT, ("fatigue", U8), ("reserved", Hex(4)), *_PLACE)),
    0x66: ("tyre_state", (*_ALARM, *_PLACE, ("tyres", Many(_TYRE, U8)))),
    0x67: ("blind_spot", (*_ALARM, ("event", U8), *_PLACE)),
}


@dataclass(frozen=True, slots=True)
class Position:
    """One position report, with the numbers of the wire.

    ``latitude`` and ``longitude`` are 1e-6 degrees without sign, ``altitude`` m, ``speed`` 0.1 km/h, ``direction``
    degrees clockwise from north, ``time`` the twelve BCD digits of Beijing time, ``extras`` (id, data) in their order,
    ``tail`` an extra that is longer than the body.
    """

    alarm: int
    status: int
    latitude: int
    longitude: int
    altitude: int
    speed: int
    direction: int
    time: str
    extras: tuple[tuple[int, bytes], ...] = ()
    tail: bytes = b""

    @property
    def fixed(self) -> bool:
        """Whether the receiver knew where it was; without that the coordinates mean nothing."""
        return bool(self.status & 2)

    @property
    def lat(self) -> float:
        """Degrees, south negative."""
        return round(self.latitude / 1e6 * (-1 if self.status & 4 else 1), 6)

    @property
    def lon(self) -> float:
        """Degrees, west negative."""
        return round(self.longitude / 1e6 * (-1 if self.status & 8 else 1), 6)

    @property
    def at_ms(self) -> int | None:
        """The device's moment in ms since 1970 UTC, or None if its clock says no moment."""
        moment = read_time(self.time)
        return int(moment.timestamp()) * 1000 if moment else None


def read_position(body: bytes) -> Position:
    """Return the position of a body of 0200.

    Raises BadFrame: body.
    """
    if len(body) < HEAD.size:
        raise BadFrame("body", f"a position has {HEAD.size} bytes, here are {len(body)}")
    alarm, status, latitude, longitude, altitude, speed, direction, time = HEAD.unpack_from(body)
    extras, at = [], HEAD.size
    while at + 2 <= len(body) and at + 2 + body[at + 1] <= len(body):
        extras.append((body[at], body[at + 2 : at + 2 + body[at + 1]]))
        at += 2 + body[at + 1]
    return Position(
        alarm, status, latitude, longitude, altitude, speed, direction, time.hex(), tuple(extras), body[at:]
    )


def write_position(position: Position) -> bytes:
    """Return the body of 0200.

    Raises struct.error, ValueError where a value does not fit.
    """
    extras = b"".join(bytes([name, len(data)]) + data for name, data in position.extras)
    return HEAD.pack(*_numbers(position), bytes.fromhex(position.time)) + extras + position.tail


def _numbers(position: Position) -> tuple[int, ...]:
    place = (position.alarm, position.status, position.latitude, position.longitude)
    return (*place, position.altitude, position.speed, position.direction)


def read_batch(body: bytes) -> tuple[int, list[Position]]:
    """Return the type (0 normal, 1 blind area) and the positions of a body of 0704.

    Raises BadFrame: body.
    """
    cursor = Cursor(body)
    count, kind = U16.read(cursor, {}), U8.read(cursor, {})
    return kind, [read_position(cursor.take(U16.read(cursor, {}))) for _ in range(count)]


def write_batch(kind: int, positions: list[Position]) -> bytes:
    """Return the body of 0704."""
    bodies = [write_position(each) for each in positions]
    return U16.write(len(bodies), {}) + bytes([kind]) + b"".join(U16.write(len(each), {}) + each for each in bodies)


def describe(position: Position) -> Values:
    """Return what the bits and extras of a position mean; what is not known is left out."""
    found: Values = {"alarms": _bits(position.alarm, ALARMS), "status": _bits(position.status, STATUS)}
    for number, data in position.extras:
        name, shape = EXTRAS.get(number, ("", None))
        value = _meaning(shape, data)
        if name and value is not None:
            found[name] = value
    if "signals" in found:
        found["signals"] = _bits(found["signals"], SIGNALS)
    return found


def _bits(value: int, names: tuple[str, ...]) -> list[str]:
    return [name for bit, name in enumerate(names) if value >> bit & 1]


def _meaning(shape: Any, data: bytes) -> Any:
    """Return the value of one extra, None if its length is not that of the standard (vendors reuse ids)."""
    if shape is None:
        return data.hex()
    if isinstance(shape[0], int):
        size, unit = shape
        if len(data) != abs(size):
            return None
        number = int.from_bytes(data, signed=size < 0)
        return number if unit == 1 else round(number * unit, 1)
    cursor = Cursor(data)
    try:
        values = read(shape, cursor)
    except BadFrame:
        return None
    return None if cursor.rest() else values
