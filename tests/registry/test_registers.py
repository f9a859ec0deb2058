"""Every register of the registry keeps every promise of a register."""

from anning.registry.models import Enterprise, EvacuationList, Facility, Household
from tests.registers import RegisterTests
from tests.registry.conftest import credit_code


def kept(row):
    row.derive()
    row.save()
    return row


def a_firm(district):
    return Enterprise.objects.filter(name="测试企业").first() or kept(
        Enterprise(name="测试企业", industry="trade", area=district.town_a.area, credit_code=credit_code(999))
    )


def a_household(district):
    code = "120117001201-9999"
    return Household.objects.filter(code=code).first() or Household.objects.create(
        code=code, area=district.town_a.villages[0], people=2
    )


class TestEnterprises(RegisterTests):
    register = "enterprises"
    change = ("business", "零售")

    def make(self, district, number):
        return {"name": f"芦台{number}号加油站", "industry": "hazmat", "area": district.town_a.area, "state": "running",
                "credit_code": credit_code(number), "standard": "none"}  # fmt: skip


class TestEnterprisesWithoutCode(RegisterTests):
    register = "enterprises"
    change = ("business", "零售")

    def make(self, district, number):
        return {"name": f"芦台{number}号加油站", "industry": "hazmat", "area": district.town_a.area, "state": "running",
                "standard": "none"}  # fmt: skip


class TestResponsible(RegisterTests):
    register = "responsible"

    def make(self, district, number):
        return {
            "enterprise": a_firm(district),
            "role": "legal",
            "name": f"王某{number}",
            "mobile": f"1390000{number:04}",
        }


class TestSites(RegisterTests):
    register = "sites"

    def make(self, district, number):
        return {"name": f"芦台第{number}小学", "kind": "school", "area": district.town_a.area, "protection": "high"}


class TestFacilities(RegisterTests):
    register = "facilities"

    def make(self, district, number):
        return {"name": f"第{number}泵站", "code": f"BZ{number:03}", "kind": "pump", "area": district.town_a.area,
                "state": "sound"}  # fmt: skip


class TestFloodDuties(RegisterTests):
    register = "flood-duties"

    def make(self, district, number):
        facility = Facility.objects.filter(name=f"第{number}段").first() or kept(
            Facility(name=f"第{number}段", kind="dike", area=district.town_a.area)
        )
        return {"facility": facility, "role": "patrol", "unit": district.town_a.government, "post": "巡堤员",
                "area": district.town_a.area}  # fmt: skip


class TestHouseholds(RegisterTests):
    register = "households"
    change = ("address", "2排3号")

    def make(self, district, number):
        return {"code": f"120117001201-{number:04}", "area": district.town_a.villages[0], "address": f"{number}号",
                "people": 3, "key_people": 1}  # fmt: skip


class TestResidents(RegisterTests):
    register = "residents"
    change = ("birth_year", 1950)

    def make(self, district, number):
        return {"household": a_household(district), "name": f"李某{number}", "mobile": f"1380000{number:04}",
                "sex": "female", "birth_year": 1948, "need": "alone"}  # fmt: skip


class TestEvacuationLists(RegisterTests):
    register = "evacuation-lists"
    change = ("trigger", "水位达到4.5米")

    def make(self, district, number):
        return {"name": f"第{number}批", "hazard": "flood", "area": district.town_a.villages[0], "trigger": "接到命令",
                "organiser": "村党支部书记"}  # fmt: skip


class TestEvacuationLines(RegisterTests):
    register = "evacuation-lines"

    def make(self, district, number):
        village = district.town_a.villages[0]
        found = EvacuationList.objects.get_or_create(
            name="洪水转移", area=village, defaults={"hazard": "flood", "trigger": "接到命令", "organiser": "书记"}
        )[0]
        household = Household.objects.get_or_create(code=f"H{number:04}", defaults={"area": village, "people": 2})[0]
        return {"list": found, "household": household, "people": 2, "state": "due"}


class TestReportPoints(RegisterTests):
    register = "report-points"

    def make(self, district, number):
        return {"name": f"第{number}村", "kind": "village", "area": district.town_a.area, "phone": "022-6900 0001"}


class TestRadios(RegisterTests):
    register = "radios"

    def make(self, district, number):
        return {"number": f"1349{number:04}", "name": "卫星电话", "kind": "satellite", "area": district.town_a.area,
                "state": "ready"}  # fmt: skip


class TestBaseFeatures(RegisterTests):
    register = "base-features"

    def make(self, district, number):
        return {"name": f"第{number}河", "kind": "river", "how_located": "sketched"}
