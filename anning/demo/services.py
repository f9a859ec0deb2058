"""Loading the demo district: at once, and without harm when it is there already."""

from dataclasses import dataclass

from django.db import transaction

from anning.accounts import permissions
from anning.accounts.models import Area, Organisation, Person, Post
from anning.demo.accounts import SEATS, add_accounts
from anning.demo.books import add_books
from anning.demo.days import add_working_morning
from anning.demo.places import add_places
from anning.demo.sheets import release
from anning.demo.staff import add_staff
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel.actor import system
from anning.kernel.errors import Refused
from anning.office.models import Agreement, Document, Liaison

KIND = "demo.load"
COUNTED = (Area, Organisation, Person, Post, Document, Agreement, Liaison)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows and accounts were added; nothing when this release was there already."""

    rows: int
    accounts: int


@transaction.atomic
def load_demo(*, force: bool = False) -> Loaded:
    """Add what is missing of the demo district, with one demo account per role, and journal it once.

    Raises Refused on a database that holds a real district, unless ``force``.
    """
    platform = system(permissions.ADD_USER, permissions.GRANT_ROLE)
    loads = Entry.objects.filter(kind=KIND)
    if any(entry.data["release"] == release() for entry in loads):
        return Loaded(0, 0)
    if not force and not loads.exists() and Organisation.all_objects.exists():
        raise Refused(
            "数据库中已有本区的真实数据，未载入演示数据",
            "请用 ANNING_HOME 指定另一个数据目录；确要混入演示数据时加 --force",
        )
    before = _count()
    places = add_places()
    staff = add_staff(places)
    add_books(places)
    accounts = add_accounts(places, staff, platform)
    if accounts == len(SEATS):
        add_working_morning(places, staff)
    rows = _count() - before
    record(KIND, "demo:district", platform, release=release(), rows=rows, accounts=accounts)
    return Loaded(rows, accounts)


def _count() -> int:
    return sum(model.all_objects.count() for model in COUNTED)
