"""Everybody lands on the own home, which shows what that person may see."""

import pytest
from django.test import Client
from django.urls import reverse

from anning.accounts.models import Post, Role
from anning.ui.navigation import HOMES, MOST, rail

ROLES = (
    "duty",
    "lead",
    "section",
    "monitor",
    "town",
    "village",
    "enterprise",
    "member",
    "supervisor",
    "admin",
    "security",
)


def test_every_home_has_a_name_in_the_register_of_roles():
    assert {home.strip("/") for home in Role.Home.values} == set(HOMES)


def test_the_list_of_roles_names_homes_in_words(client_of):
    page = client_of("security").get("/r/roles/").content.decode()

    assert "领导首页" in page and "<td>/lead" not in page


@pytest.mark.parametrize("role", [*ROLES, "security", "auditor"])
def test_the_front_door_leads_to_a_home_that_opens(client_of, roles, role):
    answer = client_of(role).get("/", follow=True)

    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0].strip("/") == roles[role].home.strip("/")


@pytest.mark.parametrize("role", [*ROLES, "security", "auditor"])
def test_the_rail_has_at_most_eight_entries_and_marks_the_home(client_of, role):
    page = client_of(role).get("/", follow=True).context["page"]

    assert len(page.rail) <= MOST
    assert page.rail[0].is_here


def test_a_visitor_is_led_to_the_sign_in(db):
    answer = Client().get("/")

    assert answer.status_code == 302 and answer["Location"].startswith(reverse("accounts:sign_in"))


def test_the_home_of_another_role_is_refused(client_of):
    assert client_of("town").get("/lead").status_code == 403


def test_numbers_are_cut_to_the_own_town(client_of, district):
    content = client_of("town").get("/m").content.decode()

    town = district.town_a
    own = 1 + len(town.committees) + 1  # government, committees, enterprise
    assert f"<b>{own}</b>单位" in content


def test_a_post_around_the_clock_without_a_holder_is_shown(client_of, district):
    Post.objects.create(organisation=district.bureau, name="夜间值班岗", is_round_the_clock=True)
    Post.objects.create(organisation=district.bureau, name="白班岗")

    content = client_of("duty").get("/duty").content.decode()

    assert "夜间值班岗" in content and "白班岗" not in content


def test_every_home_of_a_shipped_role_exists(roles):
    assert {role.home.strip("/") for role in Role.objects.all()} <= set(HOMES)


def test_entries_beyond_eight_go_behind_more(actor_of):
    entries = rail(actor_of("duty"), list(HOMES), "/duty")

    assert len(entries) <= MOST and entries[-1].children


def test_a_user_without_role_learns_what_to_do(client_of, user_of):
    user = user_of("duty")
    user.roles.clear()

    answer = client_of(user).get("/", follow=True)

    assert "尚无角色" in answer.content.decode()
