"""Erasing a resident: ciphertexts and blind indexes gone from the database, exports gone, the chain whole."""

import shutil

import pytest
from django.conf import settings
from django.db import connection

from anning.accounts.models import Erasure
from anning.accounts.selectors import actor_for
from anning.accounts.services import scrub_erased
from anning.journal.models import Entry
from anning.journal.verification import verify
from anning.registry.models import Household, Resident
from anning.registry.services.erasure import erase_resident
from anning.ui.models import Job
from anning.ui.records import jobs, services
from anning.ui.records.exporting import Order
from anning.ui.records.register import find
from tests.erasure.test_erasure import raw_database, settle
from tests.erasure.traces import traces
from tests.patience import until

NAME, MOBILE = "龘靐霩飝", "13987650418"
SECRET = "SELECT name, name_index, mobile, mobile_index FROM registry_resident WHERE id = %s"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer(user_of):
    """A duty officer of the district."""
    shutil.rmtree(settings.FILES, ignore_errors=True)
    return user_of("duty")


@pytest.fixture
def resident(officer, district) -> Resident:
    """Somebody who was entered, changed, found, revealed and exported in full."""
    register, actor = find("residents"), actor_for(officer)
    home = Household.objects.create(code="H1", area=district.town_a.villages[0])
    row = services.create(register, actor, {"household": home, "name": NAME, "mobile": MOBILE})
    services.change(register, actor, row.pk, {"need": "alone"})
    services.reveal(register, actor, row.pk, "name", reason=f"给{NAME}打电话")
    order = Order(register="residents", query=f"q={NAME}", format="xlsx", full=True, reason="对账")
    jobs.submit(Job.Kind.EXPORT, officer, "residents", order.facts(), total=1)
    assert jobs.run_next() == 1
    settle()
    return Resident.objects.get(pk=row.pk)


def secrets_of(resident):
    """Return how the row hides the person: what must not be found afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(SECRET, [resident.pk])
        return list(cursor.fetchone())


def test_nothing_of_an_erased_resident_is_left(resident, officer, tmp_path):
    secrets = secrets_of(resident)
    before = tmp_path / "before"
    before.mkdir()
    raw_database(before)
    assert traces(before, secrets), "before the erasure the ciphertexts stand there"
    assert traces(settings.FILES, [NAME]), "and the export"

    erase_resident(resident.pk, actor_for(officer), reason="本人申请")
    settle()
    assert until(scrub_erased) == 1

    after = tmp_path / "after"
    after.mkdir()
    raw_database(after)
    assert traces(after, [*secrets, NAME, MOBILE]) == []
    assert traces(settings.FILES, [NAME, MOBILE]) == []
    assert not Erasure.objects.filter(scrubbed_at=None).exists()
    assert verify().broken is None
    assert Entry.objects.filter(kind="resident.erase", subject=resident.subject).count() == 1
