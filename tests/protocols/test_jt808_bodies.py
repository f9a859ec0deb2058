"""JT/T 808: what the bodies say, in both directions, sub-packets, and what is answered."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anning.protocols.jt808 import Frame, Joiner, Position, decode, encode, from_fields, read_position, split, to_fields
from anning.protocols.jt808.answers import (
    Registered,
    acknowledge,
    answer,
    answer_media,
    answer_registration,
    ask_again,
)
from anning.protocols.jt808.fields import read_body, write_body
from anning.protocols.jt808.layout import Hex, Kind, Layout, Many, Number, Sized, Text, Time, When
from anning.protocols.jt808.messages import LAYOUTS, LAYOUTS_2019, REGISTRATIONS
from anning.protocols.jt808.parameters import Parameter
from anning.protocols.jt808.positions import describe, write_position

MOMENT = datetime(2026, 7, 20, 4, 5, 6, tzinfo=UTC)
FROM = Frame(0x0200, "013800000001", 7, bytes(28))
MODERN = replace(FROM, phone="00000000013800000001", version=1)
words = st.text("津A0天 bC粤", max_size=8).map(str.strip)


@st.composite
def groups(draw: st.DrawFn, layout: Layout) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, kind in layout:
        values[name] = draw(value_of(kind, values))
    return values


def value_of(kind: Kind, values: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return the values that fit one field."""
    match kind:
        case Number(size):
            return st.integers(0, 256**size - 1)
        case Hex(size):
            return st.binary(min_size=size or 0, max_size=size or 30).map(bytes.hex)
        case Text(size):
            return words.filter(lambda text: size is None or len(text.encode("gbk")) <= size)
        case Sized(_, inner):
            return value_of(inner, values)
        case Time(zone):
            return st.integers(946_684_800, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, zone).isoformat())
        case Many(of):
            return st.lists(groups(of) if isinstance(of, tuple) else value_of(of, values), max_size=3)
        case When(condition, inner):
            return value_of(inner, values) if condition(values) else st.none()
        case _:
            assert isinstance(kind, Parameter)
            found = {"0001": 10, "0013": "10.0.0.1", "0084": 2, "0031": 500, "0110": "0x0011"}
            return st.sampled_from([{"id": number, "value": value} for number, value in found.items()])


TABLES = [
    *((message, layout, False) for message, layout in LAYOUTS.items()),
    *((message, LAYOUTS_2019[message], True) for message in LAYOUTS if LAYOUTS[message] != LAYOUTS_2019[message]),
]


@pytest.mark.parametrize(
    ("message", "layout", "versioned"), TABLES, ids=lambda value: value if isinstance(value, int) else ""
)
@settings(max_examples=10)
@given(data=st.data())
def test_every_body_is_read_as_it_was_written(
    message: int, layout: Layout, versioned: bool, data: st.DataObject
) -> None:
    values = data.draw(groups(layout))
    frame = Frame(
        message, "0" * 12, body=write_body(message, values, versioned=versioned), version=1 if versioned else None
    )

    assert read_body(frame) == values
    fields = {key: value for key, value in to_fields(frame).items() if key != "body_hex"}
    assert from_fields(json.loads(json.dumps(fields))).body == frame.body


@pytest.mark.parametrize("edition", REGISTRATIONS)
def test_the_three_registrations_are_told_apart(edition: int) -> None:
    values = {"province": 12, "city": 117, "maker": "TJAN1", "model": "HB-R03", "terminal": "1906751", "color": 2,
        "plate": "津A12345"}  # fmt: skip
    body = write_body(0x0100, values, edition=edition)

    fields = to_fields(Frame(0x0100, "1", body=body, version=1 if edition == 2019 else None))

    assert fields["body"] == values
    assert fields["edition"] == edition
    assert from_fields({**fields, "body_hex": body.hex()}).body == body


