"""Roles and the separation of three."""

import pytest
from django.urls import reverse

from anning.accounts import permissions, selectors, services
from anning.accounts.models import Role
from anning.accounts.selectors import actor_for, permissions_of
from anning.journal.models import Entry
from anning.kernel.errors import Conflict, NotAllowed, Refused
from tests.accounts.journaled import kinds

THREE = ("admin", "security", "auditor")
BUSINESS = ("office.", "tasks.", "delivery.")


def test_loading_twice_changes_nothing(roles):
    assert services.load_roles() == 0
    assert Role.objects.count() == len(selectors.shipped_roles()["roles"])


def test_loading_is_journaled(roles):
    assert kinds() == ["role.create"] * len(roles)


def test_loading_keeps_what_the_site_has_changed(roles):
    role = roles["duty"]
    role.permissions = ["accounts.view_person"]
    role.name = "值班长"
    role.save()

    services.load_roles()

    role.refresh_from_db()
    assert (role.permissions, role.name) == (["accounts.view_person"], "值班长")


def test_loading_brings_what_is_new_to_roles_that_follow_the_platform(roles):
    role, now = roles["duty"], roles["duty"].permissions
    role.permissions = ["accounts.view_person"]
    role.shipped = {**role.shipped, "permissions": ["accounts.view_person"]}
    role.save()

    assert services.load_roles() == 1

    role.refresh_from_db()
    assert role.permissions == now


@pytest.mark.parametrize("code", [each["code"] for each in selectors.shipped_roles()["roles"]])
def test_every_pattern_of_a_shipped_role_means_something(roles, code):
    rooms = {name.split(".")[0] for name in permissions.known()}
    idle = [p for p in roles[code].permissions if p.split(".")[0] in rooms and not permissions.expand([p])]

    assert idle == []


@pytest.mark.parametrize("code", THREE)
def test_none_of_the_three_reads_business_data(roles, code):
    granted = permissions_of(roles[code])

    assert granted and not [name for name in granted if name.startswith(BUSINESS)]


@pytest.mark.parametrize("code", THREE)
def test_the_three_keep_their_limit_whatever_their_role_says(roles, code):
    role = roles[code]
    role.permissions = ["*"]

    assert not [name for name in permissions_of(role) if name.startswith(BUSINESS)]


def test_the_three_do_not_share_what_separates_them(actor_of):
    admin, security, auditor = (actor_of(code) for code in THREE)

    assert [a.may("accounts.grant_role") for a in (admin, security, auditor)] == [False, True, False]
    assert [a.may("accounts.add_user") for a in (admin, security, auditor)] == [True, False, False]
    assert [a.may("journal.view_entry_all") for a in (admin, security, auditor)] == [False, False, True]


def test_granting_roles_is_journaled_with_before_and_after(officer, security):
    services.grant_roles(officer.pk, ["lead", "section"], security)

    entry = Entry.objects.get(kind="user.grant")
    assert entry.data["changes"] == {"roles": [["duty"], ["lead", "section"]]}
    assert {role.code for role in officer.roles.all()} == {"lead", "section"}


@pytest.mark.parametrize("pair", [("admin", "security"), ("security", "auditor"), ("admin", "auditor")])
def test_nobody_holds_two_of_the_three(officer, security, pair):
    with pytest.raises(Refused, match="三员分立"):
        services.grant_roles(officer.pk, pair, security)


@pytest.mark.parametrize("code", THREE)
def test_none_of_the_three_holds_a_business_role(officer, security, code):
    with pytest.raises(Refused, match="不得兼任"):
        services.grant_roles(officer.pk, [code, "duty"], security)


def test_nobody_changes_the_own_roles(security):
    with pytest.raises(NotAllowed, match="自己"):
        services.grant_roles(services.user_key(security), ["lead"], security)


def test_the_system_administrator_grants_no_roles(officer, admin):
    with pytest.raises(NotAllowed):
        services.grant_roles(officer.pk, ["lead"], admin)


def test_an_unknown_role_is_refused(officer, security):
    with pytest.raises(Refused, match="没有这样的角色"):
        services.grant_roles(officer.pk, ["king"], security)


def test_a_refused_grant_leaves_no_trace(officer, security):
    before = kinds()
    with pytest.raises(Refused):
        services.grant_roles(officer.pk, ["admin", "duty"], security)

    assert kinds() == before and officer.roles.get().code == "duty"


