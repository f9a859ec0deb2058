"""Every operation of the API × every role, nobody, and keys for machines; and the scope of two towns."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from anning.accounts.models import Role
from anning.accounts.selectors import actor_for
from anning.accounts.services import issue_token
from anning.ui.records.register import every, find
from tests.district import make_user
from tests.walk import routes, rules
from tests.walk.reading import text_of
from tests.walk.scene import MARK_A, MARK_B, Town, scoped_registers
from tests.walk.watching import undone

ENDPOINTS = routes.endpoints()
PERMITTED = {200, 201, 202, 204, 400, 403, 404, 405, 409, 415, 422, 429}


def address(endpoint: routes.Endpoint, town: Town) -> str:
    """Return the path with the town's keys in it."""
    name = endpoint.path.split("/")[2]
    key = town.rows[name].pk if name in town.rows else 1
    return re.sub(r"{\w+}", str(key), endpoint.path)


def body_of(endpoint: routes.Endpoint, town: Town) -> dict[str, Any]:
    """Return a plausible body."""
    name = endpoint.path.split("/")[2]
    if name not in town.rows or endpoint.path.endswith("/moves"):
        return {"title": "测试", "to": {"kind": "post", "id": 1}, "move": "acknowledge", "text": "测试", "choice": "ok"}
    row, register = town.rows[name], find(name)
    facts = {f: register.field(f).value_from_object(row) for f in register.fields}
    facts = {f: value.isoformat() if isinstance(value, date) else value for f, value in facts.items()}
    plain = {f: value for f, value in facts.items() if isinstance(value, str | int | float | bool | None)}
    return {**plain, "version": row.version, "reason": "测试"}


def ask(client: Client, endpoint: routes.Endpoint, town: Town, **headers: Any) -> Any:
    body = None if endpoint.method == "GET" else json.dumps(body_of(endpoint, town))
    kind = "application/json" if body else ""
    query = {"reason": "测试"} if endpoint.method == "DELETE" else {}
    return client.generic(endpoint.method, address(endpoint, town), body or "", kind, query_params=query, **headers)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_every_operation_has_a_rule(endpoint):
    assert rules.rule_of_endpoint(endpoint.method, endpoint.path).kind


def test_nobody_gets_nothing(town_a):
    client = Client()
    for endpoint in ENDPOINTS:
        for headers in ({}, {"headers": {"Authorization": "Bearer anning_wrong"}}):
            with undone() as deeds:
                response = ask(client, endpoint, town_a, **headers)

            assert response.status_code == 401, endpoint
            assert not deeds.records


@pytest.mark.parametrize("role", rules.shipped_roles())
def test_a_role_gets_what_its_permissions_say(role, town_a, user_of):
    client, held = Client(raise_request_exception=False), rules.granted(role)
    client.force_login(user_of(role))
    wrong = []
    for endpoint in ENDPOINTS:
        with undone() as deeds:
            status = ask(client, endpoint, town_a).status_code
        let_in = rules.rule_of_endpoint(endpoint.method, endpoint.path).lets_in(held)
        if status not in PERMITTED or (not let_in and status not in {403, 404, 405}):
            wrong.append(f"{endpoint}: {status}")
        if deeds.records and (not deeds.is_journaled or not let_in):
            wrong.append(f"{endpoint}: wrote {sorted(deeds.records)}, journaled: {deeds.is_journaled}")

    assert not wrong, "\n".join(wrong)


def test_a_key_for_machines_holds_its_own_permissions_only(town_a, user_of):
    _token, secret = issue_token("对账", ["office.view_document"], 10, actor_for(user_of("duty")))
    bearer = {"headers": {"Authorization": f"Bearer {secret}"}}

    answers = {each.name: Client().get(f"/api/{each.name}", **bearer).status_code for each in every()}

    assert answers.pop("documents") == 200
    assert set(answers.values()) == {403}


@pytest.fixture
def officer_client(district):
    """An officer of town A with every permission."""
    role = Role(
        code="town-all",
        name="镇街全权",
        permissions=["accounts.*", "office.*", "registry.*", "tasks.*", "delivery.*", "duty.*", "monitoring.*"],
        home="/m",
    )
    role.reach = Role.Reach.AREA
    role.save()
    client = Client(raise_request_exception=False)
    client.force_login(make_user(role, organisation=district.town_a.government))
    return client


@pytest.mark.parametrize("register", [pytest.param(each, id=each.name) for each in scoped_registers()])
def test_another_towns_rows_are_out_of_reach(register, officer_client, town_a, town_b):
    theirs = town_b.rows[register.name]
    before = register.model.all_objects.filter(pk=theirs.pk).values().get()

    listed = officer_client.get(f"/api/{register.name}", {"q": "QZMARK", "limit": 100})
    assert MARK_A in text_of(officer_client.get(f"/api/{register.name}"))
    assert MARK_B not in text_of(listed)
    for key in (theirs.pk, theirs.uid):
        for method in ("GET", "PATCH", "DELETE"):
            body = json.dumps({"reason": "测试", "version": 1})
            url = f"/api/{register.name}/{key}?reason=x"
            response = officer_client.generic(method, url, body, "application/json")

            assert response.status_code in {404, 405}
            assert MARK_B not in text_of(response)
    assert register.model.all_objects.filter(pk=theirs.pk).values().get() == before
