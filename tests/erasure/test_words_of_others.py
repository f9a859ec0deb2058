"""Erasing what others wrote about a person: reasons, file names, filters, messages; down to unpacked dumps."""

import io
import json
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from openpyxl import Workbook

from anning.accounts import services as accounts
from anning.accounts.models import Membership, Person, User
from anning.accounts.selectors import actor_for
from anning.delivery.services import send_message
from anning.journal.models import Entry
from anning.journal.reactor import hear_all
from anning.journal.sealer import seal
from anning.journal.selectors import first_broken_entry
from anning.kernel.actor import system
from anning.ops import backup
from anning.tasks.services import assign_task
from anning.ui.models import ImportBatch, Job
from anning.ui.records import exporting, importing, jobs, services
from anning.ui.records.register import find
from tests import postgres
from tests.district import District
from tests.patience import until

NAME, MOBILE, ID_NUMBER, EMAIL = "欧阳曼殊", "13920001234", "120117199001011234", "manshu@example.org"
NOTE, USERNAME = "家住芦台老街", "ouyangmanshu"
TRACES = (NAME, MOBILE, ID_NUMBER, EMAIL, NOTE, USERNAME)
HEAD = ["姓名", "单位", "手机", "备注"]


@pytest.fixture
def person(district: District, user_of) -> Person:
    """Somebody who was created, edited, imported, exported, messaged, tasked, signed in, read and searched for."""
    officer: User = user_of("duty")
    actor, people = actor_for(officer), find("people")
    made = services.create(people, actor, {"name": NAME, "organisation": district.bureau, "mobile": MOBILE})
    services.change(people, actor, made.pk, {"id_number": ID_NUMBER, "email": EMAIL, "note": NOTE})
    services.reveal(people, actor, made.pk, "mobile", reason=f"核实{NAME}在岗")
    services.create(
        find("memberships"), actor, {"person": made, "organisation": district.water, "reason": f"{NAME}兼任"}
    )
    appointed = services.create(
        find("posts"), actor, {"organisation": district.bureau, "name": "值班长", "is_round_the_clock": True}
    )
    services.delete(find("posts"), actor, appointed.pk, reason=f"{NAME}离任后撤销")
    _import(officer, [HEAD, [NAME, district.bureau.name, MOBILE, NOTE]], f"{NAME}.xlsx", finish=True)
    _import(officer, [HEAD, [NAME, "没有这个单位", MOBILE, NOTE]], "待改.xlsx", finish=False)
    order = exporting.Order("people", query=f"q={quote(NAME)}", full=True, reason=f"核对{NAME}")
    jobs.submit(Job.Kind.EXPORT, officer, "people", order.facts(), total=1)
    assert jobs.run_next() == 1
    exporting.write(exporting.Order("people"), actor, io.BytesIO())
    send_message(actor, title="值守提醒", body=f"请{NAME}上岗，电话{MOBILE}", to=[made])
    assign_task(actor, title="核实点位", body=f"由{NAME}负责", to=made)
    _sign_in(made, user_of)
    seal()
    hear_all()
    return Person.objects.get(pk=made.pk)


def _import(officer: User, lines: list[list[str]], filename: str, *, finish: bool) -> None:
    book, out = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(out)
    batch = importing.check(importing.receive(find("people"), officer, filename, out.getvalue(), update=True))
    if finish:
        importing.carry_out(importing.confirm(batch, only_good=False))


def _sign_in(person: Person, user_of) -> None:
    """Leave what an account leaves: sessions, a bound telephone, a token, a search in the log of requests."""
    user, secret = accounts.create_user(USERNAME, actor_for(user_of("admin")), person=person)
    accounts.grant_roles(user.pk, ["duty"], actor_for(user_of("security")))
    accounts.change_password(user.pk, secret, "Luwei-2026-Ninghe", actor_for(user))
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 8.0)"})
    client.post("/sign-in", {"username": USERNAME, "password": "Luwei-2026-Ninghe", "bind": "on"})
    assert client.get("/r/people/", {"q": NAME}).status_code == 200
    accounts.issue_token(f"{NAME}的接口", ["accounts.view_person"], 10, actor_for(User.objects.get(pk=user.pk)))


