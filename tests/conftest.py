"""Fixtures for all tests: a small district, its roles, people who hold them, and their browsers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from anning.accounts.models import Organisation, Role, User
from anning.accounts.selectors import actor_for
from anning.kernel.actor import Actor
from tests.district import District, build_district, make_user

# What asks nothing of the chosen database runs once, with SQLite: pure rooms, the texts of the tree,
# platforms that choose their database themselves.
ONCE = (
    "kernel/",
    "science/",
    "protocols/",
    "house/",
    "monitoring/pure/",
    "ops/test_logging.py",
    "ops/test_up.py",
    "ops/test_wheel.py",
    "ui/records/test_guide.py",
    "ui/test_words.py",
)

UserOf = Callable[..., User]
ClientOf = Callable[..., Client]
ActorOf = Callable[..., Actor]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what runs once to the run on SQLite."""
    if settings.TEST_DATABASE == "sqlite":
        return
    here = Path(__file__).parent
    again = [item for item in items if not item.path.relative_to(here).as_posix().startswith(ONCE)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again


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
