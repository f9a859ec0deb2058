"""The registers of monitoring keep every promise of a register."""

from datetime import timedelta

from anning.kernel import clock
from anning.monitoring.models import Datastream, Device
from tests.district import District
from tests.registers import RegisterTests


def some_device(district: District, number: int = 0) -> Device:
    """Return a device of town A."""
    facts = {"name": f"数采仪{number}", "protocol": "hj212", "identity": f"MN{number:04}", "state": "in_service"}
    made = Device(code=f"SB-{number:04}", area=district.town_a.area, **facts)
    made.derive()
    made.save()
    return made


def some_point(district: District, number: int = 0) -> Datastream:
    """Return a point of town A."""
    made = Datastream(
        device=some_device(district, 1000 + number),
        channel="c1",
        code=f"GAS_{1000 + number}",
        name=f"探头{number}",
        kind="combustible_gas",
        unit="%LEL",
    )
    made.derive()
    made.save()
    return made


class TestDevices(RegisterTests):
    register = "devices"

    def make(self, district, number):
        return {
            "code": f"SB-{number:03}",
            "name": f"芦台数采仪{number}",
            "protocol": "hj212",
            "identity": f"MN{number:03}",
            "area": district.town_a.area,
        }


class TestDatastreams(RegisterTests):
    register = "datastreams"

    def make(self, district, number):
        return {
            "code": f"GAS_{number:03}",
            "name": f"罐区探头{number}",
            "kind": "combustible_gas",
            "unit": "%LEL",
            "device": Device.objects.filter(code="SB-0000").first() or some_device(district),
            "channel": f"c{number}",
            "area": district.town_a.area,
        }


class TestLimits(RegisterTests):
    register = "limits"
    change = ("reason", "按新设计文件")

    def make(self, district, number):
        point = Datastream.objects.filter(code="GAS_1000").first() or some_point(district)
        return {"datastream": point, "high": 20.0 + number, "high_high": 60.0, "reason": f"按设计文件{number}"}


class TestRules(RegisterTests):
    register = "rules"

    def make(self, district, number):
        point = Datastream.objects.filter(code="GAS_1000").first() or some_point(district)
        return {
            "name": f"二取二{number}",
            "datastream": point,
            "text": f"GAS_1000 > {number}",
            "tier": 2,
            "hold_s": 3.0,
            "area": district.town_a.area,
        }


class TestWindows(RegisterTests):
    register = "windows"

    def make(self, district, number):
        point = Datastream.objects.filter(code="GAS_1000").first() or some_point(district)
        now = clock.now().replace(second=0, microsecond=0)
        return {
            "datastream": point,
            "kind": "bypass",
            "since_at": now,
            "until_at": now + timedelta(hours=number),
            "reason": f"更换探头{number}",
        }


class TestAlarmSteps(RegisterTests):
    register = "alarm-steps"
    change = ("note", "夜间也通知")

    def make(self, district, number):
        return {"tier": 1, "position": number, "after_minutes": 10, "target": "enterprise"}
