"""HJ 212: packets, values, answers, split data, and what damaged bytes get."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.frames import BadFrame
from anning.protocols import hj212
from anning.protocols.hj212.frames import FRAME_LIMIT
from tests.protocols.mutation import mutate

NOON = datetime(2026, 7, 20, 4, 0, 0, 123000, tzinfo=UTC)  # noon in Beijing
NOON_MS = int(NOON.timestamp() * 1000)
DEVICE = {"ST": "31", "PW": "123456", "MN": "010000A8900016F000169DC0"}
AT = {"DataTime": "20260720120000"}
SO2 = {"a21026-Rtd": "12.5", "a21026-Flag": "N"}
OFFICIAL = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"

words = st.text("abcXYZ019-._:/ 废水", min_size=1, max_size=8)
values = st.text("abcXYZ019-._:/ 废气", max_size=8)
headers = st.dictionaries(words.filter(lambda word: word not in {"CN", "Flag", "MN"}), values, max_size=4)
items = st.lists(st.dictionaries(words, values, min_size=1, max_size=3), max_size=5)


def realtime(*data: dict[str, str], **header: str) -> hj212.Frame:
    frame = hj212.report(DEVICE, "2011", NOON, [AT, *data])
    return hj212.frame_of({**frame.header, **header}, frame.items) if header else frame


@st.composite
def frames(draw):
    header = draw(headers) | {"CN": draw(st.from_regex("[0-9]{4}", fullmatch=True)), "MN": draw(words)}
    if draw(st.booleans()):
        header["Flag"] = str(draw(st.integers(0, 255)))
    return hj212.frame_of(header, draw(items), crlf=draw(st.booleans()))


@given(frames())
def test_any_packet_survives_the_wire_and_its_fields(frame):
    assert hj212.decode(hj212.encode(frame)) == frame
    assert hj212.from_fields(hj212.to_fields(frame)) == frame


@given(st.binary(max_size=60))
def test_any_segment_that_is_read_survives_its_fields(noise):
    segment = b"MN=1;CN=2011;" + noise + b"CP=&&" + noise + b"&&"
    data = b"##%04d%b%04X\r\n" % (len(segment), segment, hj212.crc_of(segment))
    try:
        frame = hj212.decode(data)
    except BadFrame:
        return

    assert hj212.encode(frame) == data
    assert hj212.from_fields(hj212.to_fields(frame)) == frame


def test_the_crc_is_that_of_the_standards_example():
    assert f"{hj212.crc_of(OFFICIAL):04X}" == "1C80"
    assert hj212.crc_of(b"") == 0xFFFF


@given(st.binary(max_size=50))
def test_the_crc_is_that_of_the_standards_own_loop(data):
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001

    assert hj212.crc_of(data) == register


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda d: d[:9], "short"),
        (lambda d: b"#%" + d[2:], "start"),
        (lambda d: b"##12A4" + d[6:], "length"),
        (lambda d: b"##0001" + d[6:], "length"),
        (lambda d: d[:-3], "length"),
        (lambda d: d + b"x", "end"),
        (lambda d: d[:-1], "end"),
        (lambda d: d.replace(b"12.5", b"12.6"), "crc"),
    ],
)
def test_a_refusal_names_the_fault(damage, code):
    with pytest.raises(BadFrame) as refused:
        hj212.decode(damage(hj212.encode(realtime(SO2))))

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        (b"", "segment"),
        (b"MN=1;CN=2011;CP=&&", "segment"),
        (b"MN=1;CN=2011;Flag=4", "segment"),
        (b"MN=1;CN=2011;CP=&&a=##0000&&", "segment"),
        (b"CN=2011;CP=&&&&", "MN"),
        (b"MN=;CN=2011;CP=&&&&", "MN"),
        (b"MN=1;CP=&&&&", "CN"),
        (b"MN=1;CN=20111;CP=&&&&", "CN"),
        ("MN=1;CN=２０１１;CP=&&&&".encode(), "CN"),
        (b"MN=1;CN=2011;Flag=x;CP=&&&&", "Flag"),
        (b"MN=1;CN=2011;Flag=256;CP=&&&&", "Flag"),
    ],
)
def test_a_segment_without_what_it_needs_is_refused(segment, code):
    with pytest.raises(BadFrame) as refused:
        hj212.decode(b"##%04d%b%04X" % (len(segment), segment, hj212.crc_of(segment)))

    assert refused.value.code == code


@pytest.mark.parametrize(
    "segment",
    [
        b"MN=1;CN=2011;Flag=5CP=&&a-Rtd=1&&",
        b"MN=1;CN=2011;CP=&&a-Rtd=1;&&",
        b"MN=1;CN=2011;CP=&&a-Rtd=1,a-Rtd=2&&",
        b"MN=1;CN=2011;CP=&&novalue&&",
        b"_x=1;CP=2;MN=1;CN=2011;CP=&&&&",
        "MN=1;CN=2011;CP=&&i11001-Info=门开&&".encode("gb18030"),
    ],
)
def test_what_devices_misprint_is_survived_and_kept(segment):
    data = b"##%04d%b%04X" % (len(segment), segment, hj212.crc_of(segment))

    frame = hj212.decode(data)

    assert hj212.encode(hj212.from_fields(hj212.to_fields(frame))) == data


def test_chinese_in_either_encoding_reads_the_same():
    segments = ["MN=1;CN=3020;CP=&&i11001-Info=门开&&".encode(code) for code in ("utf-8", "gb18030")]

    frames = [hj212.decode(b"##%04d%b%04X" % (len(s), s, hj212.crc_of(s))) for s in segments]

    assert {frame.value("i11001-Info") for frame in frames} == {"门开"}


@pytest.mark.parametrize("wrong", [{"CP": 5}, {"CP": [5]}, {"MN": ""}, {"ST": "3;2"}, {"ST": "\ud800"}, {"_hex": "x"}])
def test_fields_that_describe_no_packet_are_refused(wrong):
    with pytest.raises(BadFrame):
        hj212.from_fields(hj212.to_fields(realtime(SO2)) | wrong)


@pytest.mark.parametrize("fields", [None, [], {}, {"MN": "1", "CN": "2011"}])
def test_what_is_no_fields_at_all_is_refused(fields):
    with pytest.raises(BadFrame):
        hj212.from_fields(fields)


def test_a_segment_too_long_is_not_sent():
    with pytest.raises(BadFrame):
        hj212.encode(realtime({"i-Info": "x" * 10_000}))


def test_damaged_packets_raise_nothing_but_bad_frame():
    random = Random(212)
    whole = [hj212.encode(realtime(SO2)), hj212.encode(hj212.set_time(DEVICE, NOON))]
    refused = 0
    for _ in range(2000):
        data = mutate(random.choice(whole), random)
        try:
            frame = hj212.decode(data, checks_crc=random.random() < 0.5)
            hj212.readings(frame)
            hj212.to_fields(frame)
            hj212.owed(frame)
            hj212.Joiner().join(frame, 0)
        except BadFrame:
            refused += 1

    assert 1000 < refused < 2000


# Streams


@given(st.lists(st.one_of(frames().map(hj212.encode), st.binary(max_size=40)), max_size=5), st.data())
def test_packets_do_not_depend_on_how_the_stream_is_cut(pieces, data):
    stream = b"".join(pieces)
    whole, cut = hj212.Splitter(), hj212.Splitter()
    found, at = [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, 400))
        found += cut.feed(stream[at : at + size])
        at += size
        assert len(cut) <= cut.limit

    assert found == whole.feed(stream)
    assert (cut.skipped, len(cut)) == (whole.skipped, len(whole))


def test_a_packet_cut_off_does_not_hide_the_next():
    one = hj212.encode(realtime(SO2))
    splitter = hj212.Splitter()

    assert splitter.feed(b"##9000" + one[6:50]) == []
    assert splitter.feed(one) == [one[:-2]]
    assert splitter.skipped == 50


def test_bytes_behind_the_crc_are_passed_over():
    one = hj212.encode(realtime(SO2))
    splitter = hj212.Splitter()

    assert splitter.feed(one + b"\0\0" + one + b"\r\n\r\n") == [one[:-2]] * 2
    assert splitter.skipped == 2


def test_a_packet_with_a_wrong_crc_is_given_out_to_be_counted():
    broken = hj212.encode(realtime(SO2)).replace(b"12.5", b"12.6")

    (packet,) = hj212.Splitter().feed(broken)

    with pytest.raises(BadFrame):
        hj212.decode(packet)


def test_giving_up_sets_the_splitter_free():
    splitter = hj212.Splitter()
    splitter.feed(b"##0100QN=")

    assert splitter.give_up() == []
    assert (len(splitter), splitter.skipped) == (0, 9)


@pytest.mark.parametrize(
    "pattern", [b"\0", b"#", b"##", b"##9999", b"##0010", b"##9999" + b"x" * 9990, b"##0000&&FFFF"]
)
def test_an_endless_stream_without_a_packet_is_held_within_the_limit(pattern):
    splitter = hj212.Splitter()
    chunk = pattern * (20_000 // len(pattern))
    for _ in range(20):
        assert splitter.feed(chunk) == []
        assert len(splitter) <= FRAME_LIMIT

    assert splitter.skipped + len(splitter) == 20 * len(chunk)


# Values


def test_values_come_with_mark_and_time():
    early = {"w01018-Avg": "40.1", "w01018-Flag": "D", "w01018-SampleTime": "20260720100000"}

    first, second, odd = hj212.readings(realtime(SO2, early, {"a1-Rtd": "-", "a1-Info": "5"}))

    assert first == hj212.Reading("a21026", "Rtd", 12.5, hj212.NORMAL, NOON_MS - 123)
    assert (second.channel, second.mark, second.at_ms) == ("w01018-Avg", "D", NOON_MS - 123 - 2 * 3600 * 1000)
    assert (odd.value, odd.mark) == (None, "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("1e3", 1000),
        ("1e999", None),
        ("nan", None),
        ("1_0", None),
        ("", None),
        ("１", None),
    ],
)
def test_a_value_is_a_plain_number_or_none(text, value):
    (reading,) = hj212.readings(realtime({"a-Rtd": text}))

    assert reading.value == value


def test_repeated_names_are_all_kept():
    repeated = realtime({"A1001-Rtd": "1"}, {"A1001-Rtd": "2"})

    assert [reading.value for reading in hj212.readings(repeated)] == [1, 2]


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("20260720120000", NOON_MS - 123),
        ("20260720120000123", NOON_MS),
        ("2026072012000", None),
        ("20260230120000", None),
        ("20260720126000", None),
        ("２０２６０７２０１２００００", None),
        ("", None),
    ],
)
def test_fourteen_or_seventeen_digits_are_a_time(text, ms):
    assert hj212.utc_ms(text) == ms


# Who owes what


@pytest.mark.parametrize(
    ("frame", "cn"),
    [
        (realtime(SO2), "9014"),
        (realtime(SO2, Flag="9"), "9014"),
        (realtime(SO2, Flag="1"), "9014"),
        (realtime(SO2, CN="7777"), "9014"),
        (realtime(SO2, CN="1013"), "9013"),
        (realtime(SO2, Flag="4"), None),
        (realtime(SO2, CN="9011"), None),
    ],
)
def test_the_centre_answers_what_wants_an_answer(frame, cn):
    answer = hj212.owed(frame)

    assert (answer and answer.cn) == cn
    if answer:
        assert {name: answer.header[name] for name in ("QN", "MN", "PW")} == {
            name: frame.header[name] for name in ("QN", "MN", "PW")
        }
        assert (answer.header["ST"], answer.flag) == ("91", hj212.Flag(frame.flag.version, split=False, ack=False))


def test_the_answer_lies_on_the_wire_as_annex_c_prints_it():
    frame = hj212.decode(b"##%04d%b1C80\r\n" % (len(OFFICIAL), OFFICIAL))

    ready = hj212.answer_request(frame, hj212.QnRtn.READY)
    done = hj212.report_result(frame, hj212.ExeRtn.DONE)

    head = "QN=20160801085857223;ST=91;CN={};PW=100000;MN=010000A8900016F000169DC0;Flag=4;CP=&&{}&&"
    assert ready.segment.decode() == head.format("9011", "QnRtn=1")
    assert done.segment.decode() == head.format("9012", "ExeRtn=1")


def test_a_device_without_qn_and_flag_is_asked_and_answered_too():
    old = hj212.frame_of({"ST": "22", "CN": "2011", "PW": "1", "MN": "88"}, [AT])

    assert hj212.owed(old) is None
    assert "QN" not in hj212.answer_data(old).header
    assert hj212.set_time(old, NOON).value("SystemTime") == "20260720120000"


def test_history_is_asked_for_by_begin_and_end():
    asked = hj212.ask_history(realtime(), "2061", NOON, NOON - timedelta(hours=2), NOON)

    assert asked.segment.decode() == (
        "QN=20260720120000123;ST=31;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
        "CP=&&BeginTime=20260720100000;EndTime=20260720120000&&"
    )


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ({}, hj212.QnRtn.READY),
        ({"PW": "0"}, hj212.QnRtn.PW),
        ({"MN": "0"}, hj212.QnRtn.MN),
        ({"ST": "22"}, hj212.QnRtn.ST),
        ({"QN": "20260720"}, hj212.QnRtn.QN),
        ({"QN": "20260601120000000"}, hj212.QnRtn.QN),
        ({"CN": "7777"}, hj212.QnRtn.CN),
    ],
)
def test_a_check_names_the_first_wrong_field(header, verdict):
    checked = hj212.check(realtime(**header), mn=DEVICE["MN"], pw=DEVICE["PW"], st=DEVICE["ST"], now_ms=NOON_MS)

    assert checked == verdict


@pytest.mark.parametrize(("cn", "word"), [("2011", "realtime"), ("9014", "data_answer"), ("7777", "cn_7777")])
def test_a_packet_is_named_by_its_command(cn, word):
    assert hj212.kind(realtime(CN=cn)) == word


# Split data


def long_day() -> hj212.Frame:
    return realtime(*({f"a{number:05}-Rtd": "1.0", f"a{number:05}-Flag": "N"} for number in range(200)))


def test_long_data_are_split_into_packets_of_the_standard_and_joined_again():
    whole = long_day()

    packets = hj212.split(whole)
    joiner = hj212.Joiner()
    joined = [joiner.join(hj212.decode(hj212.encode(packet)), 0) for packet in packets]

    assert len(packets) > 4 and all(len(packet.segment) <= 1024 for packet in packets)
    assert [packet.header["PNO"] for packet in packets] == [str(n) for n in range(1, len(packets) + 1)]
    assert all(packet.flag.split and packet.value("DataTime") for packet in packets)
    assert joined[:-1] == [None] * (len(packets) - 1) and joined[-1] == whole
    assert len(joiner) == 0


def test_packets_join_in_any_order_with_repeats_and_other_qns():
    whole = long_day()
    packets = [
        hj212.frame_of({**p.header, "QN": f"20260720120000{n:03}"}, p.items) for n, p in enumerate(hj212.split(whole))
    ]
    Random(1).shuffle(packets)
    joiner = hj212.Joiner()

    *early, last = [joiner.join(packet, 0) for packet in [packets[0], *packets]]

    assert not any(early)
    assert last is not None and last.items == whole.items


def test_a_whole_packet_passes_the_joiner_and_one_long_item_cannot_be_split():
    whole = realtime(SO2)

    assert hj212.split(whole) == [whole]
    assert hj212.Joiner().join(whole, 0) is whole
    with pytest.raises(BadFrame):
        hj212.split(realtime({"i-Info": "x" * 1000}))


def test_a_message_that_never_becomes_whole_is_dropped_in_time():
    first, *_ = hj212.split(long_day())
    joiner = hj212.Joiner(patience_ms=1000)
    joiner.join(first, 0)

    joiner.join(realtime(), 1000)
    assert len(joiner) == len(first.segment)
    joiner.join(realtime(), 1001)
    assert (len(joiner), joiner.dropped) == (0, 1)


def test_the_joiner_holds_no_more_than_its_limit():
    first, *_ = hj212.split(long_day())
    joiner = hj212.Joiner(limit=5000)
    for number in range(50):
        joiner.join(hj212.frame_of({**first.header, "MN": str(number)}, first.items), 0)
        assert len(joiner) <= 5000

    assert joiner.dropped > 40


@pytest.mark.parametrize("numbers", [("x", "1"), ("2", "3"), ("2", "0"), ("101", "1"), ("", "1"), ("２", "1")])
def test_impossible_packet_numbers_are_refused(numbers):
    frame = realtime(Flag="7", PNUM=numbers[0], PNO=numbers[1])

    with pytest.raises(BadFrame) as refused:
        hj212.Joiner().join(frame, 0)

    assert refused.value.code == "PNUM"
