"""Who acts in the tests of accounts."""

import pytest

from anning.accounts.models import User
from anning.kernel.actor import Actor


@pytest.fixture
def security(actor_of) -> Actor:
    """A security administrator."""
    return actor_of("security")


@pytest.fixture
def admin(actor_of) -> Actor:
    """A system administrator."""
    return actor_of("admin")


@pytest.fixture
def officer(user_of) -> User:
    """A duty officer who can sign in."""
    return user_of("duty", username="zhiban")
