"""Fixtures for all tests: a small district, its roles, people who hold them, and their browsers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anning.accounts.models import Organisation, Role, User
from anning.accounts.selectors import actor_for
from anning.kernel.actor import Actor
from tests.district import District, build_district, make_user

UserOf = Callable[..., User]
ClientOf = Callable[..., Client]
ActorOf = Callable[..., Actor]


@pytest.fixture
def district(db: None) -> District:
    """Two towns, two villages each, departments, enterprises."""
    return build_district()


@pytest.fixture
def roles(db: None) -> dict[str, Role]:
    """The roles that the platform brings, by code."""
    from anning.accounts.services import load_roles

    load_roles()
    return {role.code: role for role in Role.objects.all()}


@pytest.fixture
def user_of(district: District, roles: dict[str, Role]) -> UserOf:
    """``user_of("duty")`` makes a user with this role at its usual seat, or at ``organisation=``."""

    def make(role: str, organisation: Organisation | None = None, **facts: Any) -> User:
        return make_user(roles[role], organisation=organisation or district.seat(roles[role]), **facts)

    return make


@pytest.fixture
def client_of(user_of: UserOf) -> ClientOf:
    """``client_of("duty")`` or ``client_of(user)`` gives a test client that is signed in."""

    def sign_in(who: str | User, organisation: Organisation | None = None) -> Client:
        client = Client()
        client.force_login(user_of(who, organisation) if isinstance(who, str) else who)
        return client

    return sign_in


@pytest.fixture
def actor_of(user_of: UserOf) -> ActorOf:
    """``actor_of("duty")`` gives the Actor of a new user with this role."""

    def make(role: str, organisation: Organisation | None = None) -> Actor:
        return actor_for(user_of(role, organisation))

    return make
