import io

import pytest

from anning.journal.models import Entry
from anning.kernel.geo import Datum, distance_m, from_wgs84
from anning.registry.models import BaseFeature, Facility
from anning.ui.models import ImportBatch
from tests.district import make_area
from tests.registry.geometry import (
    OSM,
    SQUARE,
    archive,
    feature,
    geojson,
    line,
    point,
    polygon,
    shapefile_parts,
)

RIVER = feature(line([117.0, 39.0], [117.05, 39.05]), 名称="蓟运河", 类别="河道")
PUMP = feature(point(117.05, 39.05), 名称="一号泵站", 能力="30立方米/秒")


@pytest.fixture
def browser(client_of, district):
    """A section's officer, who may import into every register of the registry."""
    return client_of("section")


@pytest.fixture
def outline(district):
    shape = polygon(SQUARE)
    return BaseFeature.objects.create(kind="outline", name="宁河区", shape=shape, longitude=117.05, latitude=39.05)


def upload(browser, register, content, name="图形.geojson"):
    file = io.BytesIO(content)
    file.name = name
    answer = browser.post(f"/shapes/{register}/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def dry_run(browser, address, **decisions):
    return browser.get(address, {"datum": "WGS-84", "name_from": "名称", **decisions})


def confirm(browser, address, **decisions):
    return browser.post(address, {"datum": "WGS-84", "name_from": "名称", **decisions})


def test_a_file_is_asked_about_run_dry_imported_and_undone_as_one_batch(
    browser, outline, django_capture_on_commit_callbacks
):
    address = upload(browser, "base-features", geojson(RIVER))

    asked = browser.get(address).content.decode()
    shown = dry_run(browser, address).content.decode()
    assert "坐标系" in asked and "GCJ-02（高德、腾讯）" in asked
    assert "蓟运河" in shown and "河道" in shown and not BaseFeature.objects.filter(kind="river").exists()

    with django_capture_on_commit_callbacks(execute=True):
        answer = confirm(browser, address)
    batch = ImportBatch.objects.get()
    assert answer.headers["Location"] == f"/r/base-features/import/{batch.pk}/"
    river = BaseFeature.objects.get(kind="river")
    assert (river.name, river.how_located, river.shape["type"]) == ("蓟运河", "imported", "LineString")
    assert (batch.state, batch.created, batch.sha256) == ("done", 1, "")
    assert Entry.objects.filter(kind="basefeature.import", cause=batch.uid).count() == 1

    assert browser.post(f"/r/base-features/import/{batch.pk}/undo/").status_code == 302
    assert not BaseFeature.objects.filter(kind="river").exists()


def test_the_coordinate_system_is_never_guessed(browser, outline):
    address = upload(browser, "base-features", geojson(RIVER))

    answer = confirm(browser, address, datum="")

    assert answer.status_code == 422 and "没有选择坐标系" in answer.content.decode()


def test_a_datum_that_was_chosen_is_undone_at_the_door(browser, outline):
    shifted = from_wgs84(117.05, 39.05, Datum.GCJ02)
    address = upload(browser, "facilities", geojson(feature(point(*shifted), 名称="一号泵站")))

    confirm(browser, address, datum="GCJ-02", kind="pump")

    pump = Facility.objects.get()
    assert distance_m((pump.longitude, pump.latitude), (117.05, 39.05)) < 0.02


def test_a_projected_shapefile_takes_its_meridian_from_the_prj(browser, outline):
    ring = [[500_000 + x, 4_323_000 + y] for x, y in ((0, 0), (900, 0), (900, 900), (0, 900), (0, 0))]
    parts = shapefile_parts([("一号泵站", ring)])
    parts["layer.prj"] = 'PROJCS["CGCS2000_3_Degree_GK_CM_117E",PARAMETER["Central_Meridian",117.0]]'
    address = upload(browser, "facilities", archive(parts), "泵站.zip")

    assert confirm(browser, address, datum="GK", kind="pump").status_code == 302

    pump = Facility.objects.get()
    assert 117.0 < pump.longitude < 117.02 and 39.0 < pump.latitude < 39.1 and pump.shape["type"] == "Polygon"


def test_the_same_file_twice_changes_nothing(browser, outline):
    for _time in range(2):
        confirm(browser, upload(browser, "facilities", geojson(PUMP)), kind="pump")

    first, second = ImportBatch.objects.order_by("id")
    assert (first.created, second.created, second.changed, second.unchanged) == (1, 0, 0, 1)
    assert Facility.objects.get().capacity == "30立方米/秒"


def test_one_bad_row_holds_back_the_whole_file_unless_only_the_good_ones_are_wanted(browser, outline):
    crossed = polygon([[117.0, 39.0], [117.1, 39.1], [117.1, 39.0], [117.0, 39.1], [117.0, 39.0]])
    address = upload(browser, "base-features", geojson(RIVER, feature(crossed, 名称="乱湖", 类别="水面")))

    refused = confirm(browser, address)
    assert refused.status_code == 422 and "没有导入任何数据" in refused.content.decode()
    assert "边界自相交" in refused.content.decode() and BaseFeature.objects.count() == 1

    confirm(browser, address, only_good="1")
    assert set(BaseFeature.objects.values_list("name", flat=True)) == {"宁河区", "蓟运河"}
    assert ImportBatch.objects.get().refused == 1


def test_a_question_waits_for_its_answer(browser, outline):
    far = feature(point(119.0, 40.0), 名称="区外泵站")
    address = upload(browser, "facilities", geojson(far))

    refused = confirm(browser, address, kind="pump")
    assert refused.status_code == 422 and "在本区以外约" in refused.content.decode()

    assert confirm(browser, address, kind="pump", yes="1:outside").status_code == 302
    assert Facility.objects.get().name == "区外泵站"


def test_all_questions_of_one_kind_are_answered_at_once(browser, outline):
    swapped = [feature(point(39.05, 117.05 + n / 100), 名称=f"{n}号泵站") for n in range(3)]
    address = upload(browser, "facilities", geojson(*swapped))

    shown = dry_run(browser, address, kind="pump").content.decode()
    assert "经纬度颠倒：全部交换" in shown and "3 行" in shown

    confirm(browser, address, kind="pump", yes_all="swapped")
    assert {round(f.longitude) for f in Facility.objects.all()} == {117}


def test_a_shift_against_known_places_is_asked_about(browser, outline, district):
    villages = [v for town in (district.town_a, district.town_b) for v in town.villages]
    raw = []
    for number, village in enumerate(villages):
        village.longitude, village.latitude = 117.02 + number / 100, 39.05
        village.save()
        raw.append(feature(point(*from_wgs84(village.longitude, 39.05, Datum.GCJ02)), 名称=village.name))
    address = upload(browser, "report-points", geojson(*raw))

    shown = dry_run(browser, address, kind="village").content.decode()
    assert "与本区已知的 4 个同名地点比" in shown and "按 GCJ-02" in shown
    assert confirm(browser, address, kind="village").status_code == 422
    assert "同名地点" not in dry_run(browser, address, kind="village", datum="GCJ-02").content.decode()
    assert confirm(browser, address, kind="village", yes="datum").status_code == 302


def test_pieces_of_one_road_become_one_base_feature(browser, outline):
    second = OSM.replace("</osm>", '<way id="13" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="primary"/>'
                         '<tag k="name" v="津榆公路"/></way></osm>')  # fmt: skip
    address = upload(browser, "base-features", second.encode(), "extract.osm")

    confirm(browser, address, name_from="name", only_good="1")

    road = BaseFeature.objects.get(kind="road")
    assert (road.name, road.grade, road.shape["type"]) == ("津榆公路", "省道", "MultiLineString")
    assert BaseFeature.objects.filter(kind="outline").count() == 2


def test_the_area_of_a_place_follows_from_its_position(browser, outline, district):
    BaseFeature.objects.create(kind="town", name="芦台街道", area=district.town_a.area, shape=polygon(SQUARE))

    confirm(browser, upload(browser, "facilities", geojson(PUMP)), kind="pump")

    assert Facility.objects.get().area == district.town_a.area


def test_positions_of_villages_are_given_by_code_or_name_and_no_village_is_invented(client_of, district):
    admin = client_of("admin")
    make_area("120117001299", "白庙村", "village", district.town_a.area)
    village = district.town_a.villages[0]
    rows = (
        feature(point(117.01, 39.01), 区划代码=village.code + "", 名称="任凤庄"),
        feature(point(117.02, 39.02), 名称="白庙村"),
        feature(point(117.03, 39.03), 名称="无名村"),
    )
    address = upload(admin, "areas", geojson(*rows))

    shown = dry_run(admin, address).content.decode()
    assert "有 2 个同名的区划" in shown and "没有这个区划" in shown

    confirm(admin, address, only_good="1")
    village.refresh_from_db()
    assert (village.longitude, village.latitude) == (117.01, 39.01)


def test_a_file_that_cannot_be_read_keeps_nothing(browser):
    file = io.BytesIO(b"{")
    file.name = "a.geojson"

    answer = browser.post("/shapes/facilities/", {"file": file})

    assert answer.status_code == 422 and "GeoJSON" in answer.content.decode() and not ImportBatch.objects.exists()
    assert browser.post("/shapes/facilities/").status_code == 422


def test_registers_without_positions_take_no_geometry(browser):
    assert browser.get("/shapes/posts/").status_code == 404


def test_a_town_cannot_place_anything_in_another_town(client_of, district):
    town = client_of("town", district.town_b.government)
    address = upload(town, "facilities", geojson(PUMP))

    refused = confirm(town, address, kind="pump", area=district.town_a.area.code)

    assert refused.status_code == 422 and "不在您的管辖范围内" in refused.content.decode()
    assert not Facility.objects.exists()
