"""The registry of the demo district holds the plan's numbers, in the right places, with gaps as in life."""

from datetime import timedelta

import pytest
import shapely
from django.conf import settings
from django.db.models import Count, F, Sum

from anning.accounts.models import Appointment, Area, Organisation
from anning.demo.ground import Ground
from anning.demo.places import Places
from anning.demo.sheets import points, read_sheet
from anning.demo.sketch import shapes
from anning.kernel import clock
from anning.kernel.creditcode import is_credit_code
from anning.registry.models import (
    BaseFeature,
    Enterprise,
    EvacuationLine,
    EvacuationList,
    Facility,
    FloodDuty,
    Household,
    Radio,
    ReportPoint,
    Resident,
    ResponsiblePerson,
    Site,
)

pytestmark = pytest.mark.usefixtures("demo")
LATE_TOWNS = ("120117105", "120117112")
PLACES = (Enterprise, Site, Facility, ReportPoint, Household)


@pytest.fixture(scope="module")
def towns():
    """The sketched areas of the towns, made ready to be asked often."""
    areas = Ground(Places({}, {}), {}).towns
    for area in areas.values():
        shapely.prepare(area)
    return areas


@pytest.mark.parametrize(
    ("kept", "number"),
    [
        (lambda: Area.objects.filter(level="town").exclude(kind="园区"), 15),
        (lambda: Area.objects.filter(level="village", kind="村"), 270),
        (lambda: Area.objects.filter(level="village", kind="社区").exclude(note__contains="规划基期"), 35),
        (lambda: Area.objects.filter(note__contains="规划基期35个社区之外"), 5),
        (lambda: Organisation.objects.filter(is_committee_member=True), 58),
        (lambda: Organisation.objects.filter(kind="town"), 15),
        (lambda: Organisation.objects.filter(kind="park"), 2),
        (lambda: Appointment.objects.filter(post__name__in=("镇街安全员", "园区安全员"), person__is_active=True), 140),
        (Enterprise.objects.all, 3000),
        (lambda: Enterprise.objects.filter(is_monitored=True), 74),
        (lambda: Enterprise.objects.filter(is_in_fire_iot=True), 30),
        (lambda: Enterprise.objects.filter(is_insurance_due=True), 48),
        (lambda: Enterprise.objects.filter(is_insurance_due=True, industry="hazmat"), 29),
        (lambda: Enterprise.objects.filter(is_insurance_due=True, industry="metallurgy"), 1),
        (lambda: Enterprise.objects.filter(is_insurance_due=True, industry="transport"), 2),
        (lambda: Enterprise.objects.filter(is_insurance_due=True, industry="construction"), 16),
        (lambda: Site.objects.filter(kind="school"), 116),
        (lambda: Site.objects.filter(kind="market"), 14),
        (lambda: Site.objects.filter(kind="public"), 8),
        (ReportPoint.objects.all, 319),
        (lambda: Radio.objects.filter(kind="shortwave"), 1),
        (lambda: Radio.objects.filter(kind="satellite"), 4),
        (lambda: BaseFeature.objects.filter(kind="enclave"), 3),
        (lambda: BaseFeature.objects.filter(kind="town"), 15),
        (Resident.objects.all, settings.DEMO_RESIDENTS),
    ],
)
def test_the_numbers_are_the_plans(kept, number):
    assert kept().count() == number


@pytest.mark.parametrize("model", PLACES, ids=lambda model: model.__name__)
def test_every_position_lies_inside_the_town_that_its_area_names(model, towns):
    rows = model.objects.exclude(longitude=None).exclude(area__code__in=[row["code"] for row in read_sheet("parks")])
    wrong = [
        str(row)
        for row in rows.select_related("area")
        if not towns[row.area.code[:9]].contains(shapely.Point(row.longitude, row.latitude))
    ]

    assert wrong == [] and rows.exists()


@pytest.mark.parametrize("model", PLACES, ids=lambda model: model.__name__)
def test_nothing_of_ours_stands_in_an_enclave_or_outside(model):
    outline, enclaves = shapes("outline")[0], shapely.union_all(shapes("enclave"))
    rows = model.objects.exclude(longitude=None).values_list("longitude", "latitude")
    placed = shapely.points(list(rows))

    assert shapely.contains(outline, placed).all() and not shapely.intersects(enclaves, placed).any()


def test_every_village_and_community_has_its_own_place_in_its_town(towns):
    villages = Area.objects.filter(level="village").exclude(kind="园区社区")
    placed = [(area.longitude, area.latitude) for area in villages]

    assert len(set(placed)) == len(placed) == 310
    assert all(towns[area.code[:9]].contains(shapely.Point(area.longitude, area.latitude)) for area in villages)


def test_every_credit_code_has_right_check_signs_and_belongs_to_nobody():
    codes = list(Enterprise.objects.exclude(credit_code="").values_list("credit_code", flat=True))

    assert all(map(is_credit_code, codes)) and len(set(codes)) == len(codes) > 2900
    assert all(code[8:10] == "YX" and organisation_code_checks(code[8:17]) for code in codes)


