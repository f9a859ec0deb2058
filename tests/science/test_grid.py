"""The grid answers as testing every single point would."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.geo import distance_m
from anning.science.grid import Grid
from tests.science.shapes import people, random_shape

LON, LAT = people(20_000)
GRID = Grid.build(LON, LAT)
INHABITANTS = np.random.default_rng(5).integers(0, 9, len(LON))

small = st.integers(0, 6).map(lambda step: step / 4)
spots = st.lists(st.tuples(small, small), max_size=90)


def by_hand(shape, longitude=LON, latitude=LAT):
    return np.flatnonzero(shapely.contains_xy(shape, longitude, latitude))


@pytest.mark.parametrize("seed", range(200))
def test_inside_equals_brute_force(seed):
    shape = random_shape(seed)
    expected = by_hand(shape)

    assert np.array_equal(np.sort(GRID.inside(shape)), expected)
    assert GRID.count(shape, INHABITANTS) == (len(expected), INHABITANTS[expected].sum())


def test_the_random_shapes_are_not_all_alike():
    shapes = [random_shape(seed) for seed in range(200)]

    assert all(shape.is_valid for shape in shapes)
    assert sum(shape.geom_type == "MultiPolygon" for shape in shapes) > 50
    assert sum(bool(shapely.get_num_interior_rings(shapely.get_parts(shape)).sum()) for shape in shapes) > 50
    assert sum(0 < len(by_hand(shape)) < len(LON) for shape in shapes) > 180


@given(spots, spots)
def test_inside_equals_brute_force_on_touching_lattices(points, corners):
    """Points on corners and edges, repeated points, few points, rings that cross themselves."""
    lon, lat = np.array(points).reshape(-1, 2).T
    hull = shapely.MultiPoint(corners).convex_hull
    rings = [hull] if hull.geom_type == "Polygon" else []
    rings += [shapely.Polygon(corners)] if len(corners) > 3 else []
    grid = Grid.build(lon, lat)

    for shape in rings:
        assert np.array_equal(np.sort(grid.inside(shape)), by_hand(shape, lon, lat))


def test_the_boundary_does_not_belong_to_the_inside():
    grid = Grid.build([0.0, 1.0, 0.5, 0.5], [0.0, 0.5, 0.5, 1.0])

    assert grid.inside(shapely.box(0, 0, 1, 1)).tolist() == [2]


def test_a_shape_around_everything_holds_everything():
    assert GRID.count(shapely.box(110, 30, 120, 50)) == (len(LON),)


@pytest.mark.parametrize("shape", [shapely.Polygon(), shapely.MultiPolygon(), shapely.box(0, 0, 1, 1)])
def test_an_empty_or_distant_shape_holds_nobody(shape):
    assert GRID.inside(shape).size == 0
    assert GRID.count(shape, INHABITANTS) == (0, 0)


@pytest.mark.parametrize("shape", [shapely.Point(117.5, 39.3), shapely.LineString([(117, 39), (118, 40)])])
def test_what_has_no_inside_is_refused(shape):
    with pytest.raises(ValueError, match="no inside"):
        GRID.inside(shape)


def test_without_points_nobody_is_inside_or_near():
    empty = Grid.build([], [])

    assert empty.inside(shapely.box(0, 0, 1, 1)).size == 0
    assert empty.nearest(117.5, 39.3, 5)[0].size == 0


@pytest.mark.parametrize(("lon", "lat"), [([1.0], [1.0, 2.0]), ([np.nan], [1.0]), ([1.0], [np.inf])])
def test_bad_coordinates_are_refused(lon, lat):
    with pytest.raises(ValueError):
        Grid.build(lon, lat)


def nearest_by_hand(longitude, latitude, k, candidates):
    """Rank by the geodesic, among those that a rough measure puts in the first three times k."""
    east = (LON[candidates] - longitude) * np.cos(np.radians(latitude))
    rough = candidates[np.argsort(np.hypot(east, LAT[candidates] - latitude), kind="stable")[: 3 * k + 200]]
    ranked = sorted((distance_m((longitude, latitude), (LON[i], LAT[i])), i) for i in rough.tolist())
    return ranked[:k]


@pytest.mark.parametrize("seed", range(40))
def test_the_nearest_are_in_geodesic_order(seed):
    chance = np.random.default_rng(seed)
    longitude, latitude = chance.uniform(117.2, 118.0), chance.uniform(39.0, 39.8)
    k = int(chance.integers(1, 80))

    found, metres = GRID.nearest(longitude, latitude, k)

    expected = nearest_by_hand(longitude, latitude, k, np.arange(len(LON)))
    assert found.tolist() == [index for _, index in expected]
    assert metres.tolist() == [distance for distance, _ in expected]


def test_only_the_points_that_count_are_near():
    keep = INHABITANTS > 7

    found, _metres = GRID.nearest(117.5, 39.3, 50, keep)

    assert found.tolist() == [index for _, index in nearest_by_hand(117.5, 39.3, 50, np.flatnonzero(keep))]


def test_asking_for_more_than_there_are_gives_all():
    found, metres = Grid.build(LON[:30], LAT[:30]).nearest(117.5, 39.3, 50)

    assert sorted(found.tolist()) == list(range(30))
    assert (np.diff(metres) >= 0).all()


@pytest.mark.parametrize("position", [(0.0, 0.0), (-179.9, 10.0), (117.5, 89.9)])
def test_the_nearest_from_far_away(position):
    found, metres = GRID.nearest(*position, 3)

    every = [distance_m(position, place) for place in zip(LON.tolist(), LAT.tolist(), strict=True)]
    assert metres.tolist() == sorted(every)[:3]
    assert [every[index] for index in found] == metres.tolist()


def test_neighbours_across_the_date_line():
    grid = Grid.build([179.9, -179.9, 170.0], [10.0, 10.0, 10.0])

    assert grid.nearest(-179.99, 10.0, 2)[0].tolist() == [1, 0]


def test_a_saved_grid_is_mapped_and_answers_the_same(tmp_path):
    GRID.save(tmp_path)
    mapped = Grid.load(tmp_path)

    shape = random_shape(7)
    assert isinstance(mapped.longitude, np.memmap)
    assert np.array_equal(mapped.inside(shape), GRID.inside(shape))


@pytest.mark.parametrize("part", ["longitude", "order", "boxes"])
def test_a_damaged_grid_is_refused(tmp_path, part):
    GRID.save(tmp_path)
    file = tmp_path / f"{part}.npy"
    file.write_bytes(file.read_bytes()[:-100])

    with pytest.raises((OSError, ValueError)):
        Grid.load(tmp_path)


def test_arrays_of_two_grids_do_not_load_together(tmp_path):
    GRID.save(tmp_path)
    np.save(tmp_path / "order.npy", np.arange(5))

    with pytest.raises(ValueError, match="belong together"):
        Grid.load(tmp_path)