positions = st.builds(
    Position,
    alarm=st.integers(0, 2**32 - 1),
    status=st.integers(0, 2**32 - 1),
    latitude=st.integers(0, 90_000_000),
    longitude=st.integers(0, 180_000_000),
    altitude=st.integers(0, 0xFFFF),
    speed=st.integers(0, 0xFFFF),
    direction=st.integers(0, 359),
    time=st.just("260720120506"),
    extras=st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=60)), max_size=5).map(tuple),
)


@settings(max_examples=50)
@given(positions)
def test_positions_are_read_as_they_were_written(position: Position) -> None:
    assert read_position(write_position(position)) == position
    assert describe(position)["alarms"] is not None


@given(
    st.lists(positions.map(lambda each: replace(each, extras=())), max_size=4),
    st.sampled_from([0x0200, 0x0201, 0x0500, 0x0704]),
)
def test_positions_go_through_their_fields(found: list[Position], message: int) -> None:
    found = found or [read_position(bytes(28))]
    head = {0x0200: "", 0x0201: "0102", 0x0500: "0102", 0x0704: f"{len(found):04x}01"}[message]
    bodies = [write_position(each) for each in found]
    body = bytes.fromhex(head) + (
        b"".join(len(each).to_bytes(2) + each for each in bodies) if message == 0x0704 else bodies[0]
    )
    fields = to_fields(Frame(message, "1", body=body))

    assert from_fields({key: value for key, value in fields.items() if key != "body_hex"}).body == body


def test_a_position_means_what_the_standard_says() -> None:
    extras = ((1, (123).to_bytes(4)), (2, (55).to_bytes(2)), (3, (601).to_bytes(2)), (6, b"\xff\xf6"), (0x11, b"\0"),
        (0x12, b"\1\0\0\0\7\1"), (0x25, b"\0\0\0\5"), (0x2B, b"\0\1\0\2"), (0x30, b"\x1e"), (0x31, b"\x0b"),
        (0x66, b"\1"), (0x64, bytes(47)), (0xE0, b"vendor"))  # fmt: skip
    south_west = Position(1 | 1 << 29, 0b1111, 39_117_500, 117_500_000, 12, 605, 90, "260720120506", extras)

    meaning = describe(south_west)

    assert (south_west.lat, south_west.lon, south_west.fixed) == (-39.1175, -117.5, True)
    assert south_west.at_ms == int(MOMENT.timestamp()) * 1000
    assert replace(south_west, time="261320120506").at_ms is None
    assert meaning["alarms"] == ["sos", "collision"]
    assert meaning["status"] == ["acc", "fixed", "south", "west"]
    assert meaning["driver_assistance"]["mark"] == "00" * 16
    expected = {"mileage_km": 12.3, "oil_l": 5.5, "recorder_speed_kmh": 60.1, "cabin_temperature_c": -10,
        "overspeed": {"type": 0, "area": None}, "area": {"type": 1, "area": 7, "direction": 1},
        "signals": ["low_beam", "right_turn"], "analogue": {"ad1": 1, "ad0": 2},
        "rssi": 30, "satellites": 11}  # fmt: skip
    assert {key: value for key, value in meaning.items() if key in expected} == expected
    assert "tyre_state" not in meaning, "one byte is a vendor's own 66"


def test_a_body_that_breaks_off_is_a_fault_of_the_body_not_of_the_frame() -> None:
    fields = to_fields(decode(encode(replace(FROM, body=bytes(27)))))

    assert fields["body"] is None
    assert "28" in fields["body_error"]


def test_an_unknown_message_keeps_its_bytes() -> None:
    fields = to_fields(Frame(0x7777, "1", body=b"\1\2"))

    assert (fields["body"], fields["body_hex"]) == (None, "0102")


@pytest.mark.parametrize("order", [range(5), range(4, -1, -1), [2, 2, 0, 1, 4, 3, 3]])
def test_sub_packets_are_joined_in_any_order(order: list[int]) -> None:
    whole = replace(FROM, id=0x0801, serial=65534, body=bytes(range(250)) * 20)
    packets = split(whole)
    joiner = Joiner()

    joined = [message for index in order if (message := joiner.add(decode(encode(packets[index])), 0))]

    assert joined == [whole]
    assert [packet.serial for packet in packets] == [65534, 65535, 0, 1, 2]


