"""Every page × every role and nobody: only permitted answers, no fault, every change journaled."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse

from anning.accounts.models import User
from anning.ui.records.register import every, find
from tests.walk import parameters, routes, rules
from tests.walk.routes import Route
from tests.walk.scene import Town
from tests.walk.watching import undone

ROLES = rules.shipped_roles()
EVERYTHING = os.environ.get("ANNING_TEST_WALK") == "all"
# Who may ask for what is decided in Python: on PostgreSQL, where only the SQL can differ, one reach of each kind walks.
WALKERS = list(ROLES) if settings.TEST_DATABASE == "sqlite" or EVERYTHING else ["duty", "town", "enterprise"]
# Every role asks for every page, and of every register for list and record; of the other addresses of registers, all
# of one engine, for every third, another third for each role. `make prove` leaves none out.
STRIDE = 1 if EVERYTHING else 3
ALWAYS = {"records:list", "records:detail"}
READ, UNSAFE = ("GET",), ("POST", "PUT", "PATCH", "DELETE")
PERMITTED = {200, 204, 301, 302, 303, 400, 403, 404, 405, 409, 422, 429}
# A secret that waits for its first code is no change yet; the code that confirms it is journaled.
UNJOURNALED = {"accounts:totp"}
# A page may also be kept back by a rule of its own (one's own role, an outside identity provider that is not there).
KEPT_BACK = {"accounts:oidc_start", "accounts:oidc_return"}


def addresses(town: Town) -> Iterator[tuple[Route, Mapping[str, Any], str]]:
    """Yield every address of every page, with the parameters that made it."""
    for route in routes.pages():
        for facts in parameters.samples(route, town):
            yield route, facts, reverse(route.name, kwargs=facts)


def addresses_for(role: str, town: Town) -> Iterator[tuple[Route, Mapping[str, Any], str]]:
    """Yield the addresses for which this role asks."""
    for number, (route, facts, url) in enumerate(addresses(town), list(ROLES).index(role)):
        if "register" not in facts or route.name in ALWAYS or number % STRIDE == 0:
            yield route, facts, url


def body_of(route: Route, facts: Mapping[str, Any], town: Town) -> dict[str, Any]:
    """Return a plausible form: the fields of the register's row, a reason, and the usual words."""
    body: dict[str, Any] = {"reason": "测试", "confirm": "1", "note": "测试", "version": "1", "q": "QZ"}
    if "register" in facts:
        row = town.rows[facts["register"]]
        body |= {"ids": row.pk, "key": row.pk, "keys": row.pk}
        for name in find(facts["register"]).fields:
            value = getattr(row, row._meta.get_field(name).attname, None)
            body[name] = "" if value is None or hasattr(value, "all") else value
    return body