@pytest.mark.django_db(transaction=True)
def test_nothing_of_an_erased_person_is_left_on_the_disk(person, user_of, tmp_path):
    assert _found(_on_disk()) >= {NAME, NOTE, USERNAME}, "the search must be able to find what is there"

    accounts.erase_person(person.pk, actor_for(user_of("admin")), reason="本人申请")
    seal()
    hear_all()
    assert until(accounts.scrub_erased) == 1
    made = backup.make_backup(system("ops.make_backup"), folder=tmp_path / "backups")

    assert not _found(_on_disk())
    assert not _found(_in_backup(made, tmp_path))
    out = io.BytesIO()
    exporting.write(exporting.Order("people", format="csv"), actor_for(user_of("duty")), out)
    assert not _found([out.getvalue()])
    assert first_broken_entry() is None
    assert Entry.objects.filter(kind="person.erase").count() == 1
    assert Job.objects.get().state == Job.State.EXPIRED
    assert not ImportBatch.objects.exclude(sha256="").exists() and not Membership.objects.get().reason


@pytest.mark.django_db(transaction=True)
def test_a_person_whose_row_was_deleted_is_brought_back_to_be_erased(district, user_of):
    actor, people = actor_for(user_of("duty")), find("people")
    made = services.create(
        people, actor, {"name": NAME, "organisation": district.bureau, "mobile": MOBILE, "note": NOTE}
    )
    deletion = services.delete(people, actor, made.pk, reason="重复登记")
    seal()
    hear_all()
    assert NAME in _found(_on_disk())

    services.restore(people, actor, deletion)
    accounts.erase_person(made.pk, actor_for(user_of("admin")), reason="本人申请")
    seal()
    hear_all()
    assert until(accounts.scrub_erased) == 1

    assert not _found(_on_disk())
    assert first_broken_entry() is None


def _found(parts: Iterator[bytes] | list[bytes]) -> set[str]:
    """Return which traces stand in the bytes, plain or as JSON and addresses write Chinese."""
    found = set()
    for part in parts:
        for trace in TRACES:
            forms = {trace, quote(trace), json.dumps(trace)[1:-1]}
            if any(form.encode() in part for form in forms):
                found.add(trace)
    return found


def _on_disk() -> Iterator[bytes]:
    """Yield the database as it lies on the disk, with what stands beside it, and every stored file."""
    if connection.vendor == "sqlite":
        path = Path(settings.DATABASES["default"]["NAME"])
        yield from (each.read_bytes() for each in path.parent.glob(path.name + "*"))
    else:
        yield subprocess.run([postgres.binary("pg_dump"), "--dbname", _url()], capture_output=True, check=True).stdout
        yield from _pages()
    yield from (each.read_bytes() for each in Path(settings.FILES).rglob("*") if each.is_file())


def _url() -> str:
    return postgres.url(str(connection.settings_dict["NAME"])).replace("postgres://anning@/", "postgresql://anning@/")


def _pages() -> Iterator[bytes]:
    """Yield PostgreSQL's own files of this database, after a checkpoint."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = str(cursor.fetchone()[0])
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0]) / "base" / oid
    yield from (each.read_bytes() for each in folder.iterdir() if each.is_file())


def _in_backup(path: Path, folder: Path) -> Iterator[bytes]:
    """Yield every member of a backup; PostgreSQL's packed dump as the SQL that it stands for."""
    with tarfile.open(path) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    for member in (folder / "unpacked").rglob("*"):
        if member.is_file():
            yield member.read_bytes()
    if connection.vendor == "postgresql":
        read = [postgres.binary("pg_restore"), "--file=-", str(folder / "unpacked" / "database")]
        yield subprocess.run(read, capture_output=True, check=True).stdout
