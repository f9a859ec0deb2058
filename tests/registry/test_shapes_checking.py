import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shapely.geometry import LinearRing, box, shape

from anning.kernel.geo import Datum, distance_m, from_wgs84
from anning.registry.shapes.checking import WGS84, Limits, System, check
from anning.registry.shapes.findings import Doubt
from tests.registry.geometry import HOLE, SQUARE, line, point, polygon

SHARED = Path(__file__).parents[2] / "../shared"
DISTRICT = Limits(district=box(116.9, 38.9, 117.2, 39.2))
BOW = [[117.0, 39.0], [117.1, 39.1], [117.1, 39.0], [117.0, 39.1], [117.0, 39.0]]


def troubles(geometry, limits=DISTRICT):
    found = check(geometry, limits)
    assert not found.is_good
    return "\n".join(map(str, found.troubles))


def doubts(geometry, limits=DISTRICT, system=WGS84):
    found = check(geometry, limits, system)
    assert found.is_good, found.troubles
    return [question.doubt for question in found.questions]


def test_a_good_polygon_passes_in_silence_with_a_point_inside():
    found = check(polygon(SQUARE, HOLE), DISTRICT)

    assert found.is_good and not found.questions and not found.notes
    assert shape(found.geometry).contains(shape({"type": "Point", "coordinates": found.point}))


def test_a_polygon_that_crosses_itself_says_where():
    assert "边界自相交，位置 117.050000, 39.050000" in troubles(polygon(BOW))


@pytest.mark.parametrize(
    ("rings", "said"),
    [
        ((SQUARE, [[x + 1, y] for x, y in HOLE]), "内环在外环之外"),
        ((SQUARE, HOLE, [[117.025, 39.025], [117.025, 39.03], [117.03, 39.03], [117.025, 39.025]]), "内环套着内环"),
        (([[117, 39], [117.1, 39], [117, 39]],), "外环顶点太少"),
        (([[117, 39], [117.00001, 39], [117.0000001, 39.0000001], [117, 39]],), "面几乎没有面积"),
    ],
)
def test_what_is_wrong_with_rings_is_named(rings, said):
    assert said in troubles(polygon(*rings))


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "没有图形"),
        ({"type": "Circle", "coordinates": [1, 2]}, "不支持的图形类型“Circle”"),
        ({"type": "Point", "coordinates": []}, "图形是空的"),
        ({"type": "Polygon", "coordinates": []}, "图形是空的"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "图形是空的"),
        ({"type": "LineString", "coordinates": [[117, 39], [float("nan"), 39.1]]}, "NaN 或无穷大）（第 2 个顶点）"),
        ({"type": "LineString", "coordinates": [[117, 39], ["117", 39.1]]}, "坐标不是数字（第 2 个顶点）"),
        ({"type": "LineString", "coordinates": 7}, "坐标的层次不对"),
        ({"type": "Point", "coordinates": [10**400, 39]}, "坐标不是数字"),
        (point(117.0, 139.0 + 180), "坐标超出地球范围"),
        (point(39554321.1, 4356789.2), "坐标是米制的（39554321.100, 4356789.200），不是经纬度"),
        ({"type": "GeometryCollection", "geometries": [point(117, 39), line([117, 39], [118, 39])]}, "几种类型的混合"),
    ],
)
def test_what_is_no_geometry_is_named_with_a_remedy(geometry, said):
    text = troubles(geometry)

    assert said in text and "请" in text


def test_an_open_ring_is_asked_about_and_closed():
    found = check(polygon(SQUARE[:-1]), DISTRICT)

    assert [q.doubt for q in found.questions] == [Doubt.UNCLOSED] and "外环没有闭合" in found.questions[0].text
    assert found.geometry["coordinates"][0][0] == found.geometry["coordinates"][0][-1]


def test_swapped_axes_are_asked_about_and_swapped():
    found = check(polygon([[y, x] for x, y in SQUARE]), DISTRICT)

    assert [q.doubt for q in found.questions] == [Doubt.SWAPPED]
    assert shape(found.geometry).equals(shape(polygon(SQUARE)))


def test_swapped_axes_of_another_datum_are_swapped_before_they_are_converted():
    shifted = from_wgs84(117.05, 39.05, Datum.GCJ02)

    found = check(point(*shifted[::-1]), DISTRICT, System(Datum.GCJ02))

    assert distance_m(found.point, (117.05, 39.05)) < 0.02


