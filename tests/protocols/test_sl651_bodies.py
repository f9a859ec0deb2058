"""SL 651-2014: elements and their moments, packets and pictures, what the centre answers and asks."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.frames import BadFrame
from anning.protocols.sl651 import (
    KINDS,
    Element,
    End,
    Frame,
    Function,
    Joiner,
    Mode,
    Reading,
    answer,
    ask_again,
    ask_elements,
    ask_period,
    decode,
    elements_of,
    encode,
    from_fields,
    picture_of,
    readings,
    set_clock,
    set_parameters,
    set_password,
    split,
    to_fields,
    utc_ms,
)
from anning.protocols.sl651.elements import (
    read_elements,
    read_number,
    read_words,
    write_elements,
    write_number,
    write_words,
)

HEAD = bytes.fromhex("0033170718110014")
NOW = datetime(2059, 10, 11, 7, 49, 47, tzinfo=UTC)  # 15:49:47 in Beijing
TEST = bytes.fromhex(
    "7E7E010012345678123430002B020003591011154947F1F1001234567848F0F05910111549"
    "20190000052619000005392300000127381211150320FA"
)
TIMED = bytes.fromhex(
    "7E7E05001122334403E832002B020034170718110016F1F1001122334448F0F01707181100"
    "201900004026190000403923000104903812109903A421"
)


def up(function: int, body: str, **more: Any) -> Frame:
    return Frame("0011223344", function, HEAD + bytes.fromhex(body), **more)


@pytest.mark.parametrize(
    ("digits", "decimals", "value"),
    [
        ("000005", 1, "0.5"),
        ("00000127", 3, "0.127"),
        ("1115", 2, "11.15"),
        ("99", 0, "99"),
        ("00", 0, "0"),
        ("000000", 1, "0.0"),
        ("ff000127", 3, "-0.127"),
        ("ff01234567", 3, "-1234.567"),
        ("ff01234567", 0, "-1234567"),
        ("ffffffff", 3, None),
        ("ff", 0, None),
        ("00a1", 1, "0x00a1"),
        ("0" * 60 + "12", 7, "0.0000012"),
    ],
)
def test_numbers_are_read_as_the_standard_writes_them(digits: str, decimals: int, value: str | None) -> None:
    assert read_number(digits, decimals) == value


@given(st.data(), st.sampled_from(list(KINDS.values())))
def test_every_element_is_read_as_it_was_written(data: st.DataObject, kind: Any) -> None:
    scaled = data.draw(st.none() | st.integers(1 - 10**kind.digits, 10**kind.digits - 1))
    digits = str(abs(scaled or 0)).zfill(kind.decimals + 1)
    whole = f"{digits[: len(digits) - kind.decimals]}.{digits[len(digits) - kind.decimals :]}".rstrip(".")
    value = None if scaled is None else f"{'-' * (scaled < 0)}{whole}"

    elements = [Element(kind.code, value), Element("20", "1.5")]

    assert read_elements(write_elements(elements)) == (elements, b"")
    assert read_words(write_words(elements)) == elements


def test_the_guides_and_rows_go_both_ways_in_both_forms() -> None:
    elements = [
        Element("F1", "0011223344", "H"),
        Element("F0", "1707181005"),
        Element("04", "000005"),
        Element("F4", [0.5, None, 0.0, 25.4] + [0.0] * 8),
        Element("F5", [0.12, None] + [6.5] * 10),
        Element("45", "00000400"),
        Element("3A", "-1.250"),
        Element("F2", "水位 1.25"),
    ]

    assert read_elements(write_elements(elements)) == (elements, b"")
    assert read_words(write_words(elements)) == elements
    assert write_words(elements[:3]) == "ST 0011223344 H TT 1707181005 DRN05 "


def test_ascii_says_the_same_as_hex() -> None:
    same = [["F1", "0011223344", "H"], ["F0", "1707181100"], ["20", "4.0"], ["39", "10.490"], ["38", None]]
    fields = {"station": "0011223344", "func": "32", "serial": 52, "sent": "2017-07-18T11:00:16", "elements": same}

    spoken = encode(from_fields({**fields, "ascii": True}))

    assert spoken[1:23] == b"0100112233440000320043"
    assert b"\x020034170718110016ST 0011223344 H TT 1707181100 PJ 4.0 Z 10.490 VT M \x03" in spoken
    assert to_fields(decode(spoken))["elements"] == same
    assert to_fields(decode(encode(from_fields(fields))))["elements"] == same


@pytest.mark.parametrize(
    ("body", "left"), [("2019", "2019"), ("201900", "201900"), ("ff", "ff"), ("ff20", "ff20"), ("f0f017", "f0f017"),
    ("f1f10011223344", "f1f10011223344"), ("20190000057f", "7f"), ("f310aabb", "f310aabb")]
)  # fmt: skip
def test_what_is_no_element_is_kept(body: str, left: str) -> None:
    fields = to_fields(up(0x32, body))

    assert fields["left"] == left
    assert fields["rest"] == body


def test_unknown_elements_are_kept_with_their_digits() -> None:
    assert to_fields(up(0x32, "ff02110001 991100a1"))["elements"] == [["FF02", "0.1"], ["99", "0x00a1"]]


def test_an_hourly_report_gives_every_value_its_moment() -> None:
    body = (
        "f1f1001122334448f0f01707181005f4600500000014ffffffffff0000f0f017071811002619000040"
        "f0f01707181005f5c0000c000c001c00310031ffffffffffffffffffff00310031f0f0170718110039230001049038121099"
    )
    found = readings(up(0x34, body))

    at = utc_ms("1707181005") or 0
    rains = [each for each in found if each.code == "F4"]
    assert [each.at_ms for each in rains] == [at + 300_000 * number for number in range(12)]
    assert [each.value for each in rains] == [0.5, 0, 0, 0, 2.0, None, None, None, None, None, 0, 0]
    assert rains[-1].at_ms == utc_ms("1707181100")
    assert at == datetime(2017, 7, 18, 2, 5, tzinfo=UTC).timestamp() * 1000
    assert found[-2:] == [Reading("39", utc_ms("1707181100"), 10.49), Reading("38", utc_ms("1707181100"), 10.99)]


def test_values_after_a_time_step_are_one_step_later_each() -> None:
    found = readings(up(0x38, "f0f01707181000 0418000030 39230000100039230000200038121200"))

    ten = utc_ms("1707181000") or 0
    assert found == [Reading("39", ten, 1.0), Reading("39", ten + 1_800_000, 2.0), Reading("38", ten, 12.0)]


@pytest.mark.parametrize("function", [Function.TEST, Function.KEEP_ALIVE, Function.READ_RUNNING])
def test_tests_and_settings_are_no_data(function: Function) -> None:
    assert readings(up(function, "20190000052619000005")) == []


def test_a_value_without_a_time_has_no_moment() -> None:
    assert readings(up(0x32, "2019000005")) == [Reading("20", None, 0.5)]
    assert readings(up(0x32, "f0f09913322599 2019000005")) == [Reading("20", None, 0.5)]


@pytest.mark.parametrize(
    ("function", "body", "content"),
    [
        (0x43, "200801 230803", {"parameters": [("20", "01", 0), ("23", "03", 0)]}),
        (0x49, "f1f10011223344 031003e8", {"address": "0011223344", "parameters": [("03", "03e8", 0)]}),
        (0x42, "2010", {"parameters": [], "left": "2010"}),
        (0x45, "f1f10011223344 0456312e30", {"address": "0011223344", "version": "V1.0"}),
        (0x46, "f1f10011223344 452000000081", {"address": "0011223344", "states": ["mains_off", "door_closed"]}),
        (0x50, "f1f10011223344" + "0001" * 32, {"address": "0011223344", "counts": [1] * 32}),
        (0x50, "f1f1001122", {"left": "f1f1001122"}),
        (0x51, "f1f10011223344", {"address": "0011223344"}),
    ],
)  # fmt: skip
def test_the_other_functions_say_what_they_say(function: int, body: str, content: dict[str, Any]) -> None:
    fields = to_fields(up(function, body))

    assert {key: value for key, value in fields.items() if key in {"address", "left", *content}} == content


def test_parameters_are_built_from_fields() -> None:
    fields = {"station": "0011223344", "func": "42", "serial": 0, "sent": "170718101913", "dir": "down", "end": "ENQ",
        "address": "0011223344", "parameters": [["30", "000200", 3]]}  # fmt: skip

    assert from_fields(fields).body.hex() == "0000170718101913f1f10011223344301b000200"


@pytest.mark.parametrize("ascii_form", [False, True])
@pytest.mark.parametrize("order", [range(5), range(4, -1, -1), [0, 2, 2, 1, 4, 3]])
def test_a_picture_in_packets_is_joined_in_any_order(order: list[int], ascii_form: bool) -> None:
    whole = up(0x36, "f1f1001122334448f0f01707181005f3f3" + "ffd8" + "a5" * 4500, ascii=ascii_form)
    packets = [decode(encode(packet)) for packet in split(whole)]
    joiner = Joiner()

    joined = [message for number in order if (message := joiner.add(packets[number], 0))]

    assert joined == [whole]
    assert [packet.end for packet in packets] == [End.ETB] * 4 + [End.ETX]
    assert ascii_form or picture_of(joined[0]) == b"\xff\xd8" + b"\xa5" * 4500


def test_packets_that_lack_are_asked_for_and_complete_the_picture() -> None:
    whole = up(0x36, "00" * 5000)
    packets = split(whole)
    joiner = Joiner(patience_ms=1000)
    for number in (0, 3):
        joiner.add(packets[number], 0)

    assert joiner.expire(999) == []
    (lost,) = joiner.expire(1000)
    asked = ask_again(lost.first, lost.packets[0], NOW)
    assert lost.packets == (2, 3, 5)
    assert (asked.end, asked.number, asked.total, asked.down) == (End.NAK, 2, 5, True)
    assert decode(encode(asked)) == asked

    for number in (1, 4):
        assert joiner.add(packets[number], 1002) is None
    assert joiner.expire(1002)[0].packets == (3,), "the last packet is there: what lacks is lost"
    assert joiner.add(packets[2], 1003) == whole
    assert joiner.expire(9999) == []


def test_a_picture_that_stays_in_pieces_is_given_up() -> None:
    joiner = Joiner(patience_ms=10, tries=2)
    joiner.add(split(up(0x36, "00" * 2000))[0], 0)

    asked = [len(joiner.expire(now)) for now in range(0, 100, 5)]

    assert sum(asked) == 2
    assert joiner.dropped == 1


def test_the_joiner_holds_no_more_than_its_limit() -> None:
    joiner = Joiner(limit=20_000, groups=3)
    for station in range(200):
        for packet in split(replace(up(0x36, "00" * 4000), station=f"{station:010}"))[:-1]:
            assert joiner.add(packet, station) is None

    held = joiner.expire(10**9)

    assert 1 <= len(held) <= 3
    assert joiner.dropped == (200 - len(held)) * 3


def test_a_new_picture_takes_the_place_of_one_that_was_never_whole() -> None:
    old, new = split(up(0x36, "01" * 2000)), split(replace(up(0x36, ""), body=b"\0\1" + bytes(6) + b"\2" * 2000))
    joiner = Joiner()
    joiner.add(old[0], 0)

    assert joiner.add(new[0], 1) is None
    whole = joiner.add(new[1], 2)

    assert whole is not None
    assert set(whole.body[8:]) == {2}


def test_reports_are_answered_as_the_standard_shows() -> None:
    stay = answer(decode(TEST), NOW, stay=True)
    timed = answer(decode(TIMED), datetime(2017, 7, 18, 3, 0, 16, tzinfo=UTC), stay=True)

    assert stay is not None
    assert timed is not None
    assert encode(stay).hex().upper() == "7E7E00123456780112343080080200035910111549471B75D4"
    assert encode(timed).hex().upper() == "7E7E00112233440503E83280080200341707181100161BE5D4"


@pytest.mark.parametrize(
    ("frame", "mode", "stay", "end"),
    [
        (up(0x32, ""), Mode.M2, False, End.EOT),
        (up(0x32, ""), Mode.M2, True, End.ESC),
        (up(0x32, "", end=End.ETB), Mode.M2, True, End.ACK),
        (up(0x32, ""), Mode.M1, False, None),
        (up(0x2F, ""), Mode.M2, False, None),
        (up(0x32, "", down=True), Mode.M2, False, None),
        (up(0x32, "", end=End.ENQ), Mode.M2, False, None),
        (replace(up(0x32, ""), body=b"\1"), Mode.M2, False, None),
        (up(0x36, "", total=3, number=1), Mode.M3, False, None),
        (up(0x36, ""), Mode.M3, False, End.EOT),
        (up(0x37, ""), Mode.M4, True, End.EOT),
        (up(0x37, "", end=End.ETB), Mode.M4, False, End.ACK),
    ],
)
def test_each_mode_owes_its_answer(frame: Frame, mode: Mode, stay: bool, end: End | None) -> None:
    owed = answer(frame, NOW, mode=mode, stay=stay)

    assert (owed.end if owed else None) == end
    if owed:
        assert decode(encode(owed)) == owed
        assert (owed.station, owed.password, owed.function, owed.down) == (
            frame.station,
            frame.password,
            frame.function,
            True,
        )
        assert owed.body.hex() == "0033591011154947"


def test_ascii_is_answered_in_ascii() -> None:
    asked = replace(decode(TIMED), ascii=True, body=b"0034170718110016PJ 4.0 ")

    owed = answer(asked, NOW)

    assert owed is not None
    assert (owed.ascii, owed.body) == (True, b"0034591011154947")


def test_the_centre_asks_with_serial_nought() -> None:
    to, span = decode(TIMED), (datetime(2017, 7, 18, 0, tzinfo=UTC), datetime(2017, 7, 18, 2, tzinfo=UTC))

    asked = {
        "period": ask_period(to, NOW, span, 5, "F4"),
        "elements": ask_elements(to, NOW, ["39", "F5", "20"]),
        "clock": set_clock(to, NOW),
        "parameters": set_parameters(to, Function.SET_RUNNING, NOW, [("20", "01", 0)]),
        "password": set_password(to, NOW, "1234", "03e8"),
    }

    assert {name: (f"{frame.function:02X}", frame.body[8:].hex()) for name, frame in asked.items()} == {
        "period": ("38", "17071808170718100418000005f460"),
        "elements": ("3A", "3923f5c02019"),
        "clock": ("4A", ""),
        "parameters": ("42", "200801"),
        "password": ("49", "03101234031003e8"),
    }
    for frame in asked.values():
        assert frame.body[:8].hex() == "0000591011154947"
        assert (frame.end, frame.down) == (End.ENQ, True)
        assert decode(encode(frame)) == frame
    with pytest.raises(BadFrame):
        ask_elements(to, NOW, ["EE"])


def test_a_number_that_does_not_fit_is_refused() -> None:
    for value in ("1234.5", "0.12", "-1000"):
        with pytest.raises(BadFrame):
            write_number(value, 4, 1)
    assert json.dumps(elements_of(decode(TEST))[0][2]) == '["20", "0.5", null]'
