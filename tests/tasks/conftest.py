"""Somebody who gives tasks, somebody who does them, and the instant at which all begins."""

from datetime import UTC, datetime

import pytest

from anning.accounts.models import Person, User
from anning.accounts.selectors import actor_for, person_of
from anning.kernel.actor import Actor
from anning.tasks.services import assign_task

NOW = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)  # 10:00 in Asia/Shanghai


@pytest.fixture
def giver(actor_of) -> Actor:
    """A duty officer."""
    return actor_of("duty")


@pytest.fixture
def doer_user(user_of) -> User:
    """An officer of town A who can sign in."""
    return user_of("town")


@pytest.fixture
def doer(doer_user) -> Actor:
    """An officer of town A."""
    return actor_for(doer_user)


@pytest.fixture
def doer_person(doer) -> Person:
    """The person behind the doer."""
    person = person_of(doer)
    assert person
    return person


@pytest.fixture
def task(giver, doer_person):
    """An urgent task for the officer of town A, given at NOW."""
    return assign_task(giver, title="核实积水", to=doer_person, urgency=2, now=NOW)
