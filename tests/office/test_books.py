"""The office's books: declared once, open to whom the role says, found by initials."""

import pytest

from anning.accounts.models import Person, Role, User
from anning.accounts.selectors import scoped
from anning.journal.models import Entry
from anning.kernel.errors import NotAllowed, NotFound, Refused
from anning.office.models import Agreement, Document, Liaison
from anning.ui.records import services
from anning.ui.records.register import every, find
from anning.ui.registries import nav_groups, nav_items
from tests.house.tree import ROOT

BOOKS = {"areas", "organisations", "people", "posts", "appointments", "memberships", "documents", "agreements"}
BOOKS |= {"liaisons", "users", "roles"}
LAW = {
    "code": "国务院令第1号",
    "title": "某某条例",
    "kind": "regulation",
    "state": "in_force",
    "issuer": "国务院",
    "sensitivity": "public",
}


def test_every_book_is_a_register_with_a_place_in_the_rail_and_a_word_of_help():
    registers = {register.name: register for register in every()}

    assert set(registers) >= BOOKS
    assert all(registers[name].nav and registers[name].help for name in BOOKS)


def test_the_rail_has_short_words_and_icons_that_exist():
    icons = set((ROOT / "frontend/icons.txt").read_text().split())
    ours = [item for item in nav_items if item.name in BOOKS]

    assert all(2 <= len(str(item.title)) <= 4 and item.icon in icons for item in ours)
    assert {item.parent for item in ours} - {""} <= {group.name for group in nav_groups}


def test_a_document_is_entered_journaled_and_found_by_its_initials(actor_of):
    officer = actor_of("section")
    law = services.create(find("documents"), officer, LAW)

    assert Document.objects.get(initials__startswith="mmtl") == law
    entry = Entry.objects.get(kind="document.create")
    assert (entry.subject, entry.actor) == (law.subject, officer.name)
    assert entry.data["changes"]["title"] == [None, "某某条例"]


def test_a_second_document_of_one_number_is_refused(actor_of):
    services.create(find("documents"), actor_of("section"), LAW)

    with pytest.raises(Refused) as caught:
        services.create(find("documents"), actor_of("section"), LAW | {"title": "另一条例"})
    assert "code" in caught.value.fields


def test_whoever_may_only_read_the_documents_cannot_enter_one(actor_of):
    with pytest.raises(NotAllowed):
        services.create(find("documents"), actor_of("village"), LAW)


@pytest.fixture
def lines(district):
    """One line of the directory for each town."""
    made = []
    for town in (district.town_a, district.town_b):
        line = Liaison(
            unit=town.government, post="值班室", line="department", matter="信息报送", phone="022-6900 0001",
            area=town.area, organisation=town.government,
        )  # fmt: skip
        line.derive()
        line.save()
        made.append(line)
    return made


def test_a_town_officer_sees_and_changes_the_lines_of_the_own_town_only(lines, actor_of):
    officer = actor_of("town")
    own, other = lines

    assert list(scoped(Liaison.objects.all(), officer)) == [own]
    services.change(find("liaisons"), officer, own.pk, {"phone": "022-6900 0002"})
    with pytest.raises(NotFound):
        services.change(find("liaisons"), officer, other.pk, {"phone": "022-6900 0003"})


def test_a_line_is_found_by_the_initials_of_its_unit_and_of_its_post(lines, district):
    assert str(lines[0]) == "芦台街道 · 值班室"
    assert lines[0].initials.startswith("ltjdbsc")
    assert " zbs" in lines[0].initials


def test_an_agreement_is_kept_with_whom_and_until_when(actor_of, district):
    services.create(
        find("agreements"),
        actor_of("section"),
        {"name": "供水保障协议", "partner": district.water, "line": "department", "matter": "送水", "state": "signed"}
        | {"sensitivity": "internal", "organisation": district.bureau, "area": district.area},
    )

    agreement = Agreement.objects.get(initials__startswith="gsbzxy")
    assert (str(agreement), agreement.partner) == ("供水保障协议", district.water)


def test_the_system_administrator_makes_an_account_without_any_role(actor_of, district):
    person = Person.objects.create(name="新来的", organisation=district.bureau)
    user = services.create(find("users"), actor_of("admin"), {"username": "xinlai", "person": person})

    assert (user.person, user.roles.count(), user.must_change_password) == (person, 0, True)
    assert Entry.objects.filter(kind="user.create", subject=user.subject).exists()


def test_an_account_keeps_its_name_and_may_pass_to_another_person(actor_of, user_of, district):
    user, admin = user_of("duty"), actor_of("admin")
    heir = Person.objects.create(name="接任者", organisation=district.bureau)
    users = find("users")

    services.change(users, admin, user.pk, {"username": user.username, "person": heir})
    assert User.objects.get(pk=user.pk).person == heir
    with pytest.raises(Refused) as caught:
        services.change(users, admin, user.pk, {"username": "另一个"})
    assert "username" in caught.value.fields


@pytest.mark.parametrize("role", ["duty", "lead", "town", "village", "enterprise", "member", "auditor"])
def test_nobody_else_makes_accounts(actor_of, role):
    with pytest.raises(NotAllowed):
        services.create(find("users"), actor_of(role), {"username": "xinlai"})


def test_the_security_administrator_changes_a_role_but_not_the_own_one(actor_of, roles):
    security = actor_of("security")
    register = find("roles")

    services.change(register, security, roles["duty"].pk, {"name": "值班长", "reach": "district"})
    assert Role.objects.get(code="duty").name == "值班长"
    with pytest.raises(NotAllowed):
        services.change(register, security, roles["security"].pk, {"name": "我"})
    with pytest.raises(Refused):
        services.change(register, security, roles["duty"].pk, {"sensitivity": "public"})
