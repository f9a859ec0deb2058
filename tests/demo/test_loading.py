"""Loading never harms a real district."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from anning.accounts.models import Organisation, User
from anning.demo import PASSWORD
from anning.demo.services import KIND, load_demo
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import system
from anning.kernel.errors import Refused
from anning.registry.models import Enterprise, Resident


@pytest.fixture
def real_district(db):
    unit = Organisation(name="某区应急管理局", kind="government")
    unit.derive()
    unit.save()
    return unit


def test_a_real_district_is_left_alone(real_district):
    with pytest.raises(Refused, match="真实数据"):
        load_demo()

    assert Organisation.objects.get() == real_district and not User.objects.exists()
    assert not Entry.objects.exists()


def test_the_command_says_why_it_refuses(real_district):
    with pytest.raises(CommandError, match="--force"):
        call_command("demo")


def test_forced_into_a_real_district_it_comes_beside_what_is_there_and_a_new_release_adds_what_is_missing(
    real_district,
):
    said = StringIO()
    call_command("demo", "--force", stdout=said)
    entry = Entry.objects.get(kind=KIND)

    assert "演示账号 12 个" in said.getvalue() and said.getvalue().count(PASSWORD) == 12
    assert Organisation.objects.filter(pk=real_district.pk).exists()
    assert not {"duty", "admin"} - set(User.objects.values_list("username", flat=True))

    Organisation.objects.filter(short_name="区科技局").update(name="改了名的局")
    Entry.objects.filter(pk=entry.pk).delete()
    record(KIND, "demo:district", system(), release="older", rows=1, accounts=1)
    assert load_demo().accounts == 0
    assert Organisation.objects.filter(short_name="区科技局").count() == 2
    assert (Enterprise.objects.count(), Resident.objects.count()) == (3000, settings.DEMO_RESIDENTS)
    assert "enterprise" not in Entry.objects.filter(kind=KIND).latest("pk").data["counts"]


def test_a_quiet_loading_prints_nothing_and_a_repeated_one_says_so(db):
    quiet, said = StringIO(), StringIO()
    call_command("demo", verbosity=0, stdout=quiet)
    call_command("demo", stdout=said)

    assert quiet.getvalue() == "" and "已经载入过" in said.getvalue()


@pytest.mark.django_db
def test_a_row_that_was_loaded_says_where_it_came_from():
    load_demo()
    unit = Organisation.objects.order_by("pk").first()
    client = Client()
    client.force_login(User.objects.get(username="duty"))
    User.objects.update(must_change_password=False, password_changed_at=clock.now())

    pages = [client.get(f"/r/organisations/{unit.pk}/{page}").content.decode() for page in ("", "history/")]

    assert all("载入演示数据" in page and "尚无日志" not in page for page in pages)