def test_metres_of_gauss_kruger_come_back_to_degrees():
    with_zone = check(point(39_504_331.0, 4_323_000.0), Limits(), System(is_projected=True))
    without = check(point(504_331.0, 4_323_000.0), Limits(), System(is_projected=True, meridian=117))

    assert with_zone.point == without.point and distance_m(with_zone.point, (117.05, 39.04)) < 1500


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (point(117.05, 39.05), "坐标是经纬度，不是米制投影"),
        (point(504_331.0, 4_323_000.0), "不知道中央经线"),
        (point(4_323_000.0, -39_504_331.0), "不像高斯-克吕格投影"),
    ],
)
def test_what_is_no_gauss_kruger_is_named(geometry, said):
    found = check(geometry, Limits(), System(is_projected=True))

    assert said in str(found.troubles[0])


def test_what_lies_outside_the_district_is_a_question_with_likely_reasons():
    found = check(point(118.5, 39.0), DISTRICT)

    assert found.is_good and [q.doubt for q in found.questions] == [Doubt.OUTSIDE]
    assert "坐标系选错" in found.questions[0].text and "公里" in found.questions[0].text


def test_a_river_that_leaves_the_district_is_not_asked_about():
    assert doubts(line([117.0, 39.0], [118.5, 39.0])) == []


def test_without_a_known_outline_nothing_lies_outside():
    assert doubts(point(80.0, 40.0), Limits()) == []


def test_heights_doubled_vertices_and_clockwise_rings_are_mended_and_said():
    ring = [[x, y, 3.5] for x, y in SQUARE[::-1]]
    ring.insert(1, ring[0])

    found = check(polygon(ring), DISTRICT)

    assert found.geometry == polygon(found.geometry["coordinates"][0]) and not found.questions
    assert LinearRing(found.geometry["coordinates"][0]).is_ccw
    assert "；".join(found.notes) == "只保留经度和纬度，去掉了高程；去掉了 1 个重复的顶点；已按右手规则调整环的方向"


def test_a_huge_geometry_is_offered_in_simpler_form_with_its_tolerance():
    wave = [[117 + n / 10_000, 39 + (n % 2) / 1_000_000] for n in range(1000)]

    found = check(line(*wave), Limits(vertices=100))

    assert [q.doubt for q in found.questions] == [Doubt.HUGE]
    assert "有 1000 个顶点，超过上限 100 个" in found.questions[0].text and "按 1 米容差" in found.questions[0].answer
    assert len(found.geometry["coordinates"]) <= 100


def test_what_cannot_be_simplified_enough_is_trouble():
    comb = [[117 + n / 1000, 39 + (n % 2) / 10] for n in range(300)]

    assert "简化也达不到" in troubles(line(*comb), Limits(vertices=100))


@given(st.recursive(st.none() | st.floats() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=5)))
def test_no_coordinates_whatever_break_the_check(coordinates):
    for kind in ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"):
        found = check({"type": kind, "coordinates": coordinates}, DISTRICT)

        assert found.is_good or found.troubles


@example([(116.0, 38.0), (117.0, 38.0), (116.0, 38.00000000000001)])
@given(st.lists(st.tuples(st.floats(116, 118), st.floats(38, 40)), min_size=3, max_size=12))
def test_what_passes_is_valid_and_turned_by_the_right_hand(positions):
    found = check(polygon([list(p) for p in positions]), DISTRICT)

    if found.is_good:
        made = shape(found.geometry)
        assert made.geom_type == "Polygon" and made.is_valid and made.exterior.is_ccw


def reference(name):
    file = SHARED / "data/geo" / name
    if not file.exists():
        pytest.skip(f"the reference file {name} is not beside this checkout")
    return json.loads(file.read_text("utf-8"))["features"]


def test_the_boundary_in_gcj02_comes_back_onto_the_one_in_wgs84():
    raw = next(iter(reference("ninghe_boundary_GCJ02.geojson")))["geometry"]
    known = next(f for f in reference("ninghe_boundary.geojson") if f["properties"].get("default"))["geometry"]

    found = check(raw, Limits(vertices=100_000), System(Datum.GCJ02))

    ours, theirs = shape(found.geometry), shape(known)
    overlap = ours.intersection(theirs).area / ours.union(theirs).area
    assert overlap >= 0.99
    assert ours.bounds == pytest.approx(theirs.bounds, abs=1e-5)
