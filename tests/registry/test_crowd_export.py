"""The workbook of an answer: right numbers, nobody's name, journaled, for those who may."""

import io

import pytest
import shapely
from openpyxl import load_workbook

from anning.accounts.models import Appointment, Post
from anning.journal.models import Entry
from anning.kernel.actor import Actor, Scope
from anning.kernel.errors import NotAllowed
from anning.registry.crowd import cache, selectors, services
from anning.registry.models import Household, Resident
from tests.district import make_person
from tests.registry.settlement import settle

EVERYWHERE = shapely.box(110, 30, 125, 50)
MAY = frozenset({"registry.export_inside", "registry.export_household", "registry.view_site"})


@pytest.fixture(autouse=True)
def _fresh():
    cache.forget()
    yield
    cache.forget()


@pytest.fixture
def settled(district):
    settle(district, homes=90)
    return district


def of_town(town, permissions=MAY):
    return Actor("user:1", permissions, Scope(areas=(town.area.code,)), "张工")


def export(actor, shape=EVERYWHERE):
    out = io.BytesIO()
    services.export_inside(actor, shape, "图上所画的面以内", out)
    book = load_workbook(io.BytesIO(out.getvalue()))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_the_sheets_say_what_the_selectors_say(settled):
    actor = of_town(settled.town_a)
    expected = selectors.inside(actor, EVERYWHERE)

    sheets = export(actor)

    sums = {row[0]: row[1] for row in sheets["汇总"] if row[1] is not None}
    assert (sums["住户"], sums["人数"], sums["重点人员"]) == (expected.households, expected.people, expected.key_people)
    assert sums["学校"] == 10
    assert sheets["汇总"][0][0] == "图上所画的面以内"
    assert f"另有 {expected.unplaced} 户没有坐标，未计入" in [row[0] for row in sheets["汇总"]]
    assert [row[0] for row in sheets["各村（社区）"][1:]] == ["任凤庄村", "震新社区"]
    assert sum(row[2] for row in sheets["各村（社区）"][1:]) == expected.people
    assert len(sheets["重点场所"]) == 1 + len(expected.sensitive)
    assert len(sheets["住户"]) == 1 + expected.households


def test_households_stand_with_address_and_post_but_nobody_by_name(settled):
    guardian = make_person(settled.town_a.committees[0], "李守望")
    post = Post.objects.create(organisation=settled.town_a.committees[0], name="网格员")
    Appointment.objects.create(post=post, person=guardian)
    home = Household.objects.filter(area=settled.town_a.villages[0]).exclude(longitude=None).first()
    home.guardian = guardian
    home.save()
    Resident.objects.create(household=home, name="王独居", mobile="13900000000", need="alone")

    sheets = export(of_town(settled.town_a))

    line = next(row for row in sheets["住户"] if row[1] == home.address)
    assert line == ["任凤庄村", home.address, home.people, home.key_people, "任凤庄村委员会 网格员"]
    words = str(sheets)
    assert not any(name in words for name in ("李守望", "王独居", "13900000000"))


def test_the_journal_holds_the_numbers_and_no_address(settled):
    actor = of_town(settled.town_a)
    expected = selectors.inside(actor, EVERYWHERE)

    export(actor)

    entry = Entry.objects.get(kind="map.export")
    assert (entry.actor, entry.subject) == ("user:1", "map:inside")
    assert entry.data["people"] == expected.people
    assert entry.data["rows"] == entry.data["households"] == expected.households
    assert "幸福路" not in entry.body


def test_without_the_right_to_export_households_only_sums_go_out(settled):
    sheets = export(of_town(settled.town_a, MAY - {"registry.export_household"}))

    assert "住户" not in sheets
    assert "幸福路" not in str(sheets)
    assert Entry.objects.get(kind="map.export").data["rows"] == 0


def test_without_the_right_to_export_nothing_goes_out(settled):
    with pytest.raises(NotAllowed):
        export(of_town(settled.town_a, MAY - {"registry.export_inside"}))

    assert not Entry.objects.filter(kind="map.export").exists()


def test_a_formula_in_an_address_stays_asleep(settled):
    home = Household.objects.filter(area=settled.town_a.villages[0]).exclude(longitude=None).first()
    home.address = "=HYPERLINK(1)"
    home.save()
    out = io.BytesIO()

    services.export_inside(of_town(settled.town_a), EVERYWHERE, "", out)

    cells = [cell for row in load_workbook(io.BytesIO(out.getvalue()))["住户"].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == home.address] == ["s"]
