"""The demo district, loaded once for all tests of this folder."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from anning.demo.services import Loaded, load_demo
from tests.gateways.conftest import enterprise, gate, make_device

__all__ = ["enterprise", "gate", "make_device"]  # doors for the devices of the demo


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Loaded]:
    """What loading the demo district into an empty database said; undone after the module."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield load_demo()
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: Loaded, db: None) -> Loaded:
    """The demo district, for one test."""
    return loaded
