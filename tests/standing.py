"""A scene that stands for a whole module: made once, and each test works in a savepoint above it.

A module uses it by making its fixtures with ``scope="module"`` on top of ``standing``.
Rows in memory are shared too: a test that changes one reads it anew from the database.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Hold one transaction open for the module and take all of it back in the end."""
    with django_db_blocker.unblock(), transaction.atomic() as _:
        yield
        transaction.set_rollback(True)
