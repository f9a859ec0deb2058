"""The watched points of the demo district: the plan's numbers, an insider's rates, keys that its simulator finds."""

import pytest

from anning.demo.wires import KEYED, key_of
from anning.kernel import clock
from anning.kernel.actor import system
from anning.monitoring import selectors
from anning.monitoring.models import Alarm, Datastream, Device, Fault, LimitVersion
from anning.monitoring.selectors.rates import now as standing
from anning.monitoring.services import digest_of
from anning.registry.models import Enterprise

pytestmark = pytest.mark.usefixtures("demo")
WATCH = {"device__family": "watch"}


def test_there_are_74_enterprises_with_370_points_half_of_them_cameras():
    points = Datastream.objects.filter(**WATCH)

    assert points.values("device__enterprise").distinct().count() == 74
    assert not points.filter(device__enterprise__is_monitored=False).exists()
    assert points.count() == 370 and points.filter(kind="camera").count() == 185


def test_a_dozen_firms_have_been_dark_for_months_and_the_rest_is_mostly_online():
    dark = Device.objects.filter(family="watch", is_online=False)

    assert dark.values("enterprise").distinct().count() == 12
    assert all((clock.now() - device.last_seen_at).days >= 45 for device in dark)
    assert Fault.objects.filter(ended_at=None, condition="offline").count() == 24
    assert 85 <= standing(system()).online_percent <= 93


@pytest.mark.parametrize(
    ("family", "devices", "protocol"),
    [("fire", 30, "gb26875"), ("water", 15, "sl651"), ("road", 36, "jt808"), ("gas", 8, "http"), ("city", 30, "mqtt")],
)
def test_the_other_families_are_there(family, devices, protocol):
    assert Device.objects.filter(family=family, protocol=protocol).count() == devices


def test_the_thirty_fire_units_stand_in_the_enterprises_of_the_fire_iot():
    units = Device.objects.filter(family="fire")

    assert {unit.enterprise_id for unit in units} == set(
        Enterprise.objects.filter(is_in_fire_iot=True).values_list("pk", flat=True)
    )
    assert all(unit.datastreams.filter(kind="fire", is_latching=True).count() == 3 for unit in units)


def test_every_device_that_needs_a_key_has_the_one_that_the_simulator_finds():
    known = selectors.directory()

    assert len(known) == Device.objects.count()
    for device in Device.objects.filter(protocol__in=KEYED):
        assert known[device.protocol, device.identity].accepts(digest_of(key_of(device)), clock.now())


def test_every_point_with_numbers_is_judged_and_every_limit_can_be_read(caplog):
    found = selectors.ruleset()

    assert len(found.limits) == Datastream.objects.exclude(kind="camera").count() and not caplog.records
    assert len(found.expressions) == 1 and LimitVersion.objects.filter(state="approved").count() > 90
    unlimited = [each for each in found.limits if len(each.rules()) <= 3]
    kinds = set(
        Datastream.objects.filter(pk__in=[each.datastream for each in unlimited]).values_list("kind", flat=True)
    )
    assert kinds <= {"longitude", "latitude", "fire", "axle_weight", "speed"}, "places and switches"


def test_forty_days_of_alarms_were_handled_and_nearly_all_were_false():
    alarms = Alarm.objects.all()

    assert alarms.count() >= 100 and not alarms.filter(closed_at=None).exists()
    share = alarms.filter(verdict="false").count() / alarms.count()
    assert 0.9 <= share <= 0.98
    assert alarms.filter(handed_up_at__isnull=False).count() == alarms.filter(verdict="true").count()
