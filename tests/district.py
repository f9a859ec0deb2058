"""A small district for tests: two towns with two villages each, departments, and an enterprise in each town."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from anning.accounts.models import Area, Organisation, Person, Role, User
from anning.kernel import clock

PASSWORD = "Anjing-2026-Ninghe"
_numbers = count(1)


@dataclass(frozen=True)
class Town:
    """A town with its government, two villages with their committees, and one enterprise."""

    area: Area
    government: Organisation
    villages: tuple[Area, Area]
    committees: tuple[Organisation, Organisation]
    enterprise: Organisation


@dataclass(frozen=True)
class District:
    """The whole small district."""

    area: Area
    government: Organisation
    bureau: Organisation  # 区应急局
    water: Organisation  # 区水务局
    town_a: Town
    town_b: Town

    def seat(self, role: Role) -> Organisation:
        """Return the unit where somebody with this role usually sits (town A for what is local)."""
        own = {"village": self.town_a.committees[0], "member": self.water}
        return (
            own.get(role.code)
            or {
                Role.Reach.DISTRICT: self.bureau,
                Role.Reach.AREA: self.town_a.government,
                Role.Reach.ORGANISATION: self.town_a.enterprise,
            }[Role.Reach(role.reach)]
        )


def build_district() -> District:
    """Make the district in the database."""
    area = make_area("120117", "宁河区", "district")
    government = make_organisation("宁河区人民政府", "government", area, short_name="区政府")
    bureau = make_organisation("宁河区应急管理局", "government", area, government, short_name="区应急局")
    water = make_organisation("宁河区水务局", "government", area, government, short_name="区水务局")
    town_a = _build_town("120117001", "芦台街道", ("任凤庄村", "震新社区"), area, government)
    town_b = _build_town("120117107", "潘庄镇", ("大龙湾村", "白庙村"), area, government)
    return District(area, government, bureau, water, town_a, town_b)


def _build_town(code: str, name: str, villages: tuple[str, str], district: Area, above: Organisation) -> Town:
    area = make_area(code, name, "town", district)
    government = make_organisation(f"{name}办事处", "town", area, above, short_name=name)
    places = [make_area(f"{code}{number:03}", each, "village", area) for number, each in enumerate(villages, 201)]
    committees = [make_organisation(f"{place.name}委员会", "village", place, government) for place in places]
    enterprise = make_organisation(f"{name}化工有限公司", "enterprise", area, credit_code=f"91{code}MA0{code[-3:]}X")
    return Town(area, government, (places[0], places[1]), (committees[0], committees[1]), enterprise)


def make_area(code: str, name: str, level: str, parent: Area | None = None, **facts: Any) -> Area:
    """Make one area."""
    return _kept(Area(code=code, name=name, level=level, parent=parent, **facts))


def make_organisation(
    name: str, kind: str, area: Area, parent: Organisation | None = None, **facts: Any
) -> Organisation:
    """Make one organisation with its path."""
    made = _kept(Organisation(name=name, kind=kind, area=area, parent=parent, **facts))
    return _kept(made)  # the path needs the key


def make_person(organisation: Organisation, name: str = "", **facts: Any) -> Person:
    """Make one person."""
    return _kept(Person(name=name or f"测试员{next(_numbers)}", organisation=organisation, **facts))


def make_user(*roles: Role, organisation: Organisation, username: str = "", **facts: Any) -> User:
    """Make somebody with these roles who can sign in with PASSWORD."""
    number = next(_numbers)
    user = User(
        username=username or f"{roles[0].code if roles else 'nobody'}-{number}",
        person=make_person(organisation),
        password=make_password(PASSWORD),
        **{"must_change_password": False, "password_changed_at": clock.now(), **facts},
    )
    user.save()
    user.roles.set(roles)
    return user


def _kept(row: Any) -> Any:
    row.derive()
    row.save()
    return row
