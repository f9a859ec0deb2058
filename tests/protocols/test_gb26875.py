"""GB/T 26875.3: frames, objects, answers, and what damaged bytes get."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.frames import BadFrame
from anning.protocols import gb26875
from anning.protocols.gb26875 import items
from anning.protocols.gb26875.frames import FRAME_LIMIT, sum_of
from anning.protocols.gb26875.vocabulary import component_name
from tests.protocols.mutation import mutate

NOON = datetime(2026, 7, 20, 4, 0, 0, tzinfo=UTC)  # noon in Beijing
DEVICE, CENTRE = bytes((6, 5, 4, 3, 2, 1)), bytes(6)

six = st.binary(min_size=6, max_size=6)
byte = st.integers(0, 255)
frames = st.builds(
    gb26875.Frame, st.integers(0, 65535), byte, byte, six, six, six, byte, st.binary(max_size=1024)
)  # fmt: skip


def fire(text: str = "７楼会议室") -> gb26875.Frame:
    item = items.ComponentStatus(1, 1, 40, b"\x0a\0\2\0", 2, gb26875.text_field(text), gb26875.tag_of(NOON))
    return gb26875.send(DEVICE, 7, NOON, gb26875.adu_of(2, item))


@st.composite
def units(draw):
    """Any application data that the standard structures."""
    type_ = draw(st.sampled_from(sorted(gb26875.LAYOUTS)))
    layout = gb26875.LAYOUTS[type_]
    size = layout.fixed.size
    if layout.has_text:
        texts = st.binary(max_size=200).map(lambda text: bytes((len(text),)) + text)
        objects = st.tuples(st.binary(min_size=size, max_size=size), texts).map(b"".join)
    else:
        objects = st.binary(min_size=size, max_size=size)
    drawn = draw(st.lists(objects, max_size=4))
    return bytes((type_, len(drawn))) + b"".join(drawn)


@given(frames)
def test_any_frame_survives_the_wire(frame):
    assert gb26875.decode(gb26875.encode(frame)) == frame


@given(frames)
def test_any_frame_survives_its_fields(frame):
    assert gb26875.from_fields(gb26875.to_fields(frame)) == frame


@given(units())
def test_any_application_data_survives_objects_and_fields(body):
    unit = gb26875.read_adu(body)
    frame = gb26875.Frame(1, 1, 0, bytes(6), DEVICE, CENTRE, 2, body)

    assert gb26875.write_adu(unit) == body and unit.rest == b""
    assert gb26875.from_fields(gb26875.to_fields(frame)) == frame


@pytest.mark.parametrize("profile", [gb26875.TOLERANT, gb26875.FSCN8001])
@given(body=st.binary(max_size=200))
def test_a_tolerant_profile_reads_any_application_data(profile, body):
    frame = gb26875.Frame(1, 1, 0, bytes(6), DEVICE, CENTRE, 2, body)

    assert gb26875.from_fields(gb26875.to_fields(frame, profile)) == frame
    if len(body) >= 2:
        gb26875.read_adu(body, profile)


@given(st.binary(max_size=2000))
def test_the_sum_is_the_sum(data):
    assert sum_of(data) == sum(data) & 0xFF


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda d: d[:29], "short"),
        (lambda d: b"@#" + d[2:], "start"),
        (lambda d: d[:-1], "length"),
        (lambda d: d + b"#", "length"),
        (lambda d: d[:24] + b"\x01\x04" + d[26:], "length"),
        (lambda d: d[:-2] + b"#@", "end"),
        (lambda d: d[:-3] + bytes((d[-3] ^ 1,)) + b"##", "sum"),
    ],
)
def test_a_refusal_names_the_fault(damage, code):
    with pytest.raises(BadFrame) as refused:
        gb26875.decode(damage(gb26875.encode(fire())))

    assert refused.value.code == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"serial": 65536},
        {"command": 256},
        {"source": bytes(5)},
        {"time": bytes(7)},
        {"body": bytes(1025)},
    ],
)
def test_what_does_not_fit_is_not_sent(wrong):
    with pytest.raises(BadFrame):
        gb26875.encode(fire()._replace(**wrong))


@pytest.mark.parametrize("wrong", [{}, {"seq": "x"}, {"ver": [1]}, {"src": "00"}, {"time": "noon"}, {"objects": [{}]}])
def test_fields_that_describe_no_frame_are_refused(wrong):
    fields = gb26875.to_fields(fire())

    with pytest.raises(BadFrame) as refused:
        gb26875.from_fields(fields | wrong if wrong else {})

    assert refused.value.code == "field"


def test_damaged_frames_raise_nothing_but_bad_frame():
    random = Random(26875)
    whole = [gb26875.encode(fire()), gb26875.encode(gb26875.send(DEVICE, 1, NOON))]
    refused = 0
    for _ in range(2000):
        data = mutate(random.choice(whole), random)
        try:
            gb26875.to_fields(gb26875.decode(data), random.choice([gb26875.STANDARD, gb26875.TOLERANT]))
        except BadFrame:
            refused += 1

    assert refused > 1500


# Streams


@given(st.lists(st.one_of(frames.map(gb26875.encode), st.binary(max_size=40)), max_size=5), st.data())
def test_frames_do_not_depend_on_how_the_stream_is_cut(pieces, data):
    stream = b"".join(pieces)
    whole, cut = gb26875.Splitter(), gb26875.Splitter()
    found, at = [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, 400))
        found += cut.feed(stream[at : at + size])
        at += size
        assert len(cut) <= cut.limit

    assert found == whole.feed(stream)
    assert (cut.skipped, len(cut)) == (whole.skipped, len(whole))


def test_stuck_and_split_frames_come_out_one_by_one():
    one, two = gb26875.encode(fire()), gb26875.encode(fire("@@##"))
    splitter = gb26875.Splitter()

    assert splitter.feed(one + two[:40]) == [one]
    assert splitter.feed(two[40:] + one) == [two, one]
    assert splitter.skipped == 0


def test_garbage_between_frames_is_passed_over_and_counted():
    one = gb26875.encode(fire())
    splitter = gb26875.Splitter()

    assert splitter.feed(b"@@@\x01" + one + b"##junk@" + one) == [one, one]
    assert splitter.skipped == 11


def test_a_frame_with_a_wrong_sum_is_given_out_once_to_be_denied():
    broken = bytearray(gb26875.encode(fire()))
    broken[40] ^= 1
    good = gb26875.encode(fire())

    first, second = gb26875.Splitter().feed(bytes(broken) + good)

    assert (first, second) == (bytes(broken), good)
    denial = gb26875.refuse(first, NOON)
    assert denial is not None and (denial.serial, denial.command, denial.destination) == (7, 6, DEVICE)


def test_a_whole_frame_inside_a_cut_one_is_found():
    inner = gb26875.encode(gb26875.send(DEVICE, 9, NOON))
    outer = gb26875.encode(fire())
    cut = outer[: len(outer) - len(inner)]  # its end mark falls on the end of the next frame

    assert inner in gb26875.Splitter().feed(cut + inner)


def test_giving_up_on_a_stalled_frame_sets_free_what_waits_behind_it():
    stalled = gb26875.encode(fire()._replace(body=bytes(1000)))[:100]
    good = gb26875.encode(fire())
    splitter = gb26875.Splitter()

    assert splitter.feed(stalled + good) == []
    assert splitter.give_up() == [good]
    assert splitter.skipped == 100 and len(splitter) == 0
    assert splitter.give_up() == []


NESTED = b"@@" + bytes(22) + b"\2\0##"  # each start a candidate
LONGEST = b"@@\0\0\1\0" + bytes(18) + b"\0\4"


@pytest.mark.parametrize("pattern", [b"\0", b"@", b"@@", b"#", LONGEST, NESTED])
def test_an_endless_stream_without_a_frame_is_held_within_the_limit(pattern):
    splitter = gb26875.Splitter()
    chunk = pattern * (8192 // len(pattern))
    for _ in range(20):
        splitter.feed(chunk)
        assert len(splitter) <= FRAME_LIMIT

    assert splitter.skipped + len(splitter) == 20 * len(chunk)


@pytest.mark.parametrize(
    "unit",
    [
        gb26875.Adu(60, 1, (items.Nothing(),)),
        gb26875.adu_of(1, items.SystemStatus(1, 1, 1 << 16, bytes(6))),
        gb26875.adu_of(6, items.SystemConfiguration(1, 1, bytes(256))),
        gb26875.adu_of(25, *[items.DeviceVersion(b"\1\2")] * 256),
        gb26875.adu_of(7, *[items.ComponentConfiguration(1, 1, 1, bytes(4), bytes(31))] * 27),
    ],
)
def test_objects_that_do_not_fit_are_not_sent(unit):
    with pytest.raises(BadFrame) as refused:
        gb26875.write_adu(unit)

    assert refused.value.code == "field"


def test_a_text_that_grows_when_mended_still_comes_back():
    broken = gb26875.Frame(1, 1, 0, bytes(6), DEVICE, CENTRE, 2, bytes((26, 1, 200)) + b"\xff" * 200)

    assert gb26875.from_fields(gb26875.to_fields(broken)) == broken


def test_a_type_without_structure_is_kept():
    frame = fire()._replace(body=b"\x3c\1\2\3")

    fields = gb26875.to_fields(frame, gb26875.TOLERANT)

    assert (fields["type"], fields["objects"], fields["rest"]) == (60, [], "0203")
    assert gb26875.from_fields(fields) == frame
    with pytest.raises(BadFrame):
        gb26875.from_fields({name: value for name, value in fields.items() if name != "adu_hex"})


def test_bare_application_data_goes_both_ways():
    body = bytes((25, 1, 3, 4, 9, 9))

    name, objects = gb26875.adu_to_fields(body)

    assert (name, objects) == ("device_version", [{"ver": "3.4"}, {"rest": "0909"}])
    assert gb26875.adu_from_fields(name, objects) == body
    with pytest.raises(BadFrame):
        gb26875.adu_from_fields("unheard_of", objects)


# What is said


def test_a_fire_alarm_reads_as_it_was_meant():
    (item,) = gb26875.read_adu(fire().body).objects

    assert isinstance(item, items.ComponentStatus)
    assert (item.status, gb26875.text_of(item.text)) == (2, "７楼会议室")
    assert str(gb26875.moment(item.time)) == "2026-07-20 12:00:00"
    assert gb26875.utc_ms(item.time) == int(NOON.timestamp() * 1000)


@pytest.mark.parametrize(("analog", "raw", "value"), [(2, 511, 5.11), (3, -5, -0.5), (1, 7, 7), (128, 7, None)])
def test_an_analogue_counts_steps_of_its_unit(analog, raw, value):
    assert items.Analogue(3, 1, 92, bytes(4), analog, raw, bytes(6)).value == value


def test_a_long_description_is_cut_at_a_whole_character():
    field = gb26875.text_field("消" * 20)

    assert len(field) == 31 and gb26875.text_of(field) == "消" * 15


@pytest.mark.parametrize(("ctype", "word"), [(42, "smoke_detector"), (26, "reserved"), (178, "user")])
def test_a_component_type_has_a_name(ctype, word):
    assert component_name(ctype) == word


def test_years_outside_the_tag_are_refused():
    with pytest.raises(ValueError, match="2000-2099"):
        gb26875.tag_of(datetime(1999, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    ("tag", "profile", "local"),
    [
        (bytes((5, 4, 3, 2, 1, 26)), gb26875.STANDARD, "2026-01-02 03:04:05"),
        (bytes((0x59, 0x58, 0x23, 0x31, 0x12, 0x26)), gb26875.Profile(bcd=True), "2026-12-31 23:58:59"),
        (bytes((0x26, 0x12, 0x31, 0x23, 0x58, 0x59)), gb26875.FSCN8001, "2026-12-31 23:58:59"),
        (bytes((0, 0, 0, 1, 13, 26)), gb26875.STANDARD, "None"),
        (bytes((0, 0, 0, 1, 1, 100)), gb26875.STANDARD, "None"),
        (bytes((0x0A, 0, 0, 1, 1, 1)), gb26875.Profile(bcd=True), "None"),
        (bytes(6), gb26875.STANDARD, "None"),
    ],
)
def test_a_time_tag_is_a_time_or_none(tag, profile, local):
    assert str(gb26875.moment(tag, profile)) == local


def test_a_status_without_its_time_needs_a_tolerant_profile():
    body = bytes((21, 1, 1))

    with pytest.raises(BadFrame):
        gb26875.read_adu(body)
    assert gb26875.read_adu(body, gb26875.TOLERANT).objects == (items.DeviceStatus(1, b""),)


def test_a_text_that_is_cut_off_is_refused():
    with pytest.raises(BadFrame) as refused:
        gb26875.read_adu(bytes((26, 1, 9, 1)))

    assert refused.value.code == "object"


def test_a_count_that_lies_keeps_what_is_there():
    body = bytes((21, 9)) + bytes((1, *bytes(6))) + b"\7\7"

    unit = gb26875.read_adu(body, gb26875.TOLERANT)

    assert (unit.count, len(unit.objects), unit.rest) == (9, 1, b"\7\7")


# Who owes what


@pytest.mark.parametrize(
    ("frame", "command"),
    [
        (fire(), gb26875.Command.CONFIRM),
        (gb26875.send(DEVICE, 1, NOON), gb26875.Command.CONFIRM),
        (fire()._replace(body=b"\1"), gb26875.Command.DENY),
        (fire()._replace(command=77), gb26875.Command.DENY),
        (fire()._replace(command=3), None),
        (fire()._replace(command=5), None),
        (fire()._replace(command=6), None),
    ],
)
def test_the_centre_confirms_denies_or_keeps_silent(frame, command):
    back = gb26875.owed(frame, NOON)

    assert (back and back.command) == command
    if back:
        assert (back.serial, back.source, back.destination, back.body) == (frame.serial, CENTRE, DEVICE, b"")


def test_a_damaged_answer_and_a_headless_frame_are_not_denied():
    answer = gb26875.encode(gb26875.confirm(fire(), NOON))

    assert gb26875.refuse(answer, NOON) is None
    assert gb26875.refuse(b"@@\1", NOON) is None


@pytest.mark.parametrize(
    ("unit", "body"),
    [
        (gb26875.set_clock(NOON), "5a010000 0c14071a"),
        (gb26875.check_duty(10), "5b010a"),
        (gb26875.initialise(), "590100"),
        (gb26875.ask_device(85), "550100"),
        (gb26875.ask_device_operations(3, NOON), "5401030000 0c14071a"),
        (gb26875.ask_systems(61, items.SystemAddress(1, 2)), "3d010102"),
        (gb26875.ask_components(63, items.ComponentAddress(1, 2, b"\1\2\3\4")), "3f01010201020304"),
    ],
)
def test_orders_and_questions_lie_on_the_wire_as_the_standard_says(unit, body):
    order = gb26875.control(DEVICE, 1, NOON, unit)

    assert order.body == bytes.fromhex(body)
    assert gb26875.read_adu(gb26875.decode(gb26875.encode(order)).body) == unit


def test_a_request_is_answered_with_its_own_serial():
    asked = gb26875.request(DEVICE, 99, NOON, gb26875.ask_device(88))

    back = gb26875.answer(asked, NOON, gb26875.adu_of(28, items.Clock(gb26875.tag_of(NOON))))

    assert (back.serial, back.command, back.source, gb26875.kind(back)) == (99, 5, DEVICE, "device_time")


@pytest.mark.parametrize(
    ("frame", "word"),
    [
        (fire(), "component_status"),
        (gb26875.send(DEVICE, 1, NOON), "heartbeat"),
        (fire()._replace(command=3, body=b""), "confirm"),
        (fire()._replace(command=200, body=b""), "command_200"),
        (fire()._replace(body=b"\x3c\1"), "type_60"),
    ],
)
def test_a_frame_is_named_by_what_it_carries(frame, word):
    assert gb26875.kind(frame) == word