def test_a_role_is_changed_by_the_security_administrator(roles, security, actor_of):
    services.change_role(roles["duty"].pk, security, version=1, permissions=["accounts.view_person"])

    assert actor_of("duty").permissions == {"accounts.view_person"}
    assert kinds()[-1] == "role.change"


def test_a_pattern_that_matches_nothing_is_refused(roles, security):
    with pytest.raises(Refused, match="没有名为"):
        services.change_role(roles["duty"].pk, security, permissions=["accounts.fly_*"])


def test_nobody_changes_a_role_they_hold(roles, security):
    with pytest.raises(NotAllowed, match="自己"):
        services.change_role(roles["security"].pk, security, name="总管")


def test_the_separation_of_a_role_cannot_be_changed(roles, security):
    with pytest.raises(Refused):
        services.change_role(roles["admin"].pk, security, separation="")


def test_two_who_change_one_role_do_not_overwrite_each_other(roles, security):
    services.change_role(roles["duty"].pk, security, version=1, name="值班长")

    with pytest.raises(Conflict):
        services.change_role(roles["duty"].pk, security, version=1, name="总值班")


def test_permissions_declared_later_reach_roles_by_pattern(roles, officer):
    assert not actor_for(officer).may("office.view_new_book")

    permissions.declare("office.view_new_book", "新书：查看")
    try:
        assert actor_for(officer).may("office.view_new_book")
    finally:
        permissions._known.pop("office.view_new_book")
        permissions._expanded.clear()


def test_business_roles_never_hold_what_is_kept_for_the_three(roles):
    role = roles["duty"]
    role.permissions = ["*"]

    granted = permissions_of(role)

    assert "office.view_document" in granted
    assert not granted & {"accounts.add_user", "accounts.grant_role", "journal.view_entry_all", "ops.make_backup"}


OFFERED = frozenset(f"office.{verb}_{noun}" for verb in ("view", "change") for noun in ("document", "liaison"))


@pytest.mark.parametrize(
    ("before", "ticked", "rooms", "kept"),
    [
        (["office.view_*"], ["office.view_document", "office.view_liaison"], [], ["office.view_*"]),
        (["office.view_*"], ["office.view_document"], [], ["office.view_document"]),
        (["office.*"], OFFERED - {"office.change_liaison"}, ["office"], sorted(OFFERED - {"office.change_liaison"})),
        (["office.*"], OFFERED, [], sorted(OFFERED)),
        (["office.view_liaison"], ["office.view_liaison"], ["office"], ["office.view_liaison", "office.*"]),
        (["office.*"], OFFERED, ["office"], ["office.*"]),
        (["office.view_*"], ["accounts.grant_role"], [], []),
        ([], [], [], []),
    ],
)
def test_boxes_become_names_and_patterns(roles, before, ticked, rooms, kept):
    assert permissions.settle(before, ticked, rooms, OFFERED) == kept


def test_the_page_shows_permissions_in_words_and_journals_what_changed(roles, client_of):
    role, client = roles["member"], client_of("security")
    page = reverse("accounts:role_permissions", args=[role.pk])
    shown = client.get(page).content.decode()
    wanted = ["office.view_document", "office.view_liaison", "accounts.grant_role"]

    answer = client.post(page, {"version": "1", "permissions": wanted}, follow=True).content.decode()

    assert "法规文件" in shown and "accounts.grant_role" not in shown
    role.refresh_from_db()
    assert sorted(role.permissions) == ["office.view_document", "office.view_liaison"]
    assert "取消：" in answer and "人员：查看" in answer
    assert Entry.objects.get(kind="role.change").data["changes"]["permissions"][1] == role.permissions


def test_a_page_that_is_old_changes_nothing(roles, client_of):
    page = reverse("accounts:role_permissions", args=[roles["member"].pk])

    assert client_of("security").post(page, {"version": "7", "permissions": []}).status_code == 409
    assert Role.objects.get(code="member").permissions == roles["member"].permissions


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("admin", 200), ("duty", 403)])
def test_others_read_at_most(roles, client_of, role, status):
    client, page = client_of(role), reverse("accounts:role_permissions", args=[roles["member"].pk])

    answer = client.get(page)

    assert answer.status_code == status and "保存权限" not in answer.content.decode()
    assert client.post(page, {"version": "1"}).status_code == 403
