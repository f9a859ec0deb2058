"""What every door bears: garbage, slow senders, floods, too many; and that the others notice nothing."""

import time
from random import Random

from anning.gateways.directory import Memory
from anning.gateways.gb26875 import Gb26875Session
from anning.gateways.limits import Limits
from anning.gateways.stream import Patience, StreamDoor
from anning.monitoring.history import open_history
from anning.monitoring.rawframes import unpack
from tests.gateways.conftest import free_port, point_of, refusals
from tests.gateways.test_gb26875 import DEVICE, fire
from tests.gateways.test_hj212 import MN, report


def test_an_endless_stream_of_garbage_is_cut_off_at_every_door_and_the_others_are_served(gate, make_device):
    make_device("hj212", MN, "a21026-Rtd")
    gate.open("gb26875", "hj212", "jt808", "sl651", "http", "mqtt")
    noise = Random(26875).randbytes(1 << 16)

    with gate.call("hj212") as honest:
        cut_off = {name: is_cut_off(gate, name, noise) for name in gate.ports}
        answer = honest.ask(report([{"a21026-Rtd": "1"}]))

    assert all(cut_off.values()), cut_off
    assert b"CN=9014" in answer
    assert len(gate.stored()) == 1


def is_cut_off(gate, name: str, noise: bytes) -> bool:
    """Send noise without end; return whether the door ends it."""
    with gate.call(name) as hostile:
        hostile.line.settimeout(20)
        try:
            for _ in range(100):
                hostile.say(noise)
            return hostile.is_closed()
        except (BrokenPipeError, ConnectionResetError):
            return True


def test_a_sender_who_never_finishes_is_cut_off(gate, make_device):
    make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire")
    gate.open("hj212")  # so that there is a house
    door = StreamDoor(gate.house, lambda house, address: Gb26875Session(house.desk, address), Patience(0.2, 0.2, 0.05))
    gate.ports["slow"] = free_port()
    gate._closers.append(gate.do(door.open("127.0.0.1", gate.ports["slow"])))

    with gate.call("slow") as silent, gate.call("slow") as slow:
        slow.say(fire()[:20])
        ends = [silent.is_closed(), slow.is_closed()]

    assert ends == [True, True]
    assert refusals(gate) == {("", "silent"): 2}


def test_a_device_that_has_spoken_may_be_silent_for_long(gate, make_device):
    make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire")
    gate.open("hj212")
    door = StreamDoor(gate.house, lambda house, address: Gb26875Session(house.desk, address), Patience(0.2, 0.2, 0.05))
    gate.ports["slow"] = free_port()
    gate._closers.append(gate.do(door.open("127.0.0.1", gate.ports["slow"])))

    with gate.call("slow") as known, gate.call("slow") as silent:
        known.ask(fire(1))
        silent.is_closed()  # its patience has ended meanwhile
        again = known.ask(fire(2))

    assert again.startswith(b"@@")


def test_limits_hold_in_all_and_from_one_address_but_not_for_the_machine_itself():
    limits = Limits(connections=3, per_address=1, rate=10)

    entered = [limits.enter(each) for each in ("10.0.0.1", "10.0.0.1", "127.0.0.1", "127.0.0.1", "10.0.0.2")]
    limits.leave("10.0.0.1")

    assert entered == ["", "too_many_from_address", "", "", "too_many"]
    assert limits.enter("10.0.0.1") == ""
    assert limits.in_all == 3


def test_a_burst_is_borne_and_a_flood_is_slowed():
    limits, memory = Limits(connections=1, per_address=1, rate=10), Memory()

    pauses = [limits.pause_s(memory, 100) for _ in range(4)]

    assert pauses[:2] == [0, 0]
    assert 9 < sum(pauses) <= 15


def test_a_flood_of_one_device_does_not_delay_another(gate, make_device, settings):
    settings.DEVICE_FRAMES_S = 1
    make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire")
    make_device("hj212", MN, "a21026-Rtd")
    gate.open("gb26875", "hj212")

    with gate.call("gb26875") as flood, gate.call("hj212") as honest:
        flood.say(b"".join(fire(serial) for serial in range(40)))
        flood.hear()
        flood.say(fire(41))
        begun = time.monotonic()
        honest.ask(report([{"a21026-Rtd": "1"}]))
        took_s = time.monotonic() - begun

    assert took_s < 2
    assert refusals(gate)[(DEVICE.hex(), "flood")] >= 1


def test_frames_that_arrive_in_pieces_are_kept_whole_for_a_dispute(gate, make_device):
    device = make_device("gb26875", DEVICE.hex(), "1.1.01000200/fire")
    gate.open("gb26875")
    frame = fire(1)

    with gate.call("gb26875") as caller:
        caller.say(frame[:30])
        caller.say(frame[30:])
        caller.hear()

    history = open_history()
    kept = [each for _at, blob in history.raw_frames(0, 1 << 50) for each in unpack(blob)][-1:]
    history.close()
    assert kept == [(device.pk, frame)]


def test_a_device_registered_while_the_doors_are_open_is_heard_without_a_restart(gate, make_device):
    gate.open("hj212")
    with gate.call("hj212") as caller:
        caller.say(report([{"a21026-Rtd": "1"}]))
        device = make_device("hj212", MN, "a21026-Rtd")
        gate.renew()
        caller.ask(report([{"a21026-Rtd": "2"}]))

    assert [row[0] for row in gate.stored()] == [point_of(device, "a21026-Rtd")]


def test_a_device_in_maintenance_is_stored_with_that_mark_and_a_retired_one_is_a_stranger(gate, make_device):
    device = make_device("hj212", MN, "a21026-Rtd", state="maintenance")
    make_device("hj212", "MNRETIRED", "a21026-Rtd", state="retired")
    gate.open("hj212")

    with gate.call("hj212") as caller:
        caller.say(report([{"a21026-Rtd": "1"}], MN="MNRETIRED"))
        caller.ask(report([{"a21026-Rtd": "2"}]))

    assert [(row[0], row[3]) for row in gate.stored()] == [(point_of(device, "a21026-Rtd"), 3)]
