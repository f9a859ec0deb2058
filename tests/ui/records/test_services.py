"""Decisions about rows: who may, where, what is kept, what stands against it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from anning.accounts.models import Appointment, Organisation, Person, Post
from anning.accounts.selectors import actor_for
from anning.journal.models import Entry, Sensitivity
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from anning.office.models import Document
from anning.ui.records import services
from anning.ui.records.register import find
from tests.district import make_person

FACTS = {"code": "1号", "title": "通知", "kind": "law", "issuer": "区应急局"}


@pytest.fixture
def document(actor):
    return services.create(find("documents"), actor, FACTS)


def test_nothing_changed_writes_nothing(actor, document):
    services.change(find("documents"), actor, document.pk, FACTS)

    document.refresh_from_db()
    assert document.version == 1 and Entry.objects.filter(subject=document.subject).count() == 1


def test_a_change_on_an_old_version_is_a_conflict(actor, document):
    services.change(find("documents"), actor, document.pk, {"title": "甲"}, version=1)

    with pytest.raises(Conflict):
        services.change(find("documents"), actor, document.pk, {"title": "乙"}, version=1)


def test_a_code_twice_is_refused_at_its_field(actor, document):
    with pytest.raises(Refused) as refused:
        services.create(find("documents"), actor, FACTS)

    assert list(refused.value.fields) == ["code"]


def test_classified_material_is_refused(actor):
    with pytest.raises(Refused, match="国家秘密"):
        services.create(find("documents"), actor, FACTS | {"summary": "机密★10年"})

    assert not Document.objects.exists() and not Entry.objects.exists()


def test_the_entry_says_where_and_how_sensitive(actor, district):
    unit = services.create(
        find("organisations"), actor,
        {"name": "甲公司", "kind": "enterprise", "area": district.town_a.area, "sensitivity": Sensitivity.SENSITIVE},
    )  # fmt: skip

    entry = Entry.objects.get(subject=unit.subject)
    assert (entry.area_code, entry.organisation_path) == (district.town_a.area.code, unit.path)
    assert entry.sensitivity == "sensitive" and unit.path == f"/{unit.pk:07}/"


def test_a_record_cannot_be_moved_to_another_town(town_officer, district):
    mine = actor_for(town_officer)
    unit = district.town_a.enterprise

    with pytest.raises(NotAllowed):
        services.change(
            find("organisations"), mine, unit.pk, {"area": district.town_b.area, "parent": district.town_b.government}
        )  # fmt: skip
    unit.refresh_from_db()
    assert unit.area == district.town_a.area and not Entry.objects.exists()


def test_another_towns_record_is_not_there(town_officer, district):
    for act in (
        lambda r, a, k: services.change(r, a, k, {"phone": "1"}),
        lambda r, a, k: services.delete(r, a, k, reason="x"),
    ):
        with pytest.raises(NotFound):
            act(find("organisations"), actor_for(town_officer), district.town_b.enterprise.pk)


def test_without_the_permission_nothing_happens(document):
    nobody = Actor("user:0")
    register = find("documents")

    for act in (
        lambda: services.create(register, nobody, FACTS | {"code": "2号"}),
        lambda: services.change(register, nobody, document.pk, {"title": "乙"}),
        lambda: services.delete(register, nobody, document.pk, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Entry.objects.count() == 1


def test_what_still_points_at_a_record_is_named(actor, district):
    make_person(district.bureau, "李值班")

    with pytest.raises(Refused, match=r"人员 2 条（.*李值班"):
        services.delete(find("organisations"), actor, district.bureau.pk, reason="撤并")
    assert Organisation.objects.filter(pk=district.bureau.pk).exists()


def test_what_points_from_another_town_is_counted_but_not_named(town_officer, district):
    post = Post.objects.create(organisation=district.town_a.government, name="值班岗")
    far = make_person(district.town_b.government, "外镇某")
    Organisation.objects.filter(pk=district.town_b.government.pk).update(parent=district.town_a.enterprise)

    with pytest.raises(Refused) as refused:
        services.delete(find("organisations"), actor_for(town_officer), district.town_a.enterprise.pk, reason="撤并")

    assert "单位 1 条" in refused.value.message and district.town_b.government.name not in refused.value.message
    assert far.pk and post.pk


def test_what_hangs_on_a_record_goes_and_comes_back_with_it(actor, district):
    person = make_person(district.bureau, "张三丰")
    post = Post.objects.create(organisation=district.bureau, name="值班岗")
    appointment = Appointment.objects.create(post=post, person=person)

    entry = services.delete(find("people"), actor, person.pk, reason="调离")
    assert not Appointment.objects.exists()
    assert Entry.objects.filter(kind="appointment.delete", cause=entry.uid).exists()

    services.restore(find("people"), actor, entry)
    back = Appointment.objects.get()
    assert (back.pk, back.person.name, back.since_on) == (appointment.pk, "张三丰", appointment.since_on)
    assert Person.objects.get(pk=person.pk).version == person.version + 1
    with pytest.raises(Conflict):
        services.restore(find("people"), actor, entry)


def test_a_change_of_many_is_all_or_none(actor, document, district):
    far = services.create(find("documents"), actor, FACTS | {"code": "2号"})

    with pytest.raises(NotFound):
        services.change_many(find("documents"), actor, [document.pk, far.pk, 999], {"kind": "plan"})
    assert set(Document.objects.values_list("kind", flat=True)) == {"law"}

    assert services.change_many(find("documents"), actor, [document.pk, far.pk], {"kind": "plan"}) == 2
    with pytest.raises(Refused, match="不能批量修改"):
        services.change_many(find("documents"), actor, [document.pk], {"title": "同名"})


def test_a_masked_value_is_revealed_only_with_right_and_reason(actor, district):
    person = services.create(
        find("people"), actor, {"name": "王五", "organisation": district.bureau, "mobile": "13800001234"}
    )  # fmt: skip

    with pytest.raises(NotAllowed):
        services.reveal(find("people"), Actor("user:0"), person.pk, "mobile", reason="核实")
    with pytest.raises(Refused):
        services.reveal(find("people"), actor, person.pk, "mobile", reason=" ")
    assert services.reveal(find("people"), actor, person.pk, "mobile", reason="核实") == "13800001234"
    assert "13800001234" not in "".join(Entry.objects.values_list("body", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_meets_the_conflict(actor, document):
    def save(title: str) -> str:
        try:
            services.change(find("documents"), actor, document.pk, {"title": title}, version=1)
        except Conflict:
            return "conflict"
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(2) as both:
        outcomes = sorted(both.map(save, ["甲", "乙"]))

    assert outcomes == ["conflict", "saved"]
    assert Entry.objects.filter(kind="document.change").count() == 1
