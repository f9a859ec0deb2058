"""SL 651-2014: the conformance vectors, the frame layer in both forms, the splitter."""

import json
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.frames import BadFrame
from anning.protocols.sl651 import End, Frame, Splitter, decode, encode, from_fields, kind, to_fields
from anning.protocols.sl651.frames import LIMIT, crc
from tests.protocols.mutation import mutate
from tests.protocols.vectors import vectors, wire

VECTORS = vectors("sl651")
PLAIN = Frame("0012345678", 0x32, bytes.fromhex("0003591011154947") + b"\x20\x19\x00\x00\x05")
SOUND = [wire(row.values[0]) for row in VECTORS if row.values[0].get("valid")] or [encode(PLAIN)]

frames = st.builds(
    Frame,
    station=st.binary(min_size=5, max_size=5).map(bytes.hex),
    function=st.integers(0, 255),
    body=st.binary(max_size=300),
    centre=st.integers(0, 255),
    password=st.binary(min_size=2, max_size=2).map(bytes.hex),
    end=st.sampled_from(list(End)),
    down=st.booleans(),
    ascii=st.booleans(),
)


@pytest.mark.parametrize("row", VECTORS)
def test_the_vectors_are_met(row: dict[str, Any]) -> None:
    if not row["valid"]:
        with pytest.raises(BadFrame):
            decode(wire(row))
        return

    frame = decode(wire(row))
    fields = json.loads(json.dumps(to_fields(frame)))

    assert {key: fields.get(key) for key in row["expect"]} == row["expect"]
    assert kind(frame) == row["kind"]
    assert encode(frame) == wire(row)
    assert from_fields(fields) == frame


@given(frames, st.none() | st.tuples(st.integers(1, 9), st.integers(0, 4000)))
def test_what_is_encoded_is_decoded(frame: Frame, packet: tuple[int, int] | None) -> None:
    if packet:
        frame = replace(frame, number=packet[0], total=packet[0] + packet[1])

    data = encode(frame)

    assert decode(data) == frame
    assert from_fields(json.loads(json.dumps(to_fields(frame)))) == frame
    assert Splitter().feed(data) == [data]


def test_the_check_code_is_that_of_modbus() -> None:
    assert crc(b"123456789") == 0x4B37


def sealed(data: str, *, ascii_form: bool = False) -> bytes:
    """Return the bytes with a right check code after them."""
    plain = data.encode("latin-1") if ascii_form else bytes.fromhex(data)
    return plain + (f"{crc(plain):04X}".encode() if ascii_form else crc(plain).to_bytes(2))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "start"),
        (b"\x7e\x01", "start"),
        (b"\x7e\x7e\x01", "length"),
        (sealed("7e7e 01 0012345678 1234 32 0001 02 03"), "length"),
        (encode(PLAIN)[:-1] + b"\x00", "check"),
        (sealed("7e7e 01 0012345678 1234 32 3000 02 03"), "direction"),
        (sealed("7e7e 01 0012345678 1234 32 0000 01 03"), "start"),
        (sealed("7e7e 01 0012345678 1234 32 0000 02 01"), "end"),
        (sealed("7e7e 01 0012345678 1234 32 0002 16 0000 03"), "packet"),
        (sealed("7e7e 01 0012345678 1234 32 0003 16 001002 03"), "packet"),
        (b"\x01", "length"),
        (sealed("\x01010012345678123432000\x7a\x02\x03", ascii_form=True), "header"),
        (sealed("\x010100123456781234320001\x02\x03", ascii_form=True), "length"),
        (sealed("\x010100123456781234320003\x16abc\x03", ascii_form=True), "header"),
        (sealed("\x010100123456781234320004\x16abcd\x03", ascii_form=True), "packet"),
        (b"\x010100123456781234320000\x02\x030000", "check"),
    ],
)
def test_a_bad_frame_says_what_is_wrong(data: bytes, code: str) -> None:
    with pytest.raises(BadFrame) as raised:
        decode(data)

    assert raised.value.code == code


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (replace(PLAIN, body=bytes(4096)), "length"),
        (replace(PLAIN, body=bytes(4093), total=2, number=1), "length"),
        (replace(PLAIN, station="12"), "header"),
        (replace(PLAIN, station="天津"), "header"),
        (replace(PLAIN, function=256), "header"),
        (replace(PLAIN, password="123456"), "header"),
        (replace(PLAIN, total=2, number=3), "packet"),
        (replace(PLAIN, total=4096, number=3), "packet"),
        (replace(PLAIN, number=3), "packet"),
    ],
)
def test_what_cannot_be_a_frame_is_not_encoded(frame: Frame, code: str) -> None:
    with pytest.raises(BadFrame) as raised:
        encode(frame)

    assert raised.value.code == code


