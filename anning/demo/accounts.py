"""One demo account per role, each held by somebody who really sits in such a post."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from anning.accounts.models import Person, User
from anning.accounts.services import create_user, grant_roles, load_roles
from anning.demo import PASSWORD
from anning.demo.places import Places
from anning.demo.staff import Staff
from anning.kernel.actor import Actor

SEATS = (  # role and user name, unit, post, number among its holders
    ("duty", "区值班室", "主班值班员", 1),
    ("lead", "区应急局", "局领导", 1),
    ("section", "区应急局", "危化监管岗", 1),
    ("monitor", "安防网中心", "监测员", 1),
    ("town", "120117110", "镇街安全员", 1),
    ("village", "任凤庄村", "灾害信息员", 1),
    ("enterprise", "液化气储配站", "安全管理人员", 1),
    ("member", "区水务局", "安委会联络员", 1),
    ("supervisor", "区应急局", "督查岗", 1),
    ("admin", "区应急局", "信息化岗", 1),
    ("security", "区应急局", "信息化岗", 2),
    ("auditor", "区应急局", "信息化岗", 3),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A demo account to be: its role, which is its name too, and who holds it."""

    role: str
    person: Person


def add_accounts(places: Places, staff: Staff, actor: Actor) -> int:
    """Make the demo accounts that are not there yet, all with the printed password; return how many."""
    load_roles()
    taken = set(User.objects.filter(is_demo=True).values_list("username", flat=True))
    seats = [seat for seat in _seats(places, staff) if seat.role not in taken]
    password = make_password(PASSWORD) if seats else ""  # hashed once: it is printed anyway
    for seat in seats:
        user, _once = create_user(seat.role, actor, person=seat.person)
        grant_roles(user.pk, [seat.role], actor)
        user.refresh_from_db()
        user.password = password
        user.is_demo = True
        user.save(update_fields=["password", "is_demo"])
    return len(seats)


def _seats(places: Places, staff: Staff) -> list[Seat]:
    by_name = places.units | {unit.short_name: unit for unit in places.units.values()}
    return [Seat(role, staff.holder(by_name[unit], post, number)) for role, unit, post, number in SEATS]
