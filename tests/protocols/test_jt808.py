"""JT/T 808: the conformance vectors, the frame layer and the splitter."""

import json
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.frames import BadFrame
from anning.protocols.jt808 import Frame, Splitter, decode, encode, from_fields, kind, to_fields
from anning.protocols.jt808.frames import LIMIT, escape, fold
from tests.protocols.mutation import mutate
from tests.protocols.vectors import vectors, wire

VECTORS = vectors("jt808")
# (frame, key) → why our field differs from the one that the vectors expect
DIFFERENCES = {
    ("7e0001000701234567890004b303e800020000a8797e", "body_error"): (
        "JT/T 808-2013 8.1, general answer of the terminal: serial, id and result are the first five bytes; the two "
        "after them are kept as `rest`. The expected text is an exception of the other decoder."
    ),
    (
        "7e01000021000123456789000a002800323132333400746b3132333435004348493132330001d4c1413132333435857e",
        "body_error",
    ): (
        "JT/T 808-2011, registration of the terminal (0100): the model has 8 bytes there, so 33 are a whole body. "
        "The expected text is an exception of the other decoder, which knows no edition before 2013."
    ),
    (
        "7e01000021013345678906000f002c012f373031313142534a2d4d3742203030303030303001d4c1423838383838b47e",
        "body_error",
    ): "JT/T 808-2011, registration of the terminal (0100), as above.",
}
PLAIN = Frame(0x0200, "013800000001", 7, bytes(28))
SOUND = [wire(row.values[0]) for row in VECTORS if row.values[0].get("valid")] or [encode(PLAIN)]

frames = st.builds(
    Frame,
    id=st.integers(0, 0xFFFF),
    phone=st.text("0123456789", min_size=12, max_size=12),
    serial=st.integers(0, 0xFFFF),
    body=st.binary(max_size=1023) | st.lists(st.sampled_from([0x7D, 0x7E, 1, 2]), max_size=99).map(bytes),
)


def checked(message: str) -> bytes:
    """Return a frame of the bytes, right in its flags, escapes and check code."""
    plain = bytes.fromhex(message)
    return b"\x7e" + escape(plain + bytes([fold(plain)])) + b"\x7e"


@pytest.mark.parametrize("row", VECTORS)
def test_the_vectors_are_met(row: dict[str, Any]) -> None:
    if not row["valid"]:
        with pytest.raises(BadFrame):
            decode(wire(row))
        return

    frame = decode(wire(row))
    fields = json.loads(json.dumps(to_fields(frame)))

    differing = {key for key, value in row["expect"].items() if fields.get(key, "nothing") != value}
    assert differing == {key for hexed, key in DIFFERENCES if hexed == row["hex"]}
    assert kind(frame) == row["kind"]
    assert encode(frame) == wire(row)
    assert from_fields(fields) == frame


def test_every_difference_is_still_one() -> None:
    there = {row.values[0].get("hex") for row in VECTORS}
    if there == {None}:
        pytest.skip("needs the vectors")

    assert {hexed for hexed, _ in DIFFERENCES} <= there


