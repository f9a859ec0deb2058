"""Who sees what: areas cut by level, organisations as subtrees, memberships with an end."""

from datetime import timedelta

import pytest

from anning.accounts import selectors
from anning.accounts.models import Membership, Organisation, Person
from anning.accounts.selectors import actor_for
from anning.kernel import clock
from anning.kernel.actor import Actor, Scope
from anning.kernel.errors import NotFound
from tests.district import make_area, make_organisation, make_person


@pytest.fixture
def people(district):
    """One person in the government of each town, in each village committee and in the bureau."""
    for town in (district.town_a, district.town_b):
        for unit in (town.government, *town.committees, town.enterprise):
            make_person(unit, f"{unit.name}的人")
    make_person(district.bureau, "局里的人")


def names(actor):
    return set(selectors.visible_people(actor).filter(name__endswith="的人").values_list("name", flat=True))


def test_the_district_sees_everybody(people, actor_of):
    assert len(names(actor_of("duty"))) == 9


def test_a_town_sees_its_villages_and_enterprises_but_no_other_town(people, actor_of, district):
    seen = names(actor_of("town", district.town_a.government))

    assert len(seen) == 4
    assert not any("潘庄" in name or "大龙湾" in name for name in seen)


def test_a_village_sees_only_itself(people, actor_of, district):
    assert names(actor_of("village", district.town_a.committees[0])) == {"任凤庄村委员会的人"}


def test_an_enterprise_sees_only_itself(people, actor_of, district):
    assert names(actor_of("enterprise", district.town_a.enterprise)) == {"芦台街道化工有限公司的人"}


def test_a_unit_sees_its_subtree(people, actor_of, district):
    below = make_organisation("区水务局河道所", "government", district.area, district.water)
    make_person(below, "河道所的人")

    assert names(actor_of("member", district.water)) == {"河道所的人"}


def test_a_code_is_cut_by_its_level_and_not_by_its_zeros(district):
    """330110 is a district whose code ends in a zero that means something: 33011 would be another's prefix."""
    yuhang = make_area("330110", "余杭区", "district")
    make_area("330111", "富阳区", "district")
    actor = Actor("user:0", frozenset(), Scope(areas=(yuhang.code,)))

    assert [area.code for area in selectors.visible_areas(actor)] == ["330110"]


def test_a_path_is_no_prefix_of_a_longer_number(district):
    first = Organisation.objects.create(name="一", kind="outside", path="/1/")
    Organisation.objects.create(name="十二", kind="outside", path="/12/")
    actor = Actor("user:0", frozenset(), Scope(organisations=(first.path,)))

    assert set(selectors.visible_organisations(actor)) == set(Organisation.objects.filter(path__startswith="/1/"))
    assert not selectors.visible_organisations(actor).filter(name="十二").exists()


@pytest.mark.parametrize(("days", "sees"), [(None, True), (0, True), (-1, False), (30, True)])
def test_a_membership_opens_another_unit_until_its_last_day(people, user_of, district, days, sees):
    user = user_of("town", district.town_a.government)
    until = None if days is None else clock.today() + timedelta(days=days)
    Membership.objects.create(
        person=user.person, organisation=district.town_b.enterprise, reason="联合园区", until_on=until
    )

    assert ("潘庄镇化工有限公司的人" in names(actor_for(user))) is sees
    assert "潘庄镇办事处的人" not in names(actor_for(user))


def test_scope_is_the_union_of_area_and_unit(people, actor_of, district):
    enclave = make_organisation("芦台街道飞地企业", "enterprise", district.town_b.area, district.town_a.government)
    make_person(enclave, "飞地的人")

    assert "飞地的人" in names(actor_of("town", district.town_a.government))
    assert "飞地的人" in names(actor_of("town", district.town_b.government))


def test_a_unit_without_a_path_opens_nothing(people, user_of, district):
    user = user_of("enterprise")
    Organisation.objects.filter(pk=user.person.organisation_id).update(path="")
    user.person.refresh_from_db()

    assert names(actor_for(user)) == set()


def test_a_user_without_a_person_in_a_local_role_sees_nothing(people, user_of):
    user = user_of("town")
    user.person = None

    assert names(actor_for(user)) == set()


def test_what_is_outside_is_as_if_it_were_not_there(people, actor_of, district):
    other = Person.objects.get(name="潘庄镇办事处的人")

    with pytest.raises(NotFound):
        selectors.find_scoped(Person.objects.all(), actor_of("town", district.town_a.government), other.pk)


def test_an_erased_person_is_no_longer_seen(people, actor_of):
    Person.objects.filter(name="局里的人").update(erased_at=clock.now())

    assert "局里的人" not in names(actor_of("duty"))


def test_areas_are_those_of_the_scope_and_of_the_units(actor_of, district):
    seen = {area.name for area in selectors.visible_areas(actor_of("town", district.town_a.government))}

    assert seen == {"芦台街道", "任凤庄村", "震新社区"}


def test_users_are_cut_by_their_unit(user_of, actor_of, district):
    mine, other = user_of("town", district.town_a.government), user_of("town", district.town_b.government)
    seen = set(selectors.visible_users(actor_of("town", district.town_a.government)))

    assert mine in seen and other not in seen
