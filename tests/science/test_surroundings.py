"""Areas and distances around shapes agree with geodesics."""

import numpy as np
import pytest
import shapely

from anning.kernel.geo import distance_m
from anning.science.surroundings import area_km2, around

RIVER = shapely.LineString([(117.55, 39.13), (117.62, 39.3), (117.7, 39.41), (117.83, 39.6)])


def test_the_whole_globe_has_its_published_area():
    assert area_km2(shapely.box(-180, -90, 180, 90)) == pytest.approx(510_065_621.7, rel=1e-9)


def test_a_small_square_is_as_large_as_its_sides_say():
    square = shapely.box(117.5, 39.3, 117.51, 39.31)

    wide, tall = distance_m((117.5, 39.305), (117.51, 39.305)), distance_m((117.5, 39.3), (117.5, 39.31))
    assert area_km2(square) == pytest.approx(wide * tall / 1e6, rel=1e-5)


def test_holes_do_not_count():
    field = shapely.box(117.5, 39.3, 117.6, 39.4)
    pond = shapely.box(117.52, 39.32, 117.54, 39.34)

    assert area_km2(field.difference(pond)) == pytest.approx(area_km2(field) - area_km2(pond))


@pytest.mark.parametrize("metres", [50, 1000, 5000])
def test_around_a_point_is_a_geodesic_circle(metres):
    circle = around(shapely.Point(117.82, 39.33), metres)

    edge = shapely.get_coordinates(circle)
    assert [distance_m((117.82, 39.33), tuple(spot)) for spot in edge] == pytest.approx([metres] * len(edge), rel=1e-3)


def test_along_a_long_river_the_distance_holds_to_half_a_percent():
    strip = around(RIVER, 1000)

    line = shapely.segmentize(RIVER, 0.0002)
    edge = shapely.get_coordinates(shapely.segmentize(strip.exterior, 0.02))
    for spot in edge[::7]:
        near = min(distance_m(tuple(spot), tuple(place)) for place in _close(line, spot))
        assert near == pytest.approx(1000, rel=5e-3)


def _close(line, spot):
    places = shapely.get_coordinates(line)
    far = np.hypot((places[:, 0] - spot[0]) * 0.77, places[:, 1] - spot[1])
    return places[np.argsort(far)[:20]]


def test_nothing_around_a_polygon_is_the_polygon():
    square = shapely.box(117.5, 39.3, 117.6, 39.4)

    assert around(square, 0).symmetric_difference(square).area < 1e-12


@pytest.mark.parametrize(
    ("shape", "metres"), [(shapely.Point(117, 39), -1), (shapely.Polygon(), 10), (shapely.Point(0, 89), 10)]
)
def test_what_has_no_surroundings_is_refused(shape, metres):
    with pytest.raises(ValueError):
        around(shape, metres)
