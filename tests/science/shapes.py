"""Random points and shapes in a district: clustered villages; stars with holes, thin corridors, several pieces."""

from typing import Any

import numpy as np
import shapely

WEST, SOUTH, WIDE = 117.3, 39.1, 0.6


def people(number: int, seed: int = 0) -> tuple[Any, Any]:
    """Return positions around sixty villages, a tenth of them on a lattice whose lines shapes like to follow."""
    chance = np.random.default_rng(seed)
    villages = chance.uniform(0, 1, (60, 2))
    spots = villages[chance.integers(0, 60, number)] + chance.normal(0, 0.02, (number, 2))
    spots[: number // 10] = chance.integers(0, 21, (number // 10, 2)) / 20
    return WEST + WIDE * spots[:, 0], SOUTH + WIDE * spots[:, 1]


def star(chance: Any, corners: int, radius: float) -> Any:
    """Return a rough ring around somewhere; valid, as its angles grow."""
    middle = chance.uniform(0.1, 0.9, 2)
    angles = np.sort(chance.uniform(0, 2 * np.pi, corners))
    reach = radius * chance.uniform(0.4, 1, corners)
    spots = middle + np.c_[reach * np.cos(angles), reach * np.sin(angles)]
    return shapely.make_valid(shapely.Polygon(np.array([WEST, SOUTH]) + WIDE * spots))


def corridor(chance: Any) -> Any:
    """Return a strip of one to a hundred metres along a crooked line across the district."""
    way = np.array([WEST, SOUTH]) + WIDE * chance.uniform(0, 1, (int(chance.integers(2, 9)), 2))
    return shapely.buffer(shapely.LineString(way), 10 ** chance.uniform(-5, -3), quad_segs=2)


def lattice_box(chance: Any) -> Any:
    """Return a box whose sides run through points of the lattice."""
    west, south = chance.integers(0, 15, 2) / 20
    side = chance.integers(1, 6) / 20
    return shapely.box(*(np.array([WEST, SOUTH] * 2) + WIDE * np.array([west, south, west + side, south + side])))


def random_shape(seed: int) -> Any:
    """Return a polygon or several, with holes and corridors, always the same for one seed."""
    chance = np.random.default_rng(seed)
    shape = star(chance, int(chance.integers(3, 300)), chance.uniform(0.02, 0.6))
    if seed % 2:
        shape = shape.union(corridor(chance))
    if seed % 3 == 0:
        shape = shape.difference(corridor(chance))
    for _ in range(seed % 4):
        shape = shape.difference(star(chance, int(chance.integers(3, 40)), chance.uniform(0.01, 0.2)))
    if seed % 5 == 0:
        shape = shape.union(lattice_box(chance))
    pieces = [piece for piece in shapely.get_parts(shape) if piece.geom_type == "Polygon"]
    return pieces[0] if len(pieces) == 1 else shapely.MultiPolygon(pieces)
