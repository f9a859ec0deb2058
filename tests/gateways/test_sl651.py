"""The door of hydrological stations."""

import socket
from datetime import UTC, datetime

from anning.protocols import sl651
from anning.protocols.sl651 import End, Frame
from tests.gateways.conftest import point_of, refusals

STATION = "0012345678"
AT_MS = int(datetime(2026, 7, 20, 4, 0, tzinfo=UTC).timestamp()) * 1000


def report(function: int = 0x32, serial: int = 1, rest: str = "39230000 0127", **facts: object) -> bytes:
    """Return a report of the station: river stage 0.127 m at noon of 20 July 2026, Beijing time."""
    head = bytes.fromhex(f"{serial:04x}260720120000" + f"f1f1{STATION}48" + "f0f02607201200")
    values = {"station": STATION, "password": "1234"} | facts
    return sl651.encode(Frame(function=function, body=head + bytes.fromhex(rest), **values))  # type: ignore[arg-type]


def test_a_report_is_answered_and_stored(gate, make_device):
    device = make_device("sl651", STATION, "39", key="1234")
    gate.open("sl651")

    with gate.call("sl651") as caller:
        answer = sl651.decode(caller.ask(report(serial=5)))

    assert (answer.down, answer.end, sl651.serial_of(answer)) == (True, End.EOT, 5)
    assert gate.stored() == [(point_of(device, "39"), AT_MS, 0.127, 0)]


def test_twelve_rains_of_five_minutes_get_their_times(gate, make_device):
    device = make_device("sl651", STATION, "F4")
    gate.open("sl651")

    with gate.call("sl651") as caller:
        caller.ask(report(0x34, rest="f460" + "05" * 11 + "ff"))

    rows = gate.stored()
    assert [row[1] for row in rows] == [AT_MS + n * 300_000 for n in range(12)]
    assert [row[2] for row in rows[:11]] == [0.5] * 11
    assert rows[11][3] == 4  # missing
    assert {row[0] for row in rows} == {point_of(device, "F4")}


def test_a_test_message_is_answered_but_is_no_data(gate, make_device):
    make_device("sl651", STATION, "39")
    gate.open("sl651")

    with gate.call("sl651") as caller:
        answer = sl651.decode(caller.ask(report(0x30)))

    assert answer.function == 0x30
    assert gate.stored() == []


def test_a_station_of_mode_one_is_not_answered(gate, make_device):
    make_device("sl651", STATION, "39", parameters={"mode": "M1"})
    make_device("sl651", "0087654321", "39")
    gate.open("sl651")

    with gate.call("sl651") as caller:
        caller.say(report())
        answer = sl651.decode(caller.ask(report(station="0087654321")))

    assert answer.station == "0087654321"
    assert len(gate.stored()) == 2


def test_a_wrong_password_is_not_answered(gate, make_device):
    make_device("sl651", STATION, "39", key="1234")
    gate.open("sl651")

    with gate.call("sl651") as caller:
        caller.say(report(serial=1, password="9999"))
        answer = sl651.decode(caller.ask(report(serial=2)))

    assert sl651.serial_of(answer) == 2
    assert refusals(gate) == {(STATION, "key"): 1}


def test_a_datagram_is_answered_to_its_sender(gate, make_device):
    make_device("sl651", STATION, "39")
    gate.open("sl651")

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(10)
        line.sendto(report(serial=77), ("127.0.0.1", gate.ports["sl651"]))
        answer = sl651.decode(line.recv(4096))

    assert sl651.serial_of(answer) == 77
    assert len(gate.stored()) == 1
