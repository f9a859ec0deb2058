"""Posts, and invented people who hold them. Leaders are posts without a name; some posts are vacant, some facts old."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from anning.accounts.models import Appointment, Membership, Organisation, Person, Post
from anning.demo.places import Places
from anning.demo.sheets import add_missing, invented_names, read_sheet
from anning.kernel import clock

TOWN_POSTS = (  # name, round the clock, holders
    ("镇街主要负责人", False, 0),
    ("分管安全负责人", False, 0),
    ("值班室值班员", True, 2),
)
PARK_POSTS = (("值班室值班员", True, 2),)
OFFICERS = {Organisation.Kind.TOWN: "镇街安全员", Organisation.Kind.PARK: "园区安全员"}  # 140 in towns and parks
ENTERPRISE_POSTS = (("安全管理人员", False, 1), ("控制室值班员", True, 1))
VACANT_EVERY, SILENT_EVERY, GONE_EVERY = 61, 37, 97  # a perfect district is a fake
UNWATCHED = "俵口镇"  # the town whose duty room has nobody


@dataclass(slots=True)
class Staff:
    """Posts by key of the unit and name; people by the same and their number among the holders."""

    posts: dict[tuple[int, str], Post] = field(default_factory=dict)
    people: dict[tuple[int, str, int], Person] = field(default_factory=dict)

    def holder(self, unit: Organisation, post: str, number: int = 1) -> Person:
        """Return who holds ``post`` at ``unit``; several hold some posts."""
        return self.people[unit.pk, post, number]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A post to fill with so many people."""

    unit: Organisation
    name: str
    is_round_the_clock: bool
    holders: int
    duty: str = ""


def add_staff(places: Places) -> Staff:
    """Write posts, people, who holds what, and memberships beyond the own unit."""
    wanted = list(_wanted(places))
    staff = Staff(posts=add_missing((_post(want) for want in wanted), lambda post: (post.organisation_id, post.name)))
    named = dict(_people(wanted))
    kept = add_missing(named.values(), lambda person: (person.organisation_id, person.name))
    staff.people = {place: kept[person.organisation_id, person.name] for place, person in named.items()}
    _appoint(staff)
    _put_leader_on_watch(places, staff)
    _join(places, staff)
    return staff


def _wanted(places: Places) -> Iterator[Wanted]:
    strength = {row["code"]: int(row["officers"]) for row in (*read_sheet("towns"), *read_sheet("parks"))}
    for facts in read_sheet("posts"):
        unit = places.units[facts["unit"]]
        yield Wanted(unit, facts["post"], bool(facts["round_the_clock"]), int(facts["holders"]), facts["duty"])
    for unit in {unit.pk: unit for unit in places.units.values()}.values():
        if unit.is_committee_member:
            yield Wanted(unit, "安委会联络员", False, 1, "会议、督查、零报告和材料报送")
        for name, is_round_the_clock, holders in _usual_posts(unit):
            yield Wanted(unit, name, is_round_the_clock, holders)
        if officers := OFFICERS.get(Organisation.Kind(unit.kind)):
            yield Wanted(
                unit, officers, False, strength[unit.area.code if unit.area else ""], "检查、排查、应急和信息报送"
            )
    for village in places.villages:
        yield Wanted(places.unit_of(village), "灾害信息员", False, 1, "灾情报送、预警传达、转移到户")


def _usual_posts(unit: Organisation) -> tuple[tuple[str, bool, int], ...]:
    kinds = {
        Organisation.Kind.TOWN: TOWN_POSTS,
        Organisation.Kind.PARK: PARK_POSTS,
        Organisation.Kind.ENTERPRISE: ENTERPRISE_POSTS,
        Organisation.Kind.SCHOOL: ENTERPRISE_POSTS[:1],
    }
    return kinds.get(Organisation.Kind(unit.kind), ())


def _post(want: Wanted) -> Post:
    return Post(
        organisation=want.unit,
        name=want.name,
        duty=want.duty,
        is_round_the_clock=want.is_round_the_clock,
        phone=want.unit.duty_phone if want.is_round_the_clock else want.unit.phone,
    )


def _people(wanted: list[Wanted]) -> Iterator[tuple[tuple[int, str, int], Person]]:
    names, numbers = invented_names(), count()
    for want in wanted:
        for holder in range(1, want.holders + 1):
            number = next(numbers)
            is_demo_seat = want.unit.kind != Organisation.Kind.VILLAGE or want.unit.short_name == "任凤庄村"
            is_vacant = number % VACANT_EVERY == VACANT_EVERY - 1 and not is_demo_seat
            if is_vacant or (want.unit.short_name == UNWATCHED and want.is_round_the_clock):
                continue
            has_mobile = is_demo_seat or number % SILENT_EVERY
            yield (
                (want.unit.pk, want.name, holder),
                Person(
                    name=names[number],
                    organisation=want.unit,
                    title=want.name,
                    mobile=f"1990000{number:04d}" if has_mobile else "",
                    office_phone=want.unit.phone,
                    is_active=is_demo_seat or bool(number % GONE_EVERY),
                    note="" if has_mobile else "手机号待补",
                ),
            )


def _appoint(staff: Staff) -> None:
    today = clock.today()
    rows = [
        Appointment(post=staff.posts[unit, name], person=person, since_on=today - timedelta(days=200 + 3 * number))
        for number, ((unit, name, _holder), person) in enumerate(staff.people.items())
    ]
    add_missing(rows, lambda row: (row.post_id, row.person_id))


def _put_leader_on_watch(places: Places, staff: Staff) -> None:
    leader = staff.holder(places.units["区应急局"], "局领导")
    watch = staff.posts[places.units["区值班室"].pk, "带班领导"]
    row = Appointment(post=watch, person=leader, since_on=clock.today() - timedelta(days=30))
    add_missing([row], lambda row: (row.post_id, row.person_id))


def _join(places: Places, staff: Staff) -> None:
    """Let some people see beyond their own unit: headquarters, parks, enclaves."""
    units = places.units
    joined = (
        ("区水务局", "安委会联络员", "区防指", "区防汛抗旱指挥部成员单位", None),
        ("区气象局", "安委会联络员", "区防指", "区防汛抗旱指挥部成员单位", None),
        ("区工信局", "安委会联络员", "经济开发区", "园区联合检查组", clock.today() + timedelta(days=180)),
        ("区市场监管局", "安委会联络员", "现代产业区", "园区联合检查组", clock.today() - timedelta(days=20)),
        ("120117001", "镇街安全员", "芦台开发区", "飞地互助联络", None),
        ("120117113", "镇街安全员", "清河农场", "飞地互助联络", None),
    )
    rows = [
        Membership(person=staff.holder(units[at], post), organisation=units[to], reason=reason, until_on=until)
        for at, post, to, reason, until in joined
    ]
    add_missing(rows, lambda row: (row.person_id, row.organisation_id))
