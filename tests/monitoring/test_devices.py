"""Devices: keys, what the gateways saw of them, faults and repairs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
import pytest

from anning.journal.models import Entry
from anning.kernel.errors import IllegalMove, NotAllowed, NotFound, Refused
from anning.monitoring import selectors
from anning.monitoring.history import Last
from anning.monitoring.models import Datastream, Device, DeviceKey, Fault, Refusal
from anning.monitoring.observations import Quality
from anning.monitoring.services import (
    digest_of,
    end_key,
    issue_key,
    look_at_cameras,
    move_device,
    note_camera,
    note_devices,
    note_silence,
    order_repairs,
    take_transitions,
)
from anning.monitoring.services.devices import MOST_STRANGERS
from anning.tasks.models import Task
from tests.monitoring.conftest import NOW, ending, onset

HOUR = timedelta(hours=1)


@dataclass
class Sight:
    at_ms: int
    address: str
    drift_ms: int | None = None


class Cause(NamedTuple):
    protocol: str
    device: int
    identity: str
    address: str
    reason: str


@dataclass
class Page:
    sights: Mapping[int, Sight] = field(default_factory=dict)
    refusals: Mapping[Any, int] = field(default_factory=Counter)


def known_of(device):
    return selectors.directory(now=NOW)[device.protocol, device.identity]


def test_a_secret_is_shown_once_and_kept_as_a_digest(device, operator):
    key, secret = issue_key(device.pk, operator, now=NOW)

    assert len(secret) == 6 and secret.isdigit(), "what HJ 212 can carry"
    assert key.digest == digest_of(secret) and secret not in key.digest
    assert secret not in Entry.objects.get(kind="fielddevice.key").body
    assert known_of(device).accepts(digest_of(secret), NOW)


def test_while_a_key_is_rotated_two_hold_and_no_third(device, operator):
    secrets = [issue_key(device.pk, operator, now=NOW + number * HOUR)[1] for number in range(3)]
    known = selectors.directory(now=NOW + 3 * HOUR)[device.protocol, device.identity]

    assert [known.accepts(digest_of(each), NOW + 3 * HOUR) for each in secrets] == [False, True, True]
    assert [known.accepts(digest_of(each), NOW + 100 * HOUR) for each in secrets] == [False, False, True]


def test_a_key_in_wrong_hands_is_ended_at_once(device, operator, actor_of):
    key, secret = issue_key(device.pk, operator, now=NOW)
    with pytest.raises(NotAllowed):
        end_key(key.pk, actor_of("town"))

    before = selectors.directory_stamp()
    end_key(key.pk, operator, now=NOW)

    assert not known_of(device).accepts(digest_of(secret), NOW)
    assert selectors.directory_stamp() != before, "the gateways notice"
    with pytest.raises(NotFound):
        end_key(999_999, operator)


def test_a_retired_device_gets_no_key_and_may_not_speak(device, operator):
    move_device(device.pk, "retire", operator, reason="拆除")

    with pytest.raises(Refused):
        issue_key(device.pk, operator)
    assert selectors.directory() == {}
    with pytest.raises(IllegalMove):
        move_device(device.pk, "resume", operator)


def test_a_device_without_points_is_not_put_into_service(device, operator):
    Device.objects.filter(pk=device.pk).update(state="commissioned")

    with pytest.raises(Refused):
        move_device(device.pk, "start", operator)


def test_the_allow_list_is_of_networks(device):
    device.networks = "10.1.2.0/24 10.9.9.9"
    device.save()

    known = known_of(device)
    assert known.may_come_from("10.1.2.77") and known.may_come_from("10.9.9.9")
    assert not known.may_come_from("10.1.3.1") and not known.may_come_from("2001:db8::1")


def test_what_the_gateways_saw_stands_on_the_device_and_is_no_change_of_the_record(device):
    before = selectors.directory_stamp()
    note_devices(Page({device.pk: Sight(int(NOW.timestamp() * 1000), "10.1.2.3", 1500)}))

    device.refresh_from_db()
    assert (device.is_online, device.last_seen_at, device.address, device.clock_drift_ms) == (
        True, NOW, "10.1.2.3", 1500,
    )  # fmt: skip
    assert device.version == 1 and selectors.directory_stamp() == before

    assert note_silence(NOW + timedelta(minutes=4)) == 0
    assert note_silence(NOW + timedelta(minutes=6)) == 1
    device.refresh_from_db()
    assert not device.is_online and device.online_since == NOW + timedelta(minutes=6)


def test_refusals_are_counted_by_device_and_reason_and_strangers_are_listed(device):
    ours = Cause("hj212", device.pk, "", "", "校验错误")
    stranger = Cause("hj212", 0, "MN9", "10.8.8.8", "未登记")
    for _time in range(2):
        note_devices(Page(refusals=Counter({ours: 3, stranger: 1})))

    assert {(r.device_id, r.identity, r.reason, r.count) for r in Refusal.objects.all()} == {
        (device.pk, "", "校验错误", 6),
        (None, "MN9", "未登记", 2),
    }


def test_made_up_names_without_end_do_not_fill_the_table(db):
    rows = [
        Refusal(protocol="hj212", identity=f"X{n}", reason="未登记", first_at=NOW, last_at=NOW)
        for n in range(MOST_STRANGERS)
    ]
    Refusal.objects.bulk_create(rows)

    for number in range(20):
        note_devices(Page(refusals=Counter({Cause("hj212", 0, f"Y{number}", "10.8.8.8", "未登记"): 1})))

    assert Refusal.objects.count() == MOST_STRANGERS + 1
    assert Refusal.objects.get(identity="").count == 20


def test_a_camera_changes_state_once_and_is_journaled(make_point):
    camera = make_point("CAM_1", kind="camera")

    assert note_camera(camera.pk, "black", at=NOW) and not note_camera(camera.pk, "black", at=NOW + HOUR)

    camera = Datastream.objects.get(pk=camera.pk)
    assert (camera.camera_state, camera.camera_since) == ("black", NOW)
    assert Entry.objects.filter(kind="datastream.camera").count() == 1
    with pytest.raises(ValueError):
        note_camera(camera.pk, "asleep")


def test_cameras_are_as_they_say_and_offline_when_their_device_is_silent(make_point, device):
    cameras = [make_point(f"CAM_{number}", kind="camera") for number in range(4)]
    Device.objects.filter(pk=device.pk).update(is_online=True)
    keys = np.array([camera.pk for camera in cameras[:3]], np.int32)
    times, good = np.zeros(3, np.int64), np.array([0, 0, Quality.FAULT], np.uint8)
    last = Last(keys, times, np.array([0.0, 3.0, 0.0]), good, times)

    assert look_at_cameras(last, NOW) == 2 and look_at_cameras(last, NOW) == 0
    states = [Datastream.objects.get(pk=camera.pk).camera_state for camera in cameras]
    assert states == ["normal", "black", "offline", "offline"], "the last one was never heard of and stays"

    Device.objects.filter(pk=device.pk).update(is_online=False)
    assert look_at_cameras(last, NOW) == 2


def test_a_fault_that_lasts_is_one_work_order_for_its_device(point, make_point, device, district):
    beside = make_point("GAS_2")
    take_transitions([onset(point, "offline"), onset(beside, "offline")], 1, NOW)

    assert order_repairs(NOW + timedelta(minutes=29)) == 0
    assert order_repairs(NOW + timedelta(minutes=31)) == 1

    task = Task.objects.get()
    assert task.about == device.subject and task.unit == district.town_a.enterprise
    assert {fault.order for fault in Fault.objects.all()} == {task.subject}
    third = make_point("GAS_3")
    take_transitions([onset(third, "fault", at=NOW + HOUR)], 2, NOW + HOUR)
    assert order_repairs(NOW + 2 * HOUR) == 0 and Task.objects.count() == 1, "it joins the running order"
    assert Fault.objects.get(datastream=third).order == task.subject


def test_a_fault_that_passes_is_nobodys_work(point):
    take_transitions([onset(point, "offline"), ending(point, "offline", NOW + timedelta(minutes=5))], 1, NOW)

    assert order_repairs(NOW + HOUR) == 0 and not Task.objects.exists()


def test_an_old_key_is_kept_for_the_record(device, operator):
    for number in range(3):
        issue_key(device.pk, operator, now=NOW + number * HOUR)

    assert DeviceKey.objects.filter(device=device).count() == 3
