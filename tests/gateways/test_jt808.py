"""The door of vehicle terminals."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from anning.gateways.jt808 import code_of
from anning.protocols import jt808
from anning.protocols.jt808 import Frame, Position, write_body
from tests.gateways.conftest import Caller, point_of, refusals

PHONE = "13800138000"
AT = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)
AT_MS = int(AT.timestamp()) * 1000
VEHICLE = {
    "province": 12,
    "city": 117,
    "maker": "MAKER",
    "model": "M1",
    "terminal": "T100001",
    "color": 2,
    "plate": "津A12345",
}


def position(at: datetime = AT, **facts: Any) -> Position:
    """Return where a vehicle is."""
    time = f"{at.astimezone(timezone(timedelta(hours=8))):%y%m%d%H%M%S}"
    values = {"alarm": 0, "status": 0b11, "latitude": 39_330_000, "longitude": 117_820_000, "altitude": 3}
    return Position(**values | {"speed": 555, "direction": 90, "time": time} | facts)


def message(id_: int, body: bytes = b"", serial: int = 1) -> bytes:
    """Return a frame of the terminal."""
    return jt808.encode(Frame(id_, PHONE, serial, body))


def located(serial: int = 1, **facts: Any) -> bytes:
    """Return a position report."""
    return message(0x0200, jt808.write_position(position(**facts)), serial)


def sign_in(caller: Caller, code: str) -> int:
    """Authenticate; return the result."""
    answer = jt808.decode(caller.ask(message(0x0102, write_body(0x0102, {"auth": code}))))
    return int(jt808.read_body(answer)["result"])


def test_a_terminal_registers_authenticates_and_reports(gate, make_device):
    device = make_device("jt808", PHONE, "latitude", "longitude", "speed", "alarm/overspeed")
    gate.open("jt808")

    with gate.call("jt808") as caller:
        welcome = jt808.read_body(jt808.decode(caller.ask(message(0x0100, write_body(0x0100, VEHICLE)))))
        signed_in = sign_in(caller, welcome["auth"])
        answer = jt808.read_body(jt808.decode(caller.ask(located(9, alarm=0b10))))

    assert (welcome["result"], signed_in) == (0, 0)
    assert answer == {"reply_seq": 9, "reply_id": "0200", "result": 0}
    assert gate.stored() == [
        (point_of(device, "latitude"), AT_MS, 39.33, 0),
        (point_of(device, "longitude"), AT_MS, 117.82, 0),
        (point_of(device, "speed"), AT_MS, 55.5, 0),
        (point_of(device, "alarm/overspeed"), AT_MS, 1.0, 0),
    ]


def test_nothing_is_taken_before_the_terminal_has_proven_itself(gate, make_device):
    make_device("jt808", PHONE, "speed")
    gate.open("jt808")

    with gate.call("jt808") as caller:
        answer = jt808.read_body(jt808.decode(caller.ask(located())))

    assert answer["result"] == 1
    assert gate.stored() == []
    assert refusals(gate) == {(PHONE, "not_authenticated"): 1}


def test_a_wrong_code_ends_the_connection(gate, make_device):
    make_device("jt808", PHONE, "speed")
    gate.open("jt808")

    with gate.call("jt808") as caller:
        result = sign_in(caller, "guess")
        closed = caller.is_closed()

    assert (result, closed) == (1, True)


def test_a_key_of_its_own_goes_before_a_code_that_anybody_could_ask_for(gate, make_device):
    device = make_device("jt808", PHONE, "speed", key="0123456789abcdef")
    gate.open("jt808")

    with gate.call("jt808") as caller:
        welcome = jt808.read_body(jt808.decode(caller.ask(message(0x0100, write_body(0x0100, VEHICLE)))))
        right = sign_in(caller, "0123456789abcdef")
        derived = sign_in(caller, code_of(device))

    assert welcome["result"] == 4
    assert (right, derived) == (0, 1)


@pytest.mark.parametrize(("plate", "result"), [("津A12345", 0), ("津B99999", 4)])
def test_a_registration_must_name_the_vehicle_that_is_registered(gate, make_device, plate, result):
    make_device("jt808", PHONE, parameters={"plate": "津A12345"})
    gate.open("jt808")

    with gate.call("jt808") as caller:
        body = write_body(0x0100, VEHICLE | {"plate": plate})
        welcome = jt808.read_body(jt808.decode(caller.ask(message(0x0100, body))))

    assert welcome["result"] == result


def test_positions_of_a_blind_area_are_filled_in(gate, make_device):
    device = make_device("jt808", PHONE, "speed")
    gate.open("jt808")
    track = [position(AT + timedelta(minutes=n), speed=n * 10) for n in range(5)]

    with gate.call("jt808") as caller:
        sign_in(caller, code_of(device))
        caller.ask(message(0x0704, jt808.write_batch(1, track)))

    assert [row[1:3] for row in gate.stored()] == [(AT_MS + n * 60_000, float(n)) for n in range(5)]


def test_a_call_for_help_is_answered_as_such_and_a_vehicle_without_fix_has_no_place(gate, make_device):
    device = make_device("jt808", PHONE, "latitude", "alarm/sos")
    gate.open("jt808")

    with gate.call("jt808") as caller:
        sign_in(caller, code_of(device))
        answer = jt808.read_body(jt808.decode(caller.ask(located(alarm=1, status=0))))

    assert answer["result"] == 4
    assert [row[0] for row in gate.stored()] == [point_of(device, "alarm/sos")]


def test_a_heartbeat_is_answered_and_log_out_ends_the_connection(gate, make_device):
    device = make_device("jt808", PHONE)
    gate.open("jt808")

    with gate.call("jt808") as caller:
        sign_in(caller, code_of(device))
        beat = jt808.read_body(jt808.decode(caller.ask(message(0x0002))))
        caller.say(message(0x0003))
        closed = caller.is_closed()

    assert (beat["reply_id"], beat["result"], closed) == ("0002", 0, True)