FIELDS = {"station": "0012345678", "func": "32", "serial": 3, "sent": "2026-07-20T08:00:00"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"func": "zz"},
        {"serial": 99999},
        {"sent": "now"},
        {"end": "??"},
        {"rest": "z"},
        {"elements": [["20", "0.55"]]},
        {"elements": [["20", "1000000.0"]]},
        {"elements": [["20", "wet"]]},
        {"elements": [["EE", "1"]]},
        {"elements": [[]]},
        {"elements": [["F5", [1e9]]]},
        {"parameters": [["20"]]},
    ],
)
def test_fields_that_say_no_frame_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadFrame):
        encode(from_fields(FIELDS | wrong))


@given(st.lists(frames, max_size=4), st.integers(1, 40))
def test_a_stream_in_any_pieces_gives_its_frames(sent: list[Frame], step: int) -> None:
    data = [encode(frame) for frame in sent]
    stream = b"".join(data)
    splitter = Splitter()

    found = [frame for at in range(0, len(stream), step) for frame in splitter.feed(stream[at : at + step])]

    assert found == data
    assert splitter.skipped == 0


@pytest.mark.parametrize(
    "noise", [b"noise", b"\x7e", b"\x7e\x7e", b"\x01\x01", b"\x7e\x7e\x7e\x01ab", bytes(range(256))]
)
def test_noise_between_frames_costs_no_frame(noise: bytes) -> None:
    sent = [encode(PLAIN), encode(replace(PLAIN, ascii=True)), encode(PLAIN)]
    splitter = Splitter()

    found = [frame for data in sent for piece in (noise, data) for frame in splitter.feed(piece)]

    assert found == sent
    assert splitter.skipped == 3 * len(noise)


def test_a_damaged_length_does_not_swallow_the_frames_after_it() -> None:
    long = bytearray(encode(PLAIN))
    long[11] = 0x0F
    splitter = Splitter()

    assert splitter.feed(bytes(long)) == []
    assert splitter.feed(encode(PLAIN)) == [encode(PLAIN)]
    assert splitter.skipped == len(long)


@pytest.mark.parametrize(
    "piece", [b"\x7e\x7e", b"\x01", b"\x01" + b"0" * 22 + b"\x02", sealed("7e7e 0000000000000000 32 0fff 02")]
)
def test_an_endless_stream_is_neither_held_nor_returned(piece: bytes) -> None:
    splitter = Splitter()
    sent = 0
    for _ in range(50):
        data = piece * (2000 // len(piece))
        sent += len(data)
        for frame in splitter.feed(data):
            with suppress(BadFrame):
                decode(frame)

    assert sent - splitter.skipped <= LIMIT + 2000


def test_damaged_frames_raise_nothing_but_bad_frame() -> None:
    random = Random(651)
    decoded = 0
    for _ in range(2000):
        for data in Splitter().feed(mutate(random.choice(SOUND), random)):
            with suppress(BadFrame):
                assert from_fields(to_fields(frame := decode(data))) == frame
                decoded += 1

    assert decoded


def test_damaged_bodies_raise_nothing_but_bad_frame() -> None:
    """A body behind a right check code reaches the readers of all functions."""
    random = Random(2014)
    sound = [decode(data) for data in SOUND]
    for _ in range(2000):
        frame = random.choice(sound)
        body = mutate(frame.body, random)[:2000]
        damaged = replace(frame, body=body, function=random.randrange(0x2F, 0x52), ascii=random.random() < 0.2)

        assert from_fields(to_fields(decode(encode(damaged)))) == damaged


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["0x1", "f" * 12]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_fields_that_make_no_sense_raise_nothing_but_bad_frame(data: st.DataObject) -> None:
    fields = to_fields(decode(data.draw(st.sampled_from(SOUND))))
    place = fields
    for key in ("rest", "raw"):
        fields.pop(key, None)
    while isinstance(place.get(key := data.draw(st.sampled_from(sorted(place)))), dict) and place[key]:
        place = place[key]
    place[key] = data.draw(json_values)

    with suppress(BadFrame):
        encode(from_fields(fields))
