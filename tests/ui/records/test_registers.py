"""The books of the office keep every promise of a register."""

from datetime import date

from tests.registers import RegisterTests


class TestDocuments(RegisterTests):
    register = "documents"

    def make(self, district, number):
        return {
            "code": f"宁应急发〔2026〕{number}号",
            "title": f"关于汛期安全工作的通知{number}",
            "kind": "policy",
            "issuer": "宁河区应急管理局",
            "issued_on": date(2026, 5, number),
        }


class TestOrganisations(RegisterTests):
    register = "organisations"

    def make(self, district, number):
        return {
            "name": f"芦台第{number}水泥制品有限公司",
            "kind": "enterprise",
            "area": district.town_a.area,
            "phone": f"022-6900 000{number}",
        }


class TestPeople(RegisterTests):
    register = "people"

    def make(self, district, number):
        return {
            "name": f"测试员甲{number}",
            "organisation": district.town_a.government,
            "title": "安全员",
            "mobile": f"1380000000{number}",
            "is_active": True,
        }


class TestLiaisons(RegisterTests):
    register = "liaisons"

    def make(self, district, number):
        return {
            "unit": district.town_a.government,
            "post": f"值班室{number}",
            "line": "department",
            "matter": "信息报送",
            "phone": f"022-6900 010{number}",
            "area": district.town_a.area,
        }


class TestAreas(RegisterTests):
    register = "areas"

    def make(self, district, number):
        return {
            "code": f"120117001{300 + number}",
            "name": f"新建{number}村",
            "level": "village",
            "kind": "村",
            "parent": district.town_a.area,
            "longitude": 117.82,
            "latitude": 39.33,
        }