def test_packets_that_lack_are_asked_for_and_complete_the_message() -> None:
    whole = replace(FROM, id=0x0801, serial=100, body=bytes(5000))
    packets = split(whole)
    joiner = Joiner(patience_ms=1000)
    for index in (1, 3):
        joiner.add(packets[index], 0)

    assert joiner.expire(999) == []
    (lost,) = joiner.expire(1000)
    assert lost.packets == (1, 3, 5)
    assert read_body(ask_again(lost, 9)) == {"reply_seq": 100, "packets": [1, 3, 5]}

    assert joiner.add(packets[0], 1001) is None
    assert joiner.add(packets[4], 1002) is None
    assert joiner.expire(1002)[0].packets == (3,), "the last packet is there: what lacks is lost"
    assert joiner.add(packets[2], 1003) == whole
    assert joiner.expire(9999) == []


def test_a_message_that_stays_in_pieces_is_given_up() -> None:
    joiner = Joiner(patience_ms=10, tries=2)
    joiner.add(split(replace(FROM, body=bytes(2000)))[0], 0)

    asked = [len(joiner.expire(now)) for now in range(0, 100, 5)]

    assert sum(asked) == 2
    assert joiner.dropped == 1


def test_the_joiner_holds_no_more_than_its_limit() -> None:
    joiner = Joiner(limit=20_000, groups=3)
    for number in range(200):
        for packet in split(replace(FROM, phone=f"{number:012}", body=bytes(4000)))[:-1]:
            assert joiner.add(packet, number) is None

    held = joiner.expire(10**9)

    assert 1 <= len(held) <= 3
    assert joiner.dropped == (200 - len(held)) * 3


def test_a_new_message_takes_the_place_of_one_that_was_never_whole() -> None:
    old, new = (split(replace(FROM, body=bytes([value]) * 2000)) for value in (1, 2))
    joiner = Joiner()
    joiner.add(old[0], 0)

    assert joiner.add(new[0], 1) is None
    whole = joiner.add(new[1], 2)

    assert whole is not None
    assert set(whole.body) == {2}


@pytest.mark.parametrize("to", [FROM, MODERN])
def test_a_message_is_answered_by_the_general_answer(to: Frame) -> None:
    owed = answer(to, 5, MOMENT)

    assert owed is not None
    assert to_fields(decode(encode(owed)))["body"] == {"reply_seq": 7, "reply_id": "0200", "result": 0}
    assert (owed.phone, owed.version, owed.serial) == (to.phone, to.version, 5)


def test_a_call_for_help_is_confirmed() -> None:
    owed = answer(replace(FROM, body=b"\0\0\0\1" + bytes(24)), 5, MOMENT)

    assert owed is not None
    assert owed.body[-1] == 4


def test_the_time_is_told_in_utc() -> None:
    owed = answer(replace(MODERN, id=0x0004, body=b""), 5, MOMENT)

    assert owed is not None
    assert (owed.id, owed.body.hex()) == (0x8004, "260720040506")


@pytest.mark.parametrize("message", [0x0001, 0x0100, 0x0104, 0x0201, 0x8001])
def test_an_answer_or_an_echo_is_not_answered(message: int) -> None:
    assert answer(replace(FROM, id=message), 5, MOMENT) is None


def test_a_registration_gives_its_code_only_when_it_succeeds() -> None:
    assert answer_registration(FROM, 1, Registered.OK, "码1").body == b"\0\7\0" + "码1".encode("gbk")
    assert answer_registration(FROM, 1, Registered.NO_VEHICLE, "码1").body == b"\0\7\2"


def test_a_picture_is_answered_with_what_of_it_lacks() -> None:
    picture = replace(FROM, id=0x0801, body=b"\0\0\0\x81" + bytes(40))

    owed = answer(picture, 1, MOMENT)

    assert owed is not None
    assert (owed.id, owed.body.hex()) == (0x8800, "00000081")
    assert answer_media(picture, 1, (258, 772)).body.hex() == "000000810201020304"
    assert acknowledge(picture, 1).body.hex() == "0007080100"