@given(frames, st.none() | st.integers(0, 255), st.none() | st.tuples(st.integers(1, 9), st.integers(0, 9)))
def test_what_is_encoded_is_decoded(frame: Frame, version: int | None, packet: tuple[int, int] | None) -> None:
    frame = replace(frame, version=version, phone=frame.phone.zfill(12 if version is None else 20))
    if packet:
        frame = replace(frame, index=packet[0], total=packet[0] + packet[1])

    data = encode(frame)

    assert decode(data) == frame
    assert from_fields(json.loads(json.dumps(to_fields(frame)))) == frame
    assert Splitter().feed(data) == [data]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "flags"),
        (b"\x7e", "flags"),
        (encode(PLAIN)[:-1], "flags"),
        (encode(PLAIN) + b"\x7e", "flags"),
        (b"\x7e" + bytes(LIMIT) + b"\x7e", "length"),
        (b"\x7e\x02\x00\x7e", "length"),
        (b"\x7e" + bytes(13) + b"\x7d\x7e", "escape"),
        (b"\x7e" + bytes(12) + b"\x01\x7e", "check"),
        (checked("0200 0002 000000000001 0000 00"), "length"),
        (checked("0200 6000 01 00000000000000000001 0000 0001"), "length"),
        (checked("0200 0400 000000000001 0000"), "encrypted"),
        (checked("0200 2000 000000000001 0000 0000 0000"), "packet"),
        (checked("0200 2000 000000000001 0000 0002 0003"), "packet"),
    ],
)
def test_a_bad_frame_says_what_is_wrong(data: bytes, code: str) -> None:
    with pytest.raises(BadFrame) as raised:
        decode(data)

    assert raised.value.code == code


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (replace(PLAIN, body=bytes(1024)), "length"),
        (replace(PLAIN, serial=65536), "length"),
        (replace(PLAIN, phone="1" * 13), "phone"),
        (replace(PLAIN, phone="天津"), "phone"),
        (replace(PLAIN, total=2, index=3), "packet"),
        (replace(PLAIN, total=2), "packet"),
    ],
)
def test_what_cannot_be_a_frame_is_not_encoded(frame: Frame, code: str) -> None:
    with pytest.raises(BadFrame) as raised:
        encode(frame)

    assert raised.value.code == code


@pytest.mark.parametrize(
    "fields", [{}, {"id": "zz"}, {"id": "0200"}, {"id": "0200", "phone": "1", "body": 3}, {"id": "0200", "phone": "1",
     "body": {"alarm": -1}}, {"id": "9999", "phone": "1", "body": {"a": 1}}, {"id": "8001", "phone": "1"},
     {"id": "0002", "phone": "1", "seq": float("inf")}]
)  # fmt: skip
def test_fields_that_say_no_message_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadFrame):
        encode(from_fields(fields))


@given(st.binary(max_size=200))
def test_the_fold_is_the_xor_of_all_bytes(data: bytes) -> None:
    expected = 0
    for each in data:
        expected ^= each

    assert fold(data) == expected


@given(st.lists(frames, max_size=4), st.integers(1, 40), st.booleans())
def test_a_stream_in_any_pieces_gives_its_frames(sent: list[Frame], step: int, shared: bool) -> None:
    data = [encode(frame) for frame in sent]
    stream = b"".join(data).replace(b"\x7e\x7e", b"\x7e") if shared else b"".join(data)
    splitter = Splitter()

    found = [frame for at in range(0, len(stream), step) for frame in splitter.feed(stream[at : at + step])]

    assert found == data
    assert splitter.skipped == 0


def test_noise_between_frames_costs_no_frame() -> None:
    data = encode(PLAIN)
    splitter = Splitter()

    found = splitter.feed(b"noise" + data + b"more noise" + data)

    assert found == [data, b"\x7emore noise\x7e", data]
    assert splitter.skipped == 5


def test_an_endless_stream_is_neither_held_nor_returned() -> None:
    splitter = Splitter()

    found = [frame for _ in range(2000) for frame in splitter.feed(b"\x7e" + b"\x55" * LIMIT)]

    assert found == []
    assert splitter.skipped == 2000 * LIMIT


def test_damaged_frames_raise_nothing_but_bad_frame() -> None:
    random = Random(808)
    decoded = 0
    for _ in range(2000):
        for data in Splitter().feed(mutate(random.choice(SOUND), random)):
            with suppress(BadFrame):
                assert from_fields(to_fields(frame := decode(data))) == frame
                decoded += 1

    assert decoded


def test_damaged_bodies_raise_nothing_but_bad_frame() -> None:
    """A body behind a right check code reaches the readers of all messages."""
    random = Random(2019)
    sound = [decode(data) for data in SOUND]
    for _ in range(2000):
        frame = random.choice(sound)
        damaged = replace(frame, body=mutate(frame.body, random)[:1023])

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
    for key in ("body_hex",):
        fields.pop(key, None)
    while isinstance(place.get(key := data.draw(st.sampled_from(sorted(place)))), dict) and place[key]:
        place = place[key]
    place[key] = data.draw(json_values)

    with suppress(BadFrame):
        encode(from_fields(fields))
