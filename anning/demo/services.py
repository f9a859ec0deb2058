"""Loading the demo district: at once, and without harm when it is there already."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction

from anning.accounts import permissions
from anning.accounts.models import Organisation
from anning.demo.accounts import SEATS, add_accounts
from anning.demo.answerable import add_answerable
from anning.demo.books import add_books
from anning.demo.days import add_working_morning
from anning.demo.evacuees import add_evacuees
from anning.demo.firms import add_firms
from anning.demo.ground import Ground, lay_ground
from anning.demo.instruments import add_instruments
from anning.demo.ledger import Ledger
from anning.demo.past import add_past_tasks, the_past
from anning.demo.past_papers import add_past_notices, add_past_papers
from anning.demo.past_readings import add_past_readings
from anning.demo.places import Places, add_places
from anning.demo.population import add_population
from anning.demo.sheets import release
from anning.demo.shifts import add_shifts
from anning.demo.staff import Staff, add_staff
from anning.demo.venues import add_venues
from anning.demo.watched import add_watched
from anning.demo.watchers import add_evacuation_lists, add_flood_duties, add_report_points
from anning.demo.watching import add_past_alarms, add_watching
from anning.demo.works import add_works
from anning.journal.models import Entry, Record
from anning.journal.services import record
from anning.kernel import district
from anning.kernel.actor import system
from anning.kernel.errors import Refused

KIND = "demo.load"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows and accounts were added; nothing when this release was there already."""

    rows: int
    accounts: int
    digest: str = ""


@transaction.atomic
def load_demo(
    *, force: bool = False, residents: int | None = None, say: Callable[[str], None] = lambda _line: None
) -> Loaded:
    """Add what is missing of the demo district, with one demo account per role, and journal it once.

    ``residents`` says how many people live in it; None: as the settings say. Raises Refused on a database that holds a
    real district, unless ``force``.
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
    before, ledger = _count(), Ledger()
    places = add_places()
    transaction.on_commit(lambda: district.keep("120117"))
    staff = add_staff(places)
    add_shifts(staff)
    add_books(places)
    ground = _add_registry(places, staff, settings.DEMO_RESIDENTS if residents is None else residents, ledger, say)
    accounts = add_accounts(places, staff, platform)
    say("　监测设备、点位……")
    sheet = add_watched(ledger)
    add_instruments(ground, ledger)
    add_watching(places, sheet)
    if accounts == len(SEATS):
        say("　三年来的任务、通知和公文……")
        past = the_past(places, staff)
        for add in (add_past_tasks, add_past_notices, add_past_papers):
            add(past)
        add_past_alarms()
        add_working_morning(places, staff)
        transaction.on_commit(lambda: add_past_readings(settings.DEMO_DAYS, say), robust=True)
    counts = _count() - before
    facts: dict[str, Any] = {"release": release(), "accounts": accounts, "counts": counts, "digest": ledger.digest}
    record(KIND, "demo:district", platform, rows=counts.total(), **facts)
    return Loaded(counts.total(), accounts, ledger.digest)


def _add_registry(places: Places, staff: Staff, residents: int, ledger: Ledger, say: Callable[[str], None]) -> Ground:
    """Write what is where and who lives there; return the ground."""
    say("　底图、企业……")
    ground = lay_ground(places)
    add_answerable(add_firms(ground, ledger), ledger)
    say("　场所、设施、责任人……")
    sites = add_venues(ground, ledger)
    add_flood_duties(ground, staff, add_works(ground, ledger), ledger)
    add_report_points(ground, ledger)
    lists = add_evacuation_lists(ground, sites, ledger)
    add_population(ground, staff, residents, ledger, say)
    add_evacuees(lists)
    return ground


def _count() -> Counter[str]:
    """Return how many rows there are of each kind of record."""
    records = (model for model in apps.get_models() if issubclass(model, Record))
    return Counter({str(model._meta.model_name): model.all_objects.count() for model in records})
