"""JSON telemetry: ThingsBoard's forms, plain topics, and what is not accepted."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.frames import BadFrame
from anning.protocols.telemetry import MOST, Reading, decode, decode_device, encode_device

ME = "v1/devices/me/telemetry"


@pytest.mark.parametrize(
    ("topic", "payload", "readings"),
    [
        (ME, b'{"temperature": 42}', [Reading(None, "temperature", None, 42.0)]),
        (ME, b'[{"a": 1}, {"b": true}]', [Reading(None, "a", None, 1.0), Reading(None, "b", None, 1.0)]),
        (ME, b'{"ts": 1483228800000, "values": {"a": 1, "b": null}}',
            [Reading(None, "a", 1483228800000, 1.0), Reading(None, "b", 1483228800000, None)]),
        (ME, b'[{"ts": 1, "values": {"a": 1}}, {"ts": 2, "values": {"a": 2}}]',
            [Reading(None, "a", 1, 1.0), Reading(None, "a", 2, 2.0)]),
        (ME, b'{"a": "12.5", "state": "ON"}', [Reading(None, "a", None, 12.5), Reading(None, "state", None, 1.0)]),
        ("v1/gateway/telemetry", b'{"A 1": [{"ts": 1483228800000, "values": {"t": 42}}], "B": [{"x": 1}]}',
            [Reading("A 1", "t", 1483228800000, 42.0), Reading("B", "x", None, 1.0)]),
        ("plant/tank1/level", b"71.5", [Reading("tank1", "level", None, 71.5)]),
        ("plant/tank1/level", b'{"value": 71.5, "ts": 9, "unit": "%"}', [Reading("tank1", "level", 9, 71.5)]),
        ("tele/plug/SENSOR", b'{"Time": "2026-01-01T00:00:00", "AM2301": {"Temperature": 21.0}}',
            [Reading("plug", "AM2301.Temperature", None, 21.0)]),
        ("tele/plug/LWT", b"Offline", [Reading("plug", "online", None, 0.0)]),
        ("zigbee2mqtt/door", b'{"contact": false, "battery": 97}',
            [Reading("door", "contact", None, 0.0), Reading("door", "battery", None, 97.0)]),
    ],
)  # fmt: skip
def test_every_form_is_read(topic: str, payload: bytes, readings: list[Reading]) -> None:
    assert decode(topic, payload).readings == readings


def test_what_is_no_number_is_kept_beside_the_readings() -> None:
    found = decode(ME, b'{"a": 1, "firmware": "1.0-rc", "list": [1]}')

    assert found.readings == [Reading(None, "a", None, 1.0)]
    assert found.others == {"firmware": "1.0-rc", "list": [1]}


def test_the_unit_of_a_plain_value_is_kept() -> None:
    assert decode("a/b/c", b'{"value": 1, "unit": "MPa"}').others == {"unit": "MPa"}


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        (ME, b"", "json"),
        (ME, b"\xff\xfe", "json"),
        (ME, b'{"a": NaN}', "json"),
        (ME, b'{"a": -Infinity}', "json"),
        (ME, b"[" * 100_000, "json"),
        (ME, b"42", "form"),
        (ME, b'{"ts": "yesterday", "values": {"a": 1}}', "time"),
        (ME, b'{"ts": -1, "values": {"a": 1}}', "time"),
        (ME, b'{"ts": true, "values": {"a": 1}}', "time"),
        (ME, b'{"ts": 1e30, "values": {"a": 1}}', "time"),
        (ME, b'{"ts": 1, "values": 3}', "form"),
        ("v1/gateway/telemetry", b"[1]", "form"),
        ("one", b"1", "topic"),
        ("a//b", b"1", "topic"),
        ("tele/x/LWT", b"maybe", "form"),
        (ME, b"[" + b",".join([b'{"a":1}'] * (MOST + 1)) + b"]", "too_many"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(topic: str, payload: bytes, code: str) -> None:
    with pytest.raises(BadFrame) as caught:
        decode(topic, payload)

    assert caught.value.code == code


def test_numbers_that_no_float_holds_are_not_readings() -> None:
    found = decode(ME, b'{"a": 1e999, "b": ' + b"9" * 400 + b', "c": "nan"}')

    assert found.readings == []
    assert set(found.others) == {"a", "b", "c"}


@given(
    st.dictionaries(st.text(max_size=9), st.floats(allow_nan=False, allow_infinity=False), max_size=9),
    st.none() | st.integers(0, 4_000_000_000_000),
)
def test_what_is_sent_is_read(values: dict[str, float], at_ms: int | None) -> None:
    found = decode_device(encode_device(values, at_ms))

    if at_ms is not None or not values.keys() <= {"ts", "values"}:
        assert found.readings == [Reading(None, key, at_ms, value) for key, value in values.items()]


@given(st.text(max_size=20), st.binary(max_size=60))
def test_noise_raises_nothing_but_bad_frame(topic: str, payload: bytes) -> None:
    with suppress(BadFrame):
        decode(topic, payload)
