"""A person's data: read with a reason, copied, erased until nothing is left."""

import json
import os
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from anning.accounts import holders, services
from anning.accounts.models import Erasure, Membership, Person, User
from anning.accounts.selectors import actor_for
from anning.accounts.services import scrubbing
from anning.journal import sealer
from anning.journal.models import Entry
from anning.journal.personal import protect, protect_changes, resolve
from anning.journal.selectors import first_broken_entry
from anning.journal.services import record
from anning.kernel.errors import NotAllowed, NotFound, Refused
from tests.accounts.journaled import kinds
from tests.district import PASSWORD, make_person
from tests.patience import until

NAME, MOBILE, ID_NUMBER = "欧阳曼殊", "13920001234", "120117199001011234"
AGENT = "Mozilla/5.0 (Linux; Android 8.0; ManshuPhone) MicroMessenger/8.0"


@pytest.fixture
def person(district) -> Person:
    """Somebody with a telephone and an ID number."""
    return make_person(district.bureau, NAME, mobile=MOBILE, id_number=ID_NUMBER, note="家住芦台", title="科长")


@pytest.fixture
def traces(person, roles, district, admin) -> User:
    """The account of the person, used, with everything that such an account leaves behind."""
    user, secret = services.create_user("ouyangmanshu", admin, person=person)
    user.roles.set([roles["duty"]])
    services.change_password(user.pk, secret, PASSWORD, actor_for(user))
    Membership.objects.create(person=person, organisation=district.water, reason=f"{NAME}兼任")
    client = Client(headers={"User-Agent": AGENT})
    client.post(reverse("accounts:sign_in"), {"username": "ouyangmanshu", "password": PASSWORD, "bind": "on"})
    services.issue_token(f"{NAME}的接口", ["accounts.view_person"], 10, actor_for(user))
    with transaction.atomic():
        changes = protect_changes(person, {"name": ["", NAME], "title": ["", "科长"]})
        record("person.create", person.subject, admin, changes=changes)
    return user


def test_reading_a_masked_field_is_journaled_with_its_reason(person, actor_of):
    shown = services.reveal_person_field(person.pk, "mobile", actor_of("duty"), reason="核实险情")

    entry = Entry.objects.get(kind="person.reveal")
    assert shown == MOBILE
    assert entry.data["field"] == "mobile" and resolve(entry.data)["reason"] == "核实险情"
    assert MOBILE not in entry.body


def test_reading_needs_a_reason_a_permission_and_the_scope(person, actor_of, district):
    with pytest.raises(Refused, match="原因"):
        services.reveal_person_field(person.pk, "mobile", actor_of("duty"), reason=" ")
    with pytest.raises(NotAllowed):
        services.reveal_person_field(person.pk, "mobile", actor_of("village"), reason="x")
    with pytest.raises(NotFound):
        services.reveal_person_field(person.pk, "mobile", actor_of("town"), reason="x")
    with pytest.raises(Refused):
        services.reveal_person_field(person.pk, "organisation_id", actor_of("duty"), reason="x")


def test_a_copy_holds_everything_that_is_kept(person, traces, admin):
    copy = services.copy_person(person.pk, admin)

    text = json.dumps(copy, ensure_ascii=False)
    assert copy["人员"]["姓名"] == NAME and copy["人员"]["手机"] == MOBILE
    assert copy["账号"][0]["账号"] == "ouyangmanshu"
    assert copy["账号"][0]["会话"] and copy["账号"][0]["设备"] and copy["账号"][0]["接口令牌"]
    assert copy["成员关系"][0]["依据"] == f"{NAME}兼任"
    assert any(NAME in json.dumps(each, ensure_ascii=False) for each in copy["日志"])
    assert ID_NUMBER in text
    assert kinds()[-1] == "person.copy"


def test_a_copy_is_downloaded_as_a_file(person, client_of):
    answer = client_of("admin").post(reverse("accounts:person_copy", args=[person.pk]))

    assert json.loads(answer.content)["人员"]["姓名"] == NAME
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("role", ["duty", "lead", "town", "security", "auditor"])
def test_only_who_keeps_the_register_of_people_erases(person, actor_of, role):
    with pytest.raises(NotAllowed):
        services.erase_person(person.pk, actor_of(role), reason="本人申请")


@pytest.mark.parametrize("reason", ["", "  ", f"{NAME}申请"])
def test_a_reason_is_needed_and_must_not_name_the_person(person, admin, reason):
    with pytest.raises(Refused):
        services.erase_person(person.pk, admin, reason=reason)


def test_an_erased_person_has_no_fields_no_account_and_no_session(person, traces, admin):
    services.erase_person(person.pk, admin, reason="本人申请")

    person.refresh_from_db()
    user = User.objects.get(pk=traces.pk)
    assert (person.name, person.mobile, person.id_number, person.mobile_index) == ("（已删除）", "", "", "")
    assert person.erased_at and not person.is_active
    assert user.username == f"erased-{user.pk}" and not user.is_active and not user.has_usable_password()
    assert not user.sessions.exists() and not user.devices.exists() and not user.old_passwords.exists()
    with pytest.raises(Refused):
        services.check_password("ouyangmanshu", PASSWORD, address="10.0.0.1")


