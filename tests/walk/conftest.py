"""The scene of the walk, made once for each module."""

import pytest

from anning.accounts.models import Role
from anning.accounts.services import load_roles
from tests.district import District, build_district
from tests.standing import standing
from tests.walk.scene import MARK_A, MARK_B, Town, fill

__all__ = ["standing"]


@pytest.fixture(scope="module")
def district(standing: None) -> District:
    """The small district of all tests, made once for the module."""
    return build_district()


@pytest.fixture(scope="module")
def roles(standing: None) -> dict[str, Role]:
    """The roles that the platform brings, by code."""
    load_roles()
    return {role.code: role for role in Role.objects.all()}


@pytest.fixture(autouse=True)
def _savepoint(db: None) -> None:
    """What a test does is taken back at its end, also where only the standing scene is asked for."""


@pytest.fixture(scope="module")
def town_a(district: District) -> Town:
    """Town A with a marked row of every register."""
    return fill(MARK_A, district.town_a.government)


@pytest.fixture(scope="module")
def town_b(district: District) -> Town:
    """Town B with a marked row of every register."""
    return fill(MARK_B, district.town_b.government)
