"""What the registry shows on pages of villages and places and on homes: cut by scope, each number with its rows."""

import html
import re
from datetime import timedelta

import pytest

from anning.kernel import clock
from anning.kernel.errors import Refused
from anning.kernel.yamlfile import read_yaml
from anning.registry.crowd import cache
from anning.registry.selectors import nearby, villages
from anning.registry.selectors.baseline import SHIPPED, baseline, planned
from anning.ui.records.register import find
from tests.registry.conftest import credit_code

HERE = {"longitude": 117.8, "latitude": 39.3}


@pytest.fixture(autouse=True)
def _fresh_positions():
    """What the crowd remembers belongs to the test before."""
    cache.forget()


@pytest.fixture
def village(made, district):
    """The first village of town A with a bit of everything."""
    area = district.town_a.villages[0]
    home = made("households", code="120117001201-0001", area=area, address="1排1号", **HERE)
    made("residents", household=home, name="易守望", need="alone")
    made("residents", household=home, name="易小满")
    made("sites", name="任凤庄小学", kind="school", area=area, people=120, longitude=117.801, latitude=39.3)
    made("facilities", name="村口消火栓", kind="hydrant", area=area, longitude=117.802, latitude=39.3)
    made("enterprises", name="任凤庄加油站", industry="hazmat", area=area, credit_code=credit_code(1), **HERE)
    made("report-points", name="任凤庄信息报告点", kind="village", area=area, phone="022-6905 0001", post="灾害信息员")
    made("evacuation-lists", name="洪水转移", hazard="flood", area=area, trigger="接到命令", organiser="书记")
    return area


@pytest.fixture
def planned_district(monkeypatch):
    """This installation serves the district whose plan we bring."""
    monkeypatch.setenv("ANNING_DISTRICT", read_yaml(SHIPPED)["district"])


def listed(client, url):
    """Return how many rows the list says it has."""
    return int(re.search(r"共 (\d+) 条", client.get(html.unescape(url)).content.decode())[1])


def test_the_page_of_a_village_tells_everything_known(village, client_of):
    page = client_of("duty").get(f"/r/areas/{village.pk}/").content.decode()

    for text in ("任凤庄村委员会", "任凤庄信息报告点", "洪水转移", "易**（独居老人）", "无包保人", "独居老人 1"):
        assert text in page
    assert "易守望" not in page


@pytest.mark.parametrize("role", ["duty", "town", "village"])
def test_each_number_of_a_village_leads_to_just_its_rows(village, client_of, role):
    client = client_of(role)
    page = client.get(f"/r/areas/{village.pk}/").content.decode()
    shown = re.findall(r'<a class="number[^"]*" href="(/r/[^"]+)"><b>(\d+)</b>', page)

    assert len(shown) == 6
    assert [(url, listed(client, url)) for url, _n in shown] == [(url, int(n)) for url, n in shown]


def test_a_neighbour_sees_the_village_but_nothing_inside(village, client_of, district, actor_of):
    page = client_of("village", district.town_b.committees[0]).get(f"/r/areas/{village.pk}/").content.decode()

    assert "底册数字" not in page and "易**" not in page and "任凤庄信息报告点" not in page
    other = actor_of("town", district.town_b.government)
    assert {number.count for number in villages.numbers(village, other)} == {0}


def test_the_town_counts_its_villages(village, district, actor_of):
    numbers = {number.title: number.count for number in villages.numbers(district.town_a.area, actor_of("town"))}

    assert numbers == {"户": 1, "人": 2, "重点人员": 1, "企业": 1, "重点场所": 1, "设施": 1}


def test_a_place_knows_who_and_what_is_around_it(village, made, actor_of):
    firm = made("enterprises", name="近旁的化工厂", industry="hazmat", area=village, credit_code=credit_code(2), **HERE)
    found = nearby.around(firm, actor_of("duty"))

    assert [(ring.metres, ring.people, ring.key_people) for ring in found.rings] == [(500, 2, 1), (1000, 2, 1)]
    assert [each.name for each in found.sites] == ["任凤庄小学"]
    assert [each.name for each in found.dangers] == ["任凤庄加油站"], "not the place itself"
    assert [each.name for each in found.help] == ["村口消火栓"]
    assert found.sites[0].metres == pytest.approx(86, abs=2)


def test_what_lies_around_is_cut_by_scope(village, made, actor_of, district):
    firm = made("enterprises", name="近旁的化工厂", industry="hazmat", area=village, credit_code=credit_code(2), **HERE)
    found = nearby.around(firm, actor_of("town", district.town_b.government))

    assert not found.sites and not found.help and {ring.people for ring in found.rings} == {0}


def test_the_page_of_a_place_shows_its_surroundings(village, client_of, made):
    firm = made("enterprises", name="近旁的化工厂", industry="hazmat", area=village, credit_code=credit_code(2), **HERE)
    page = client_of("duty").get(f"/r/enterprises/{firm.pk}/").content.decode()

    assert "500 米内人数" in page and "任凤庄小学" in page and "村口消火栓" in page


