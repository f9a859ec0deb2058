"""The door of fire transmission devices."""

from datetime import UTC, datetime

from anning.kernel import clock
from anning.monitoring.intake import now_ms
from anning.monitoring.observations import Quality
from anning.protocols import gb26875
from anning.protocols.gb26875 import Command
from anning.protocols.gb26875.items import Analogue, ComponentStatus
from tests.gateways.conftest import point_of, refusals

DEVICE = bytes.fromhex("060504030201")
PLACE = bytes.fromhex("01000200")


def fire(serial: int = 1, *, status: int = 0b11, device: bytes = DEVICE, at: datetime | None = None) -> bytes:
    """Return the report of a smoke detector."""
    at = at or clock.now()
    item = ComponentStatus(1, 1, 42, PLACE, status, b"\0" * 31, gb26875.tag_of(at))
    return gb26875.encode(gb26875.send(device, serial, at, gb26875.adu_of(2, item)))


def test_a_report_is_confirmed_and_stored(gate, make_device):
    device = make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire", "1.1.01000200/fault")
    gate.open("gb26875")
    at = clock.now()

    with gate.call("gb26875") as caller:
        answer = gb26875.decode(caller.ask(fire(7, at=at)))

    at_ms = int(at.timestamp()) * 1000
    assert (answer.command, answer.serial, answer.destination) == (Command.CONFIRM, 7, DEVICE)
    assert gate.stored() == [
        (point_of(device, "1.1.01000200/fire"), at_ms, 1.0, Quality.GOOD),
        (point_of(device, "1.1.01000200/fault"), at_ms, 0.0, Quality.GOOD),
    ]


def test_values_come_in_their_unit(gate, make_device):
    device = make_device("gb26875", DEVICE.hex(), "11.0.01000200/4")
    gate.open("gb26875")
    item = Analogue(11, 0, 92, PLACE, 4, 3, gb26875.tag_of(datetime(2026, 1, 1, tzinfo=UTC)))

    with gate.call("gb26875") as caller:
        caller.ask(gb26875.encode(gb26875.send(DEVICE, 1, clock.now(), gb26875.adu_of(3, item))))

    assert gate.stored() == [(point_of(device, "11.0.01000200/4"), 1767225600000, 0.3, Quality.GOOD)]


def test_a_heartbeat_is_confirmed_and_seen(gate, make_device):
    device = make_device("gb26875", DEVICE.hex())
    gate.open("gb26875")

    with gate.call("gb26875") as caller:
        answer = gb26875.decode(caller.ask(gb26875.encode(gb26875.send(DEVICE, 3, clock.now()))))

    gate.renew()
    device.refresh_from_db()
    assert answer.command == Command.CONFIRM
    assert device.is_online
    assert device.address == "127.0.0.1"
    assert abs(device.clock_drift_ms) < 3000


def test_a_broken_frame_is_denied_and_the_next_is_heard(gate, make_device):
    make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire")
    gate.open("gb26875")
    broken = bytearray(fire(1))
    broken[-3] ^= 1

    with gate.call("gb26875") as caller:
        denied = gb26875.decode(caller.ask(bytes(broken)))
        confirmed = gb26875.decode(caller.ask(fire(2)))

    assert (denied.command, denied.serial) == (Command.DENY, 1)
    assert (confirmed.command, confirmed.serial) == (Command.CONFIRM, 2)
    assert len(gate.stored()) == 1


def test_a_stranger_is_denied_counted_and_not_stored(gate, make_device):
    make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire")
    gate.open("gb26875")

    with gate.call("gb26875") as caller:
        answer = gb26875.decode(caller.ask(fire(1, device=b"\x09" * 6)))

    assert answer.command == Command.DENY
    assert gate.stored() == []
    assert refusals(gate) == {("09" * 6, "stranger"): 1}


def test_a_repeated_frame_is_confirmed_again_and_stored_once(gate, make_device):
    make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire")
    gate.open("gb26875")
    frame = fire(1)

    with gate.call("gb26875") as caller:
        answers = [gb26875.decode(caller.ask(frame)).command for _ in range(3)]

    assert answers == [Command.CONFIRM] * 3
    assert len(gate.stored()) == 1
    assert refusals(gate) == {(DEVICE.hex(), "duplicate"): 2}


def test_the_clock_of_a_device_that_wishes_it_is_set_once(gate, make_device):
    make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire", parameters={"sets_clock": True})
    gate.open("gb26875")
    late = datetime(2026, 1, 1, tzinfo=UTC)

    with gate.call("gb26875") as caller:
        first = gb26875.Splitter().feed(caller.ask(fire(1, at=late)))
        second = gb26875.Splitter().feed(caller.ask(fire(2, at=late)))

    order = gb26875.decode(first[1])
    assert order.command == Command.CONTROL
    assert gb26875.read_adu(order.body).type == 90
    assert len(second) == 1


def test_a_time_far_ahead_is_replaced_by_that_of_reception(gate, make_device):
    make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire")
    gate.open("gb26875")
    before = now_ms()

    with gate.call("gb26875") as caller:
        caller.ask(fire(1, at=datetime(2090, 1, 1, tzinfo=UTC)))

    (row,) = gate.stored()
    assert before <= row[1] <= now_ms()
    assert refusals(gate) == {(DEVICE.hex(), "clock_ahead"): 1}


def test_a_device_may_speak_only_from_its_networks(gate, make_device):
    make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire", networks="127.0.0.2")
    gate.open("gb26875")

    with gate.call("gb26875", source="127.0.0.1") as caller:
        elsewhere = gb26875.decode(caller.ask(fire(1))).command
    with gate.call("gb26875", source="127.0.0.2") as caller:
        at_home = gb26875.decode(caller.ask(fire(2))).command

    assert (elsewhere, at_home) == (Command.DENY, Command.CONFIRM)
    assert len(gate.stored()) == 1
