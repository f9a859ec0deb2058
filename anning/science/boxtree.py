"""The tree of boxes over sorted points: runs of ``LEAF`` points, ``FAN`` neighbours to a node, up to one root.

A box is its middle and its reach (half its size), in degrees. Levels are padded to whole families with boxes beyond
the globe, so that the children of node ``i`` are always ``i * FAN`` and the next ``FAN - 1``.
"""

from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from anning.science.hilbert import Floats

Indices: TypeAlias = NDArray[np.int64]

LEAF = 16
FAN = 4
SLACK = 1e-9  # degrees, 0.1 mm: rounding never calls a touched box untouched
NOWHERE = 1e6  # degrees: no shape reaches there


def sizes(points: int) -> list[int]:
    """Return the number of nodes on each level, the root first."""
    found = [-(-points // LEAF)]
    while found[0] > 1:
        found[0] = -(-found[0] // FAN) * FAN
        found.insert(0, found[0] // FAN)
    return found


def build(x: Floats, y: Floats) -> Floats:
    """Return the boxes of all levels, the root first, as four rows: middle x, middle y, reach x, reach y."""
    levels: list[Floats] = []
    edges = np.stack([-x, -y, x, y])  # the greatest of each: minus west, minus south, east, north
    step = LEAF
    for size in reversed(sizes(len(x))):
        edges = np.maximum.reduceat(edges, np.arange(0, edges.shape[1], step), axis=1)
        edges = np.pad(edges, ((0, 0), (0, size - edges.shape[1])), constant_values=-np.inf)
        levels.insert(0, edges)
        step = FAN
    edges = np.concatenate(levels, axis=1)
    edges[:, np.isinf(edges[0])] = [[-NOWHERE], [-NOWHERE], [NOWHERE], [NOWHERE]]
    west, south, east, north = -edges[0], -edges[1], edges[2], edges[3]
    return np.stack([(west + east) / 2, (south + north) / 2, (east - west) / 2, (north - south) / 2])


def edges_of(shape: BaseGeometry) -> Floats:
    """Return the edges of all rings of a polygon or several, as boxes are: middle, and half the way from it."""
    corners, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shape)), return_index=True)
    same = ring[1:] == ring[:-1]
    start, end = corners[:-1][same].T, corners[1:][same].T
    return np.concatenate([(start + end) / 2, (end - start) / 2])


def touch(boxes: Floats, edges: Floats) -> NDArray[np.bool_]:
    """Whether each edge touches the box beside it (no axis, theirs or its own, separates them)."""
    away_x, away_y = np.abs(edges[0] - boxes[0]), np.abs(edges[1] - boxes[1])
    reach_x, reach_y = boxes[2] + SLACK, boxes[3] + SLACK
    run_x, run_y = np.abs(edges[2]), np.abs(edges[3])
    turned = np.abs((edges[0] - boxes[0]) * edges[3] - (edges[1] - boxes[1]) * edges[2])
    beside = (away_x <= reach_x + run_x) & (away_y <= reach_y + run_y)
    return np.asarray(beside & (turned <= reach_x * run_y + reach_y * run_x))


def children(nodes: Indices) -> Indices:
    """Return the children of the nodes, family after family."""
    return (nodes[:, None] * FAN + np.arange(FAN)).ravel()


def spread(starts: Indices, ends: Indices) -> Indices:
    """Return all whole numbers of the half-open runs, run after run."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.arange(lengths.sum()) + np.repeat(starts - before, lengths))
