"""Rows of the registry, made through the services by somebody who may do everything with it."""

from collections.abc import Callable
from typing import Any

import pytest

from anning.kernel.actor import Actor
from anning.kernel.creditcode import check_sign
from anning.ui.records import services
from anning.ui.records.register import find
from tests.district import District

Make = Callable[..., Any]


def credit_code(number: int) -> str:
    """Return a credit code that can be, different for each number."""
    body = f"91120117MA{number:07d}"
    return body + check_sign(body)


@pytest.fixture
def officer(actor_of) -> Actor:
    """A duty officer of the district."""
    return actor_of("duty")


@pytest.fixture
def made(officer: Actor) -> Make:
    """``made("enterprises", name=…)`` makes a row through the services."""

    def make(register: str, **values: Any) -> Any:
        return services.create(find(register), officer, values)

    return make


@pytest.fixture
def enterprise(made: Make, district: District) -> Any:
    """An enterprise of town A."""
    return made("enterprises", name="芦台某某化工有限公司", industry="hazmat", area=district.town_a.villages[0],
                credit_code=credit_code(1))  # fmt: skip


@pytest.fixture
def household(made: Make, district: District) -> Any:
    """A household of the first village of town A."""
    return made("households", code="120117001201-0001", area=district.town_a.villages[0], address="1排1号", people=3)


@pytest.fixture
def dike(made: Make, district: District) -> Any:
    """A dike section of town A."""
    return made("facilities", name="蓟运河左堤一段", kind="dike", area=district.town_a.area, river="蓟运河")
