"""Erasing a person: gone from database, files, exports and backups made later, while the chain still verifies.

The person is added, edited, imported, exported, found, revealed, given a task, sent a message, and given an account.
Then the raw bytes of everything are searched.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from anning.accounts.models import Erasure, Person
from anning.accounts.selectors import actor_for
from anning.accounts.services import erase_person, scrub_erased
from anning.delivery.services import send_message
from anning.journal.models import Entry
from anning.journal.reactor import hear_all
from anning.journal.sealer import seal
from anning.journal.verification import verify
from anning.kernel.actor import system
from anning.ops.backup import make_backup
from anning.tasks.services import assign_task
from anning.ui.models import ImportBatch, Job
from anning.ui.records import jobs, services
from anning.ui.records.exporting import Order
from anning.ui.records.register import find
from tests import postgres
from tests.erasure.traces import shapes, traces
from tests.hostile.files import workbook
from tests.patience import until

NAME = "龘靐霩飝"  # signs that stand nowhere else, so that finding them means something
WAS_CALLED = "龘靐霩齉"
MOBILE, ID_NUMBER = "13987650417", "120221198807150417"
EMAIL, OFFICE, NOTE = "lyfz0417@example.cn", "022-69870417", "血型AB型罕见0417"
TITLE = "地陷巡查专员0417"
ACCOUNT = "lyfz-account-0417"
TEXTS = [NAME, WAS_CALLED, MOBILE, ID_NUMBER, EMAIL, OFFICE, NOTE, TITLE, ACCOUNT, NAME[:3]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_store() -> None:
    """No files of tests before: their rows are gone."""
    shutil.rmtree(settings.FILES, ignore_errors=True)


@pytest.fixture
def officer(user_of):
    """A duty officer of the district."""
    return user_of("duty")


@pytest.fixture
def person(officer, district, client_of, user_of, tmp_path) -> Person:
    """Somebody who left traces everywhere, for whom everything was sealed and heard."""
    register, actor = find("people"), actor_for(officer)
    client = client_of(officer)
    facts = {"mobile": MOBILE, "id_number": ID_NUMBER, "email": EMAIL, "title": TITLE, "office_phone": OFFICE}
    row = services.create(register, actor, {"name": WAS_CALLED, "organisation": district.water, **facts})
    services.change(register, actor, row.pk, {"name": NAME, "note": NOTE})
    imported(client, row)
    exported(client, officer)
    client.get("/search", {"q": NAME})
    client.post(f"/r/people/{row.pk}/reveal/mobile/", {"reason": "核实险情"})
    assign_task(actor, title="核实积水", body=f"请{NAME}（{MOBILE}）到场", to=row)
    send_message(actor, title="到岗通知", body=f"{NAME}今晚到岗，电话{MOBILE}", to=[row], channels=["in_app"])
    account = user_of("member", username=ACCOUNT)
    account.person = row
    account.save()
    client_of(account).get("/")
    settle()
    return row


def imported(client, row) -> None:
    """Import the person once more, with another title, from a workbook that the platform keeps."""
    head = ["姓名", "单位", "职务", "手机", "身份证号", "办公电话", "电子邮箱", "在岗", "备注"]
    cells = [NAME, row.organisation.name, TITLE, MOBILE, ID_NUMBER, OFFICE, EMAIL, "是", f"{NOTE}再"]
    upload = SimpleUploadedFile("人员.xlsx", workbook([head, cells]))
    answer = client.post("/r/people/import/", {"file": upload, "update": "1"})
    assert answer.status_code == 302, answer.content.decode()
    assert client.post(answer["Location"]).status_code == 302
    row.refresh_from_db()
    assert row.note == f"{NOTE}再"


def exported(client, officer) -> None:
    """Export the register at once, and as a job whose file is kept."""
    assert client.get("/r/people/export/", {"format": "xlsx"}).status_code == 200
    order = Order(register="people", query="", format="xlsx", full=True, reason="对账")
    jobs.submit(Job.Kind.EXPORT, officer, "people", order.facts(), total=1)
    assert jobs.run_next() == 1
    assert Job.objects.get().state == Job.State.DONE


def settle() -> None:
    """Do what ``anning work`` does: seal, and let the listeners hear it."""
    while seal() + hear_all():
        pass


def raw_database(folder: Path) -> None:
    """Put the raw bytes of the database below ``folder``."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        dump = [postgres.binary("pg_dump"), "--dbname", postgres.url(name), "--file", str(folder / "dump.sql")]
        subprocess.run(dump, check=True)
        return
    for path in Path(name).parent.glob(f"{Path(name).name}*"):  # with its log and its index
        (folder / path.name).write_bytes(path.read_bytes())


def found_in_database(folder: Path) -> list[str]:
    folder.mkdir()
    raw_database(folder)
    return traces(folder, TEXTS)


def test_the_search_finds_what_is_there(person, tmp_path):
    """Before the erasure the texts do stand in the database, in the kept files and in a backup."""
    kept = [path for path in settings.FILES.rglob("*") if path.is_file()]

    assert any(NAME in each for each in found_in_database(tmp_path / "database"))
    assert kept
    assert traces(settings.FILES, TEXTS)


def test_nothing_of_an_erased_person_is_left(person, tmp_path, user_of):
    erase_person(person.pk, eraser(), reason="本人申请")
    settle()
    assert until(scrub_erased) == 1
    make_backup(system("ops.make_backup"), folder=tmp_path / "backups")

    left = found_in_database(tmp_path / "database")
    assert not left, "\n".join(left)
    assert traces(settings.FILES, TEXTS) == []
    assert traces(tmp_path / "backups", TEXTS) == []
    assert traces(settings.HOME / "logs", TEXTS) == []
    assert not Erasure.objects.filter(scrubbed_at=None).exists()


def test_the_chain_still_verifies_and_says_that_somebody_was_erased(person):
    before = Entry.objects.exclude(seq=None).order_by("seq").values_list("seq", "digest")
    kept = list(before)

    erase_person(person.pk, eraser(), reason="本人申请")
    settle()

    assert list(before)[: len(kept)] == kept
    assert verify().broken is None
    assert Entry.objects.filter(kind="person.erase", subject=person.subject).count() == 1


def test_the_pages_show_the_history_without_the_person(person, client_of, officer):
    client = client_of(officer)
    erase_person(person.pk, eraser(), reason="本人申请")
    settle()

    pages = (
        f"/r/people/{person.pk}/",
        f"/r/people/{person.pk}/history/",
        "/r/people/",
        "/search?q=xy",
        "/duty",
        "/bell",
    )
    texts = {page: client.get(page).content.decode() for page in pages}

    assert [(page, word) for page, text in texts.items() for word in TEXTS if word in text] == []


def test_an_undone_import_does_not_bring_the_person_back(person, client_of, officer):
    erase_person(person.pk, eraser(), reason="本人申请")
    settle()

    client_of(officer).post(f"/r/people/import/{ImportBatch.objects.get().pk}/undo/")

    person.refresh_from_db()
    assert NAME not in person.name
    assert (person.mobile, person.id_number, person.note) == ("", "", "")


def eraser():
    """Return whoever may erase."""
    return system("accounts.erase_person")


@pytest.mark.parametrize("text", TEXTS)
def test_the_search_knows_every_shape(text, tmp_path):
    for number, shape in enumerate(shapes(text).values()):
        (tmp_path / str(number)).write_bytes(b"before " + shape + b" after")

    assert len(traces(tmp_path, [text])) >= len(shapes(text))