def test_erasing_twice_is_refused(person, admin):
    services.erase_person(person.pk, admin, reason="本人申请")

    with pytest.raises(Refused, match="已经删除"):
        services.erase_person(person.pk, admin, reason="本人申请")


def test_an_erased_account_stays_closed(person, traces, admin, security):
    services.erase_person(person.pk, admin, reason="本人申请")

    with pytest.raises(Refused, match="不能重新启用"):
        services.unlock_user(traces.pk, security)


def test_every_row_forgets_the_person(person, traces, admin):
    services.erase_person(person.pk, admin, reason="本人申请")

    kept = "\n".join(_everything())
    assert not [word for word in (NAME, MOBILE, ID_NUMBER, "ouyangmanshu", "家住芦台", "ManshuPhone") if word in kept]


def test_the_chain_still_verifies_and_history_says_erased(person, traces, admin):
    sealer.seal()
    services.erase_person(person.pk, admin, reason="本人申请")
    sealer.seal()

    assert first_broken_entry() is None
    created = Entry.objects.get(kind="person.create", subject=person.subject)
    assert resolve(created.data)["changes"]["name"] == ["", "已删除"]
    assert Entry.objects.filter(kind="person.erase").exists()


def test_the_rooms_above_are_asked(person, admin):
    asked = []
    holder = holders.hold(
        holders.Holder("tests", "试验", copy=lambda p: {"of": p.pk}, erase=lambda p: asked.append(p.pk) or 3)
    )
    try:
        assert services.copy_person(person.pk, admin)["试验"] == {"of": person.pk}
        services.erase_person(person.pk, admin, reason="本人申请")
        with pytest.raises(ValueError, match="twice"):
            holders.hold(holder)
    finally:
        holders.holders.pop("tests")

    assert asked == [person.pk]
    assert Entry.objects.get(kind="person.erase").data["erased"]["tests"] == 3


def test_an_erasure_that_a_room_refuses_is_undone_whole(person, traces, admin):
    def refuse(_person):
        raise Refused("仍在处置中", "结案后再删除")

    holders.hold(holders.Holder("tests", "试验", copy=lambda p: {}, erase=refuse))
    try:
        with pytest.raises(Refused, match="仍在处置中"):
            services.erase_person(person.pk, admin, reason="本人申请")
    finally:
        holders.holders.pop("tests")

    person.refresh_from_db()
    assert person.name == NAME and User.objects.get(pk=traces.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_the_files_of_the_database_forget_too(person, traces, admin):
    assert services.scrub_erased() == 0
    assert NAME.encode() in _files()

    services.erase_person(person.pk, admin, reason="本人申请")
    assert until(services.scrub_erased) == 1

    left = _files()
    words = (NAME, "ouyangmanshu", "家住芦台")
    assert not [word for word in words if word.encode() in left]
    assert Erasure.objects.get().scrubbed_at
    assert services.scrub_erased() == 0


@pytest.mark.django_db(transaction=True)
def test_postgresql_forgets_samples_and_waits_for_old_readers(person, traces, admin, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite keeps neither samples of values nor rows for old readers")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does at moments of its own
    monkeypatch.setattr(scrubbing, "PATIENCE_S", 0.2)
    with closing(connection.copy()) as reader:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM accounts_person")
        services.erase_person(person.pk, admin, reason="本人申请")

        assert services.scrub_erased() == 0
        assert NAME.encode() in _files()
    assert until(services.scrub_erased) == 1

    assert NAME.encode() not in _files()


def test_what_was_written_about_the_person_elsewhere_goes_too(person, admin):
    with transaction.atomic():
        record("post.delete", "post:7", admin, reason=protect("post:7", f"{NAME}离任后撤销"))
        record("resident.create", "resident:7", admin, name=protect("resident:7", NAME))  # bears the same name

    services.erase_person(person.pk, admin, reason="本人申请")

    assert resolve(Entry.objects.get(kind="post.delete").data)["reason"] == "已删除"
    assert resolve(Entry.objects.get(kind="resident.create").data)["name"] == NAME


def test_the_page_erases_and_says_so(person, client_of):
    client = client_of("admin")
    page = reverse("accounts:person_data", args=[person.pk])
    assert "删除此人的信息" in client.get(page).content.decode()

    client.post(reverse("accounts:person_erase", args=[person.pk]), {"reason": "本人申请"})

    assert "信息已于" in client.get(page).content.decode()


def _everything():
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield from map(str, cursor.fetchall())


def _files() -> bytes:
    """Every byte of the database's files (PostgreSQL: its tables on disk, after a checkpoint)."""
    if connection.vendor == "sqlite":
        path = Path(settings.DATABASES["default"]["NAME"])
        return b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*"))
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        folder = Path(os.environ["ANNING_TEST_POSTGRES"]) / "data" / "base" / str(cursor.fetchone()[0])
    return b"".join(each.read_bytes() for each in folder.iterdir() if each.is_file())
