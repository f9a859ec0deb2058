"""The tree of units: its order, what moves along, and no unit above itself."""

import pytest

from anning.accounts.models import Organisation
from anning.kernel.errors import Refused
from anning.ui.records import services
from anning.ui.records.register import find
from tests.district import make_organisation


def test_the_tree_stands_in_the_order_in_which_it_grew(district):
    for number in range(12):
        make_organisation(f"区属单位{number}", "government", district.area, district.government)
    late = make_organisation("震新社区居委会", "village", district.town_a.area, district.town_a.government)

    names = list(Organisation.objects.values_list("name", flat=True))

    assert names.index(district.government.name) == 0
    assert names.index(late.name) == names.index(district.town_a.committees[1].name) + 1
    own = [name for name in names if name.startswith("区属单位")]
    assert own == [f"区属单位{number}" for number in range(12)]
    assert names.index(district.town_b.government.name) < names.index("区属单位0")


def test_a_unit_that_moves_takes_everything_below_along(district, actor_of):
    town, other = district.town_a.government, district.town_b.government

    services.change(find("organisations"), actor_of("duty"), town.pk, {"parent": other})

    other.refresh_from_db()
    paths = Organisation.objects.filter(pk__in=[each.pk for each in district.town_a.committees])
    assert all(unit.path == f"{other.path}{town.pk:07}/{unit.pk:07}/" for unit in paths)


@pytest.mark.parametrize("is_own", [True, False])
def test_no_unit_stands_above_itself(district, actor_of, is_own):
    town = district.town_a.government
    above = town if is_own else district.town_a.committees[0]

    with pytest.raises(Refused) as refused:
        services.change(find("organisations"), actor_of("duty"), town.pk, {"parent": above})

    assert "parent" in refused.value.fields
    town.refresh_from_db()
    assert town.parent == district.government
