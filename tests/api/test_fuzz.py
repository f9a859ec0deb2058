"""Invented requests, made from the API's own description: no fault, and every answer as described."""

from typing import Any

import pytest
import schemathesis
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from anning.accounts.selectors import actor_for
from anning.accounts.services import issue_token
from anning.wsgi import application

schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
OPERATIONS = [pytest.param(found.ok(), id=found.ok().label) for found in schema.get_all_operations()]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FEW = settings(
    max_examples=12 if connection.vendor == "sqlite" else 4,  # where only the SQL can differ
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def bearer(user: Any) -> dict[str, str]:
    actor = actor_for(user)
    held = sorted(actor.permissions)
    _token, secret = issue_token("模糊测试", held, 10, actor)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def strong(user_of, district) -> dict[str, str]:
    """The key of a duty officer."""
    return bearer(user_of("duty"))


@pytest.fixture
def weak(user_of, roles, district) -> dict[str, str]:
    """The key of somebody who may do next to nothing."""
    role = roles["enterprise"]
    role.permissions = ["accounts.view_area", "accounts.issue_token"]
    role.save()
    return bearer(user_of("enterprise"))


def attack(operation: Any, headers: dict[str, str]) -> None:
    """Ask what hypothesis invents for the operation, compare with the description, and take back what was done."""

    @FEW
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)

    ask()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_strong_key_meets_no_fault(operation, strong):
    attack(operation, strong)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_weak_key_meets_no_fault(operation, weak):
    attack(operation, weak)


def test_there_are_operations():
    assert len(OPERATIONS) > 20
