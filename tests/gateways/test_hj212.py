"""The door of environmental data loggers."""

from datetime import UTC, datetime

from anning.kernel import clock
from anning.monitoring.observations import Quality
from anning.protocols import hj212
from tests.gateways.conftest import give_key, point_of, refusals

MN = "010000A8900016F000169DC0"
LOGGER = {"ST": "31", "PW": "123456", "MN": MN}
AT = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)
AT_MS = int(AT.timestamp()) * 1000


def report(items: list[dict[str, str]], cn: str = "2011", **facts: object) -> bytes:
    """Return a packet of the logger."""
    header = LOGGER | {key: str(facts.pop(key)) for key in ("PW", "MN") if key in facts}
    return hj212.encode(hj212.report(header, cn, clock.now(), [{"DataTime": hj212.stamp(AT)}, *items], **facts))  # type: ignore[arg-type]


def test_an_upload_is_answered_with_its_own_number_when_stored(gate, make_device):
    device = make_device("hj212", MN, "a21026-Rtd", "a21004", key="123456")
    gate.open("hj212")
    packet = report([{"a21026-Rtd": "12.5", "a21026-Flag": "N"}, {"a21004-Rtd": "3", "a21004-Avg": "4"}])

    with gate.call("hj212") as caller:
        answer = hj212.decode(caller.ask(packet))

    assert (answer.cn, answer.header["QN"]) == ("9014", hj212.decode(packet).header["QN"])
    assert gate.stored() == [
        (point_of(device, "a21026-Rtd"), AT_MS, 12.5, Quality.GOOD),
        (point_of(device, "a21004"), AT_MS, 3.0, Quality.GOOD),
    ]


def test_a_short_channel_takes_the_average_where_there_is_no_real_time_value(gate, make_device):
    device = make_device("hj212", MN, "a21026")
    gate.open("hj212")

    with gate.call("hj212") as caller:
        caller.ask(report([{"a21026-Avg": "7", "a21026-Max": "9"}], "2051"))

    assert gate.stored() == [(point_of(device, "a21026"), AT_MS, 7.0, Quality.GOOD)]


def test_marks_become_qualities(gate, make_device):
    make_device("hj212", MN, "a21026-Rtd")
    gate.open("hj212")

    with gate.call("hj212") as caller:
        for number, mark in enumerate("NMSCDTBF"):
            caller.ask(report([{"a21026-Rtd": str(number), "a21026-Flag": mark}]))

    names = [Quality(row[3]).name for row in gate.stored()]
    assert names == ["GOOD", *["MAINTENANCE"] * 3, *["FAULT"] * 3, "UNCERTAIN"]


def test_a_wrong_password_is_met_with_silence_and_two_passwords_hold_while_one_is_changed(gate, make_device):
    device = make_device("hj212", MN, "a21026-Rtd", key="111111")
    give_key(device, "222222")
    gate.open("hj212")

    with gate.call("hj212") as caller:
        caller.say(report([{"a21026-Rtd": "1"}], PW="999999"))
        old = hj212.decode(caller.ask(report([{"a21026-Rtd": "2"}], PW="111111")))
        new = hj212.decode(caller.ask(report([{"a21026-Rtd": "3"}], PW="222222")))

    assert (old.header["PW"], new.header["PW"]) == ("111111", "222222")
    assert [row[2] for row in gate.stored()] == [2.0, 3.0]
    assert refusals(gate) == {(MN, "key"): 1}


def test_split_packets_are_each_answered_and_stored_as_one(gate, make_device):
    make_device("hj212", MN, *(f"w{n:05d}-Rtd" for n in range(80)))
    gate.open("hj212")
    items = [{"DataTime": hj212.stamp(AT)}, *({f"w{n:05d}-Rtd": str(n)} for n in range(80))]
    parts = hj212.split(hj212.report(LOGGER, "2011", clock.now(), items))

    with gate.call("hj212") as caller:
        answers = [hj212.decode(caller.ask(hj212.encode(part))).cn for part in parts]

    assert len(parts) > 1
    assert answers == ["9014"] * len(parts)
    assert sorted(row[2] for row in gate.stored()) == [float(n) for n in range(80)]


def test_a_packet_with_a_wrong_check_is_dropped_and_the_next_is_heard(gate, make_device):
    make_device("hj212", MN, "a21026-Rtd")
    gate.open("hj212")
    broken = report([{"a21026-Rtd": "1"}]).replace(b"a21026-Rtd=1", b"a21026-Rtd=9")

    with gate.call("hj212") as caller:
        caller.say(broken)
        answer = hj212.decode(caller.ask(report([{"a21026-Rtd": "2"}])))

    assert answer.cn == "9014"
    assert [row[2] for row in gate.stored()] == [2.0]


def test_nothing_is_answered_where_no_answer_is_wanted(gate, make_device):
    make_device("hj212", MN, "a21026-Rtd")
    gate.open("hj212")

    with gate.call("hj212") as caller:
        caller.say(report([{"a21026-Rtd": "1"}], wants_answer=False))
        answers = hj212.Splitter().feed(caller.ask(report([{"a21026-Rtd": "2"}])))

    assert len(answers) == 1
    assert len(gate.stored()) == 2
