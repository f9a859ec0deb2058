"""Who and what is inside: as the database and shapely say, never more than the actor may see."""

from collections import Counter

import pytest
import shapely

from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor, Scope, system
from anning.kernel.errors import Refused
from anning.kernel.geo import distance_m
from anning.registry.crowd import cache, selectors
from anning.registry.models import Enterprise, Facility, Household, Site
from tests.registry.settlement import random_shape, settle

VIEWS = frozenset(f"registry.view_{noun}" for noun in ("site", "enterprise", "facility", "reportpoint", "radio"))
EVERYWHERE = shapely.box(110, 30, 125, 50)
WHOLE = system(*VIEWS)


@pytest.fixture(autouse=True)
def _fresh():
    cache.forget()
    yield
    cache.forget()


@pytest.fixture
def settled(district):
    settle(district)
    return district


def of_town(town):
    return Actor("user:1", VIEWS, Scope(areas=(town.area.code,)))


def by_hand(queryset, actor, shape):
    rows = scoped(queryset.exclude(longitude=None), actor)
    return [row for row in rows if shapely.contains_xy(shape, row.longitude, row.latitude)]


@pytest.mark.parametrize("seed", range(12))
def test_the_numbers_equal_brute_force_for_everybody(settled, seed):
    shape = random_shape(seed)
    for actor in (WHOLE, of_town(settled.town_a), of_town(settled.town_b), Actor("user:9", VIEWS)):
        homes = by_hand(Household.objects, actor, shape)

        answer = selectors.inside(actor, shape)

        assert answer.households == len(homes)
        assert (answer.people, answer.key_people) == (sum(h.people for h in homes), sum(h.key_people for h in homes))
        assert sorted(selectors.households_inside(actor, shape)) == sorted(home.pk for home in homes)
        places = Counter(f"sites.{site.kind}" for site in by_hand(Site.objects, actor, shape))
        places["enterprises.hazmat"] = len(by_hand(Enterprise.objects, actor, shape))
        places["facilities.sluice"] = len(by_hand(Facility.objects, actor, shape))
        assert {kind.kind: kind.count for kind in answer.kinds} == {kind: n for kind, n in places.items() if n}


def test_the_sums_of_the_villages_are_the_sums_of_the_shape(settled):
    shape = random_shape(3)
    answer = selectors.inside(WHOLE, shape)

    areas = selectors.people_by_area(WHOLE, shape)

    assert {area.name for area in areas} <= {"任凤庄村", "震新社区", "大龙湾村"}
    assert sum(area.households for area in areas) == answer.households
    assert sum(area.people for area in areas) == answer.people
    assert sum(area.key_people for area in areas) == answer.key_people


def test_households_without_a_position_are_told_apart(settled):
    assert selectors.inside(WHOLE, EVERYWHERE).unplaced == 40
    in_town = scoped(Household.objects.filter(longitude=None), of_town(settled.town_b)).count()
    assert 0 < in_town < 40
    assert selectors.inside(of_town(settled.town_b), EVERYWHERE).unplaced == in_town


def test_the_sensitive_places_are_named_and_no_others(settled):
    found = selectors.inside(of_town(settled.town_a), EVERYWHERE).sensitive

    hazards = {"企业0", "企业14", "企业28", "企业42", "企业56"}
    assert {place.name for place in found} == {f"场所{number}" for number in range(0, 60, 2)} | hazards
    school = next(place for place in found if place.name == "场所0")
    assert (school.label, school.register, school.people) == ("学校", "sites", 0)


def test_an_enterprise_finds_its_own_place_and_no_household(settled):
    mine = Actor("user:2", VIEWS, Scope(organisations=(settled.town_b.enterprise.path,)))

    answer = selectors.inside(mine, EVERYWHERE)

    assert (answer.households, answer.people, answer.unplaced) == (0, 0, 0)
    assert [(kind.kind, kind.count) for kind in answer.kinds] == [("enterprises.hazmat", 1)]


def test_kinds_that_one_may_not_view_are_not_even_counted(settled):
    answer = selectors.inside(system("registry.view_site"), EVERYWHERE)

    assert {kind.kind.split(".")[0] for kind in answer.kinds} == {"sites"}
    assert selectors.nearest(system("registry.view_site"), (117.6, 39.4), ["enterprises"]) == []
    assert set(selectors.kind_labels(system("registry.view_radio"))) == {"radios"}


def test_rows_of_an_exercise_do_not_count(settled):
    before = selectors.inside(WHOLE, EVERYWHERE).households
    home = Household.objects.exclude(longitude=None).first()
    home.exercise = True
    home.save()
    cache.forget()

    assert selectors.inside(WHOLE, EVERYWHERE).households == before - 1


@pytest.mark.parametrize("town", [None, "town_a"])
def test_the_nearest_of_some_kinds_in_geodesic_order(settled, town):
    actor = of_town(getattr(settled, town)) if town else WHOLE
    kinds = {"care", "school"}

    found = selectors.nearest(actor, (117.6, 39.4), ["sites.care", "sites.school"], 7)

    rows = scoped(Site.objects.filter(kind__in=kinds), actor)
    expected = sorted((distance_m((117.6, 39.4), (row.longitude, row.latitude)), row.pk) for row in rows)[:7]
    assert [(place.metres, place.pk) for place in found] == expected


def test_the_nearest_of_all_kinds_are_one_list(settled):
    found = selectors.nearest(WHOLE, (117.6, 39.4), limit=9)

    assert len(found) == 9
    assert [place.metres for place in found] == sorted(place.metres for place in found)
    assert {place.register for place in found} == {"sites", "enterprises", "facilities"}


def test_around_a_point_is_everybody_within_the_distance(settled):
    centre = (117.6, 39.4)

    found = selectors.households_inside(WHOLE, selectors.around(shapely.Point(centre), 12_000))

    homes = Household.objects.exclude(longitude=None)
    far = {home.pk: distance_m(centre, (home.longitude, home.latitude)) for home in homes}
    assert {pk for pk, metres in far.items() if metres < 11_990} <= set(found)
    assert set(found) <= {pk for pk, metres in far.items() if metres < 12_010}
    assert len(found) > 20


def test_along_a_river_is_everybody_on_both_banks(settled):
    river = shapely.LineString([(117.5, 39.1), (117.5, 39.7)])

    found = set(selectors.households_inside(WHOLE, selectors.along(river, 2000)))

    homes = Household.objects.exclude(longitude=None).filter(latitude__range=(39.15, 39.65))
    far = {home.pk: distance_m((117.5, home.latitude), (home.longitude, home.latitude)) for home in homes}
    assert {pk for pk, metres in far.items() if metres < 1990} <= found
    assert found.isdisjoint(pk for pk, metres in far.items() if metres > 2010)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: selectors.inside(WHOLE, shapely.Point(117.5, 39.3)),
        lambda: selectors.inside(WHOLE, shapely.Polygon()),
        lambda: selectors.along(shapely.box(117, 39, 118, 40), 100),
        lambda: selectors.around(shapely.Point(117.5, 39.3), -5),
        lambda: selectors.nearest(WHOLE, (39.3, 117.5)),
        lambda: selectors.nearest(WHOLE, (117.5, 39.3), ["castles"]),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(settled, ask):
    with pytest.raises(Refused) as refusal:
        ask()

    assert refusal.value.message and refusal.value.remedy