def organisation_code_checks(code):
    """GB 11714: eight signs and a check sign."""
    total = sum(w * int(sign, 36) for w, sign in zip((3, 7, 9, 10, 5, 8, 4, 2), code, strict=False))
    return code[8] == {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def test_the_hazardous_firms_are_mostly_stations_and_dealers_and_there_is_one_steel_works():
    hazmat = Enterprise.objects.filter(industry="hazmat")

    assert hazmat.filter(business__contains="成品油零售").count() == 21
    assert hazmat.filter(business__contains="不带储存").count() == 5
    assert Enterprise.objects.get(industry="metallurgy").is_in_fire_iot


def test_every_watched_firm_has_its_three_first_persons_and_some_others_have_not():
    watched = Enterprise.objects.filter(is_monitored=True) | Enterprise.objects.filter(is_insurance_due=True)
    first = ResponsiblePerson.objects.filter(role__in=ResponsiblePerson.FIRST)
    known = first.values("enterprise").annotate(roles=Count("role", distinct=True)).filter(roles=3)

    assert not watched.exclude(pk__in=known.values("enterprise")).exists()
    assert 2800 < known.count() < 3000
    assert Enterprise.objects.filter(responsible=None).exists()


def test_names_and_telephones_are_found_by_their_whole_value_only():
    person = ResponsiblePerson.objects.exclude(mobile_index="").first()
    resident = Resident.objects.exclude(mobile_index="").first()

    for row in (person, resident):
        name, mobile = row.name, row.mobile
        row.derive()
        assert type(row).objects.filter(name_index=row.name_index, mobile_index=row.mobile_index, pk=row.pk).exists()
        assert (row.name, row.mobile) == (name, mobile) and mobile.startswith("160")


def test_the_district_is_as_imperfect_as_life():
    today = clock.today()
    obliged = Enterprise.objects.filter(is_insurance_due=True)

    assert obliged.filter(insured_until_on__lt=today).count() == 2
    assert obliged.filter(insured_until_on=None).count() == 1
    assert Enterprise.objects.filter(longitude=None).count() > 20
    assert Enterprise.objects.filter(credit_code="").count() > 10
    assert Enterprise.objects.filter(standard_until_on__lt=today).exists()
    assert {*Enterprise.objects.values_list("state", flat=True)} == {"running", "paused", "closed"}
    assert ReportPoint.objects.filter(verified_on=None).exists()
    assert Facility.objects.filter(state="faulty").exists() and Facility.objects.filter(checked_on=None).exists()
    assert Radio.objects.exclude(state="ready").count() == 2
    for town in LATE_TOWNS:
        seen = ReportPoint.objects.filter(area__code__startswith=town).exclude(verified_on=None)
        assert not seen.filter(verified_on__gt=today - timedelta(days=365)).exists()


def test_the_works_that_everybody_knows_are_there_and_stand_in_their_rivers():
    assert Facility.objects.get(name="里自沽闸").river == Facility.objects.get(name="乐善橡胶坝").river == "潮白新河"
    dikes = Facility.objects.filter(kind="dike")

    assert {*dikes.values_list("river", flat=True)} >= {"蓟运河", "潮白新河"}
    assert all(dike.shape["type"] == "LineString" and dike.from_stake and dike.to_stake for dike in dikes)


def test_every_waterlogging_point_and_underpass_has_its_own_plan():
    low = Facility.objects.filter(kind__in=("waterlogging", "underpass"))

    assert low.count() == 30 and not low.filter(plan="").exists()
    assert len(set(low.values_list("plan", flat=True))) == low.count()


def test_every_dike_sluice_and_pump_has_three_responsible_posts_and_leaders_have_no_names():
    objects = Facility.objects.filter(kind__in=("dike", "sluice", "pump"))
    full = objects.annotate(roles=Count("flood_duties__role", distinct=True)).filter(roles=3)

    assert full.count() == objects.count() > 100
    assert not FloodDuty.objects.filter(role="administrative").exclude(person=None).exists()
    assert FloodDuty.objects.filter(basin="盛庄洼").count() == 3


def test_river_villages_have_lists_that_say_who_when_where_and_by_what():
    lists = EvacuationList.objects.all()

    assert lists.count() > 20
    assert not lists.filter(shelter=None).exists()
    assert all(row.organiser and row.trigger and row.transport and row.route for row in lists)
    assert not EvacuationLine.objects.exclude(household__area=F("list__area")).exists()


def test_households_count_their_residents():
    people = Household.objects.annotate(living=Count("residents"))

    assert not people.exclude(living=F("people")).exists()
    assert Household.objects.aggregate(sum=Sum("key_people"))["sum"] == Resident.objects.exclude(need="none").count()
    assert Household.objects.filter(key_people__gt=0).exclude(guardian=None).exists()
    assert not Household.objects.filter(key_people=0).exclude(guardian=None).exists()


def test_enclaves_say_whose_they_are_and_whom_to_call():
    for enclave in BaseFeature.objects.filter(kind="enclave"):
        assert enclave.authority and enclave.duty_phone and enclave.shape["type"] == "Polygon"


def test_the_outline_is_about_a_hundred_points_rounded_to_a_hundredth():
    outline = next(row for row in read_sheet("basemap") if row["kind"] == "outline")
    places = [place for row in read_sheet("basemap") for place in points(row["points"])]

    assert 90 <= len(points(outline["points"])) <= 110
    assert all(round(degree, 2) == degree for place in places for degree in place)


def test_what_is_sketched_says_so():
    assert not BaseFeature.objects.exclude(how_located="sketched").exists()
    assert not Enterprise.objects.exclude(longitude=None).exclude(how_located="sketched").exists()