def test_a_dike_names_who_is_missing(dike, made, district, client_of):
    made("flood-duties", facility=dike, role="patrol", unit=district.town_a.government, post="巡堤员",
         phone="022-6900 0007", verified_on=clock.today() - timedelta(days=400))  # fmt: skip
    page = client_of("duty").get(f"/r/facilities/{dike.pk}/").content.decode()
    panel = page[page.index('id="panel-duties"') :]

    assert panel.count("未落实") == 2 and "巡堤员" in panel and "已陈旧" in panel
    unit = client_of("duty").get(f"/r/organisations/{district.town_a.government.pk}/").content.decode()
    assert "蓟运河左堤一段" in unit


def test_a_duty_lies_where_its_facility_lies(dike, made, district):
    duty = made("flood-duties", facility=dike, role="technical", unit=district.water, post="工程师")

    assert duty.area == dike.area and str(duty) == "蓟运河左堤一段 · 技术责任人"


def test_a_shelter_lists_who_comes_to_it(made, village, district, client_of):
    shelter = made("sites", name="中学操场", kind="shelter", area=village, capacity=300)
    made("evacuation-lists", name="内涝转移", hazard="waterlogging", area=village, trigger="积水", organiser="书记",
         shelter=shelter)  # fmt: skip

    assert "内涝转移" in client_of("duty").get(f"/r/sites/{shelter.pk}/").content.decode()


def test_a_line_drawn_without_a_point_gets_one_on_it(made, district):
    shape = {"type": "LineString", "coordinates": [[117.7, 39.3], [117.8, 39.3]]}
    river = made("facilities", name="堤", kind="dike", area=district.town_a.area, shape=shape)

    assert river.latitude == pytest.approx(39.3) and 117.7 <= river.longitude <= 117.8


@pytest.mark.parametrize(
    "shape",
    [{"type": "Point", "coordinates": [117, 39]}, {"type": "LineString", "coordinates": [[1177, 39], [118, 39]]}, [1]],
)
def test_what_is_no_shape_is_named(made, district, shape):
    with pytest.raises(Refused) as caught:
        made("facilities", name="堤", kind="dike", area=district.town_a.area, shape=shape)
    assert "shape" in caught.value.fields


def test_the_plan_stands_beside_what_is_counted(village, client_of, planned_district):
    client = client_of("duty")
    page = client.get("/duty").content.decode()
    block = page[page.index('id="block-baseline"') :]
    shown = re.findall(r'<a class="number[^"]*" href="(/r/[^"]+)"><b>(\d+)</b>([^<]+)<small[^>]*>规划基期 (\d+)', block)

    assert {title: int(n) for _url, _count, title, n in shown} == {
        facts["title"]: facts["number"] for facts in read_yaml(SHIPPED)["numbers"]
    }
    assert [(url, listed(client, url)) for url, *_rest in shown] == [(url, int(count)) for url, count, *_rest in shown]
    assert ("企业", "1") in {(title, count) for _url, count, title, _n in shown}


def test_only_who_has_the_whole_district_compares_with_the_plan(village, client_of, planned_district):
    assert "规划基期" not in client_of("town").get("/m").content.decode()
    assert "规划基期" in client_of("lead").get("/lead").content.decode()


def test_another_district_has_its_own_plan_or_none(settings, tmp_path, actor_of):
    settings.HOME = tmp_path
    assert planned.__wrapped__("130283") is None
    (tmp_path / "baseline.yaml").write_text("district: '130283'\nplan: 甲\nperiod: 2025\nnumbers: []\n", "utf-8")

    assert planned.__wrapped__("130283")["plan"] == "甲"


def test_a_district_without_a_plan_shows_none(village, client_of):
    assert "规划基期" not in client_of("lead").get("/lead").content.decode()


def test_every_number_of_the_plan_names_a_register_and_a_source(actor_of, planned_district):
    assert len(baseline(actor_of("duty")).numbers) == 16
    for facts in read_yaml(SHIPPED)["numbers"]:
        assert find(facts["register"]) and facts["source"].startswith("一、发展基础")


def test_what_wants_a_hand_is_on_the_home_with_its_rows(village, client_of):
    client = client_of("town")
    shown = re.findall(
        r'<a class="number[^"]*" href="(/r/[^"]+)"><b>(\d+)</b>([^<]+)', client.get("/m").content.decode()
    )
    wanted = [(url, int(count)) for url, count, title in shown if " · " in title]

    assert wanted and [(url, listed(client, url)) for url, _n in wanted] == wanted


def test_a_text_filter_knows_the_whole_and_the_without(village, made, client_of, district):
    made("facilities", name="里自沽闸", kind="sluice", area=district.town_a.area, river="潮白新河")
    made("facilities", name="新河闸", kind="sluice", area=district.town_a.area, river="新河")
    client = client_of("duty")

    assert [listed(client, f"/r/facilities/?river={cut}") for cut in ("新河", "=新河", "!潮白")] == [2, 1, 2]


def test_a_town_finds_what_lies_in_its_villages(village, client_of, district):
    client = client_of("duty")

    assert listed(client, f"/r/sites/?area={district.town_a.area.pk}") == 1
    assert listed(client, f"/r/residents/?household__area={district.town_a.area.pk}") == 2
    assert listed(client, f"/r/sites/?area={district.town_b.area.pk}") == 0


def test_the_search_box_finds_a_household_by_the_beginning_of_its_code(village, client_of, district):
    found = client_of("village").get("/search?q=120117001201").content.decode()
    other = client_of("village", district.town_b.committees[0]).get("/search?q=120117001201").content.decode()

    assert "120117001201-0001" in found and "120117001201-0001" not in other
