import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from anning.kernel.geo import (
    Datum,
    bounds,
    box_around,
    convert,
    distance_m,
    from_wgs84,
    geodesic,
    haversine_m,
    is_position,
    to_wgs84,
)

SHARED = Path(__file__).parents[2] / "../shared"
SEAT = (117.8283, 39.3282)
china = st.tuples(st.floats(75, 134), st.floats(4, 53))


def shared(path):
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"the reference file {path} is not beside this checkout")
    return json.loads(file.read_text("utf-8"))


@given(china, st.sampled_from(Datum), st.sampled_from(Datum))
def test_a_position_survives_any_conversion_and_back_to_a_tenth_of_a_millimetre(position, source, target):
    back = convert(*convert(*position, source, target), target, source)

    assert distance_m(position, back) < 1e-4


@given(china)
def test_cgcs2000_is_taken_as_wgs84(position):
    assert convert(*position, Datum.CGCS2000, Datum.WGS84) == position


def test_the_shift_in_ninghe_is_about_550_metres_to_the_east_and_north():
    shifted = from_wgs84(*SEAT, Datum.GCJ02)

    assert 540 < distance_m(SEAT, shifted) < 565
    assert shifted[0] > SEAT[0] and shifted[1] > SEAT[1]


def test_bd09_lies_well_beyond_gcj02():
    assert 800 < distance_m(from_wgs84(*SEAT, Datum.GCJ02), from_wgs84(*SEAT, Datum.BD09)) < 1200


def test_a_place_abroad_is_not_shifted():
    assert to_wgs84(24.94, 60.17, Datum.GCJ02) == (24.94, 60.17)


def test_the_boundary_in_gcj02_falls_on_the_boundary_in_wgs84():
    given_gcj = shared("data/geo/ninghe_boundary_GCJ02.geojson")["features"][0]["geometry"]
    expected = shape(next(
        f["geometry"] for f in shared("data/geo/ninghe_boundary.geojson")["features"] if f["properties"]["default"]
    ))  # fmt: skip
    moved = shape({
        "type": "MultiPolygon",
        "coordinates": [
            [[to_wgs84(*position[:2], Datum.GCJ02) for position in ring] for ring in polygon]
            for polygon in given_gcj["coordinates"]
        ],
    })  # fmt: skip

    overlap = moved.intersection(expected).area / moved.union(expected).area
    assert overlap > 0.995
    assert moved.bounds == pytest.approx(expected.bounds, abs=1e-5)  # about a metre


def test_geodesic_distances_and_azimuths_agree_with_the_reference():
    case = shared("validation/geodesic-ninghe.json")

    for pair, metres, azimuth in zip(
        case["input"]["lonlat_pairs"], case["expected"]["distance_m"], case["expected"]["azimuth_deg"], strict=True
    ):
        start, end = tuple(pair[:2]), tuple(pair[2:])
        assert geodesic(start, end) == (
            pytest.approx(metres, abs=0.001),
            pytest.approx(azimuth, abs=1e-6),
        )
        assert haversine_m(start, end) == pytest.approx(metres, rel=0.005)


@given(china, china)
def test_the_sphere_is_near_enough_to_the_ellipsoid(start, end):
    assert haversine_m(start, end) == pytest.approx(distance_m(start, end), rel=0.006, abs=1e-3)


def test_a_quarter_of_the_equator_and_of_a_meridian_have_their_known_lengths():
    assert distance_m((0, 0), (90, 0)) == pytest.approx(10_018_754.171, abs=0.01)
    assert distance_m((0, 0), (0, 90)) == pytest.approx(10_001_965.729, abs=0.01)
    assert distance_m(SEAT, SEAT) == 0


def test_opposite_points_are_refused():
    with pytest.raises(ValueError, match="opposite"):
        geodesic((0, 0), (179.7, 0.3))


@given(china, st.floats(1, 50_000), st.floats(0, 1), st.floats(0, 1))
def test_the_box_holds_whatever_is_within_the_radius(centre, radius, across, along):
    west, south, east, north = box_around(centre, radius)
    outside = (west - (east - west) * across - 1e-9, south + (north - south) * along)

    assert west < centre[0] < east and south < centre[1] < north
    assert distance_m(centre, outside) > radius
    assert distance_m(centre, (centre[0], north)) >= radius


def test_a_box_at_the_pole_holds_every_longitude():
    assert box_around((0, 89.9999), 1000)[0::2] == (-180, 180)


def test_bounds_hold_all_positions():
    assert bounds([(117.2, 39.1), (118.0, 39.0), (117.5, 39.6)]) == (117.2, 39.0, 118.0, 39.6)
    assert is_position(*SEAT) and not is_position(39.33, 117.83)


@pytest.mark.parametrize(
    ("one", "datum", "other", "its_datum"),
    [
        ((121.5272106, 31.1774276), Datum.WGS84, (121.531541859215, 31.17530398364597), Datum.GCJ02),  # Shanghai
        ((113.912316, 22.543847), Datum.WGS84, (113.9171764808363, 22.540796131694766), Datum.GCJ02),  # Shenzhen
        ((116.377817, 39.911954), Datum.WGS84, (116.38404722455657, 39.91334545536069), Datum.GCJ02),  # Beijing
        ((116.404, 39.915), Datum.WGS84, (116.41024449916938, 39.91640428150164), Datum.GCJ02),
        ((116.404, 39.915), Datum.GCJ02, (116.41036949371029, 39.92133699351021), Datum.BD09),
        ((116.404, 39.915), Datum.WGS84, (116.41662724378733, 39.922699552216216), Datum.BD09),
    ],
)
def test_published_pairs_are_met_within_a_metre_both_ways(one, datum, other, its_datum):
    """Source: the tests of googollee/eviltransform (first three) and of wandergis/coordtransform, and their ports."""
    assert distance_m(convert(*one, datum, its_datum), other) < 1
    assert distance_m(convert(*other, its_datum, datum), one) < 1