def asking(user: User) -> Callable[[], Client]:
    """Return a function that gives the client in its first session, whatever an answer did to its cookies."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value

    def again() -> Client:
        client.cookies.clear()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        return client

    return again


def sign_in_required(response: Any) -> bool:
    return response.status_code == 302 and resolve(response["Location"].split("?")[0]).view_name == "accounts:sign_in"


@pytest.fixture(autouse=True)
def _quiet_refusals(caplog):
    """Refusals are what the walk provokes; their log would hide what is wrong."""
    caplog.set_level("CRITICAL", logger="django.request")


@pytest.mark.parametrize("method", [*READ, *UNSAFE])
def test_nobody_gets_only_what_is_public(town_a, method):
    client, wrong = Client(raise_request_exception=False), []
    for route, facts, url in addresses(town_a):
        client.cookies.clear()
        with undone() as deeds:
            response = client.generic(method, url)
        if rules.rule_of(route.name, facts).kind != rules.PUBLIC:
            good = sign_in_required(response) or response.status_code in {401, 403, 404, 405}
        else:
            good = response.status_code in PERMITTED
        if not good or deeds.records:
            wrong.append(f"{method} {url}: {response.status_code} {sorted(deeds.records)}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", WALKERS)
class TestRole:
    """One role at its usual seat, before the rows of its own town."""

    def test_reads_what_its_permissions_say_and_nothing_else(self, role, town_a, user_of):
        granted, home = rules.granted(role), ROLES[role]["home"].strip("/")
        ask = asking(user_of(role))
        wrong = []
        for route, facts, url in addresses_for(role, town_a):
            with undone() as deeds:
                response = ask().get(url)
            rule = rules.rule_of(route.name, facts, (home,))
            complaint = judge(rule, granted, response.status_code, route)
            if deeds.records and not deeds.is_journaled and route.name not in UNJOURNALED:
                complaint += f" wrote {sorted(deeds.records)} without an entry"
            if complaint:
                wrong.append(f"GET {url}: {complaint}")

        assert not wrong, "\n".join(wrong)

    def test_changes_nothing_without_permission_and_nothing_unjournaled(self, role, town_a, user_of):
        wrong = send_forms(role, town_a, user_of, filled=True)

        assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["duty", "town", "admin"])
def test_empty_forms_change_nothing_and_meet_no_fault(role, town_a, user_of):
    wrong = send_forms(role, town_a, user_of, filled=False)

    assert not wrong, "\n".join(wrong)


def send_forms(role: str, town: Town, user_of: Callable[..., User], *, filled: bool) -> list[str]:
    """Send a form to every address; return what was wrong with the answer or with what it did."""
    granted, home = rules.granted(role), ROLES[role]["home"].strip("/")
    ask = asking(user_of(role))
    wrong = []
    for route, facts, url in addresses_for(role, town):
        with undone() as deeds:
            response = ask().post(url, body_of(route, facts, town) if filled else {})
        rule = rules.rule_of(route.name, facts, (home,))
        complaint = judge(rule, granted, response.status_code, route)
        if deeds.records and not deeds.is_journaled and route.name not in UNJOURNALED:
            complaint += f" wrote {sorted(deeds.records)} without an entry"
        if deeds.records and not rule.lets_in(granted):
            complaint += f" wrote {sorted(deeds.records)} without permission"
        if complaint:
            wrong.append(f"POST {url}: {complaint}")
    return wrong


def test_odd_verbs_meet_no_fault(town_a, user_of):
    ask = asking(user_of("duty"))
    wrong = []
    for _route, facts, url in addresses(town_a):
        if facts.get("register") not in {None, "people"}:
            continue
        for method in UNSAFE[1:]:
            with undone() as deeds:
                status = ask().generic(method, url).status_code
            if status not in PERMITTED or deeds.records:
                wrong.append(f"{method} {url}: {status} {sorted(deeds.records)}")

    assert not wrong, "\n".join(wrong)


def judge(rule: rules.Rule, granted: frozenset[str], status: int, route: Route) -> str:
    """Return what is wrong with an answer, or ""."""
    if status not in PERMITTED and not (route.name in KEPT_BACK and status == 503):
        return f"{status}"
    if rule.kind == "another's home" and status not in {403, 404, 405}:
        return f"{status} at another's home"
    if rule.kind == "permission" and not rule.lets_in(granted) and status not in {403, 404, 405}:
        return f"{status} without {' or '.join(rule.needs)}"
    return ""


@pytest.mark.parametrize("role", ROLES)
def test_a_role_lands_on_its_home(role, client_of):
    response = client_of(role).get("/", follow=True)

    assert response.status_code == 200
    assert response.request["PATH_INFO"].startswith(ROLES[role]["home"])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_every_list_that_it_may_view(role, client_of):
    granted, client = rules.granted(role), client_of(role)
    lists = {each.name for each in every() if each.permission("view") in granted}

    opened = {each.name for each in every() if client.get(f"/r/{each.name}/").status_code == 200}

    assert opened == lists


def test_a_form_from_another_site_is_refused(town_a, user_of):
    """Every unsafe request needs the form's protection token, pages and API alike."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of("duty"))

    let_through = []
    for route, _facts, url in addresses_for("duty", town_a):
        with undone():
            response = client.post(url)
        if response.status_code not in {403, 404, 405}:
            let_through.append(f"{route} {url}: {response.status_code}")

    assert let_through == []
