"""MQTT 3.1.1 packets: examples of the standard, round trips, and every kind of nonsense."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anning.kernel.frames import BadFrame
from anning.protocols import mqtt
from anning.protocols.mqtt.packets import Type

# Bytes as the standard's figures give them (3.1 to 3.14).
EXAMPLES = [
    (
        "10 1d 0004 4d515454 04 ce 000a 0001 61 0001 77 0001 78 0004 757365 72 0002 7077",
        mqtt.Connect("a", True, 10, "user", b"pw", mqtt.Will("w", b"x", qos=1)),
    ),
    ("20 02 01 00", mqtt.Connack(0, True)),
    ("20 02 00 05", mqtt.Connack(5)),
    ("30 05 0003 612f62", mqtt.Publish("a/b", b"")),
    ("3b 08 0003 612f62 000a 31", mqtt.Publish("a/b", b"1", 1, 10, retain=True, duplicate=True)),
    ("40 02 000a", mqtt.Ack(Type.PUBACK, 10)),
    ("62 02 000a", mqtt.Ack(Type.PUBREL, 10)),
    ("82 0e 000a 0003 612f62 01 0003 632f64 02", mqtt.Subscribe(10, (("a/b", 1), ("c/d", 2)))),
    ("90 05 000a 00 02 80", mqtt.Suback(10, (0, 2, 0x80))),
    ("a2 0c 000a 0003 612f62 0003 632f64", mqtt.Unsubscribe(10, ("a/b", "c/d"))),
    ("b0 02 000a", mqtt.Ack(Type.UNSUBACK, 10)),
    ("c0 00", mqtt.PingRequest()),
    ("d0 00", mqtt.PingResponse()),
    ("e0 00", mqtt.Disconnect()),
]


@pytest.mark.parametrize(("text", "packet"), EXAMPLES, ids=lambda each: each if isinstance(each, str) else "")
def test_the_figures_of_the_standard_are_read_and_written(text: str, packet: mqtt.Packet) -> None:
    data = bytes.fromhex(text)

    assert mqtt.decode(data) == packet
    assert mqtt.encode(packet) == data
    assert mqtt.from_fields(mqtt.to_fields(packet)) == packet


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("00 00", "type"),  # reserved
        ("f0 00", "type"),
        ("80 08 000a 0003 612f62 01", "flags"),  # SUBSCRIBE must carry 2
        ("36 08 0003 612f62 000a 31", "qos"),  # QoS 3
        ("32 07 0003 612f62 0000", "identifier"),  # number 0
        ("32 05 0003 612f62", "truncated"),  # no number
        ("30 05 0003 612f23", "topic"),  # wildcard in a topic
        ("30 02 0000", "topic"),
        ("30 04 0002 c328", "text"),  # not UTF-8
        ("30 04 0002 6100", "text"),  # NUL
        ("82 02 000a", "filters"),
        ("82 08 000a 0003 612f62 03", "filters"),
        ("82 08 000a 0003 61232f 01", "topic"),
        ("40 03 000a 00", "trailing"),
        ("40 01 00", "truncated"),
        ("c0 01", "length"),
        ("c0", "length"),
        ("", "length"),
        ("c0 ffffffff 7f", "length"),
        ("10 0d 0004 4d514e54 04 02 0000 0001 61", "protocol"),
        ("10 0d 0004 4d515454 04 03 0000 0001 61", "flags"),  # reserved bit
        ("10 0d 0004 4d515454 04 42 0000 0001 61", "flags"),  # password without user
        ("10 0e 0004 4d515454 04 02 0000 0001 61 00", "trailing"),
    ],
)
def test_what_the_standard_forbids_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(BadFrame) as caught:
        mqtt.decode(bytes.fromhex(text))

    assert caught.value.code == code


def test_another_version_is_told_apart_so_that_it_can_be_answered() -> None:
    packet = mqtt.decode(bytes.fromhex("10 10 0004 4d515454 05 02 003c 00 0003 616263"))

    assert isinstance(packet, mqtt.Connect)
    assert packet.level == 5


names = st.text(st.characters(codec="utf-8", exclude_characters="+#\0"), min_size=1, max_size=30)
numbers = st.integers(1, 65535)
published = st.builds(mqtt.Publish, names, st.binary(max_size=300), st.just(0), st.just(0), st.booleans()) | st.builds(
    mqtt.Publish, names, st.binary(max_size=300), st.sampled_from([1, 2]), numbers, st.booleans(), st.booleans()
)
packets = (
    published
    | st.builds(
        mqtt.Connect,
        client=names,
        clean=st.booleans(),
        keep_alive=st.integers(0, 65535),
        user=names,
        password=st.none() | st.binary(max_size=40),
        will=st.none() | st.builds(mqtt.Will, names, st.binary(max_size=40), st.integers(0, 2), st.booleans()),
    )
    | st.builds(mqtt.Subscribe, numbers, st.lists(st.tuples(names, st.integers(0, 2)), min_size=1).map(tuple))
    | st.builds(mqtt.Ack, st.sampled_from([Type.PUBACK, Type.PUBREC, Type.PUBREL, Type.PUBCOMP]), numbers)
)


@given(packets)
def test_every_packet_comes_back_as_it_was(packet: mqtt.Packet) -> None:
    assert mqtt.decode(mqtt.encode(packet)) == packet
    assert mqtt.from_fields(mqtt.to_fields(packet)) == packet


@given(st.lists(packets, max_size=8), st.integers(1, 50))
def test_a_stream_is_cut_alike_however_it_arrives(sent: list[mqtt.Packet], size: int) -> None:
    stream = b"".join(map(mqtt.encode, sent))
    splitter = mqtt.Splitter()

    cut = [frame for at in range(0, len(stream), size) for frame in splitter.feed(stream[at : at + size])]

    assert [mqtt.decode(frame) for frame in cut] == sent


def test_a_packet_above_the_limit_is_refused_before_it_is_collected() -> None:
    splitter = mqtt.Splitter(limit=1000)

    with pytest.raises(BadFrame, match="limit"):
        splitter.feed(mqtt.encode(mqtt.Publish("a", b"x" * 2000))[:10])
    with pytest.raises(BadFrame, match="four bytes"):
        mqtt.Splitter().feed(b"\x30\xff\xff\xff\xff\x01")


@settings(max_examples=300)
@given(packets, st.randoms(use_true_random=False))
def test_a_spoilt_packet_raises_nothing_but_bad_frame(packet: mqtt.Packet, random: Random) -> None:
    data = bytearray(mqtt.encode(packet))
    for _ in range(random.randint(1, 4)):
        data[random.randrange(len(data))] = random.randrange(256)

    with suppress(BadFrame):
        mqtt.to_fields(mqtt.decode(bytes(data)))


@given(st.binary(max_size=200))
def test_noise_raises_nothing_but_bad_frame(noise: bytes) -> None:
    with suppress(BadFrame):
        for frame in mqtt.Splitter().feed(noise):
            mqtt.decode(frame)


@pytest.mark.parametrize(
    "fields", [{}, {"type": "nothing"}, {"type": "publish"}, {"type": "publish", "topic": "a", "payload": "", "qos": 1}]
)
def test_fields_that_make_no_packet_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(BadFrame):
        mqtt.from_fields(fields)


# The examples of 4.7 of the standard.
@pytest.mark.parametrize(
    ("filter_", "topic", "covered"),
    [
        ("sport/tennis/player1/#", "sport/tennis/player1", True),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", True),
        ("sport/#", "sport", True),
        ("#", "a/b", True),
        ("#", "$SYS/a", False),
        ("+/monitor", "$SYS/monitor", False),
        ("$SYS/#", "$SYS/monitor", True),
        ("sport/tennis/+", "sport/tennis/player1", True),
        ("sport/tennis/+", "sport/tennis/player1/ranking", False),
        ("sport/+", "sport", False),
        ("sport/+", "sport/", True),
        ("+/+", "/finance", True),
        ("/+", "/finance", True),
        ("+", "/finance", False),
        ("a/b", "a/B", False),
    ],
)
def test_filters_cover_what_the_standard_says(filter_: str, topic: str, covered: bool) -> None:
    assert mqtt.matches(filter_, topic) is covered


@pytest.mark.parametrize("filter_", ["", "a#", "a/#/b", "a+", "+a/b", "a\0", "a/b#", "x" * 2000])
def test_filters_against_the_rules_are_none(filter_: str) -> None:
    assert not mqtt.is_filter(filter_)
