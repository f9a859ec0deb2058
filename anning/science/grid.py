"""Points on the ground, sorted once, asked often: which lie inside a shape, which are nearest.

The points are sorted along a Hilbert curve under a tree of boxes, so the grid is fine where people live densely and
coarse over fields. A question goes from coarse to fine: what no edge of the shape touches is inside or outside as a
whole, by the test of one point; only the points of the last touched runs are tested one by one.

The boundary does not belong to the inside, as in ``shapely.contains_xy``, whose answer on every single point this is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from anning.kernel.geo import MEAN_RADIUS_M, distance_m
from anning.science import boxtree
from anning.science.boxtree import FAN, LEAF, Indices, children, spread
from anning.science.hilbert import Floats, hilbert_order

Flags: TypeAlias = NDArray[np.bool_]

PARTS = ("longitude", "latitude", "order", "boxes")
SPHERE_ERROR = 1.0125  # two distances compare on the sphere as on the ellipsoid, when they differ by more than this


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Sorted points and the boxes over them. The arrays may be memory-mapped; nothing writes to them."""

    longitude: Floats  # degrees, along the curve
    latitude: Floats
    order: Indices  # the original index of each sorted point
    boxes: Floats

    @classmethod
    def build(cls, longitude: ArrayLike, latitude: ArrayLike) -> Self:
        """Sort the points (degrees). Raises ValueError for unequal lengths or a coordinate that is not finite."""
        x, y = np.asarray(longitude, np.float64), np.asarray(latitude, np.float64)
        if x.ndim != 1 or x.shape != y.shape:
            raise ValueError(f"one latitude for each longitude, not {x.shape} and {y.shape}")
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise ValueError("a coordinate is not a finite number")
        order = hilbert_order(x, y)
        x, y = x[order], y[order]
        return cls(x, y, order, boxtree.build(x, y) if len(x) else np.empty((4, 0)))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the arrays that ``save`` wrote. Raises OSError or ValueError when they are missing or cut off."""
        grid = cls(*(np.load(folder / f"{part}.npy", mmap_mode="r") for part in PARTS))
        whole = grid.longitude.shape == grid.latitude.shape == grid.order.shape == (len(grid),)
        if not whole or grid.boxes.shape != (4, sum(boxtree.sizes(len(grid)))):
            raise ValueError(f"the arrays in {folder} do not belong together")
        return grid

    def save(self, folder: Path) -> None:
        """Write the arrays into an existing folder."""
        for part in PARTS:
            np.save(folder / f"{part}.npy", getattr(self, part))

    def __len__(self) -> int:
        return len(self.order)

    def inside(self, shape: BaseGeometry) -> Indices:
        """Return the original indices of the points inside a polygon or several, in no particular order.

        Raises ValueError for a shape that has no inside: points, lines, collections.
        """
        return self.order[spread(*self._runs(shape))]

    def count(self, shape: BaseGeometry, *weights: NDArray[Any]) -> tuple[int, ...]:
        """Return how many points lie inside, and the sum over them of each weight (given in original order)."""
        starts, ends = self._runs(shape)
        number = int((ends - starts).sum())
        found = self.order[spread(starts, ends)] if weights else None
        return number, *(int(weight[found].sum()) for weight in weights)

    def nearest(self, longitude: float, latitude: float, k: int, keep: Flags | None = None) -> tuple[Indices, Floats]:
        """Return the original indices and geodesic distances (m) of the ``k`` nearest points, nearest first.

        Fewer when there are fewer. ``keep`` (in original order) says which points count at all.
        """
        kept = np.ones(len(self), np.bool_) if keep is None else keep[self.order]
        k = min(k, int(kept.sum()))
        if k <= 0:
            return np.empty(0, np.int64), np.empty(0)
        near = self._neighbours(longitude, latitude, k, kept)
        rough = _sphere_m(longitude, latitude, self.longitude[near], self.latitude[near])
        near = near[rough <= np.partition(rough, k - 1)[k - 1] * SPHERE_ERROR]
        places = zip(self.longitude[near].tolist(), self.latitude[near].tolist(), strict=True)
        metres = np.array([distance_m((longitude, latitude), place) for place in places])
        first = np.lexsort((self.order[near], metres))[:k]
        return self.order[near[first]], metres[first]

    def _levels(self) -> Iterator[tuple[Floats, int]]:
        """Yield the boxes of each level and how many points one of them holds, the root first."""
        counts = boxtree.sizes(len(self))
        end = 0
        for depth, size in enumerate(counts, 1):
            yield self.boxes[:, end : end + size], LEAF * FAN ** (len(counts) - depth)
            end += size

    def _runs(self, shape: BaseGeometry) -> tuple[Indices, Indices]:
        """Return the starts and ends of the runs of sorted points inside."""
        if shape.geom_type not in ("Polygon", "MultiPolygon"):
            raise ValueError(f"a {shape.geom_type} has no inside")
        if not len(self) or shape.is_empty:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        shapely.prepare(shape)
        edges = boxtree.edges_of(shape)
        nodes = np.zeros(1, np.int64)
        owner, edge = np.zeros(edges.shape[1], np.int64), np.arange(edges.shape[1])  # pairs that may touch
        starts, ends = [], []
        for boxes, width in self._levels():
            hit = boxtree.touch(boxes[:, nodes[owner]], edges[:, edge])
            owner, edge = owner[hit], edge[hit]
            touched = np.zeros(len(nodes), np.bool_)
            touched[owner] = True
            whole = self._tested(shape, nodes[~touched] * width)
            starts.append(whole)
            ends.append(np.minimum(whole + width, len(self)))
            owner, nodes = (np.cumsum(touched) - 1)[owner], nodes[touched]
            if width > LEAF:
                nodes, owner, edge = children(nodes), children(owner), np.repeat(edge, FAN)
        single = self._tested(shape, spread(nodes * LEAF, nodes * LEAF + LEAF))
        return np.concatenate([*starts, single]), np.concatenate([*ends, single + 1])

    def _tested(self, shape: BaseGeometry, points: Indices) -> Indices:
        """Return those of the sorted points that exist and lie inside."""
        points = points[points < len(self)]
        return np.asarray(points[shapely.contains_xy(shape, self.longitude[points], self.latitude[points])])

    def _neighbours(self, longitude: float, latitude: float, k: int, kept: Flags) -> Indices:
        """Return sorted points that count and among which the ``k`` nearest surely are."""
        nodes = np.zeros(1, np.int64)
        totals = np.concatenate([[0], np.cumsum(kept)])
        for boxes, width in self._levels():
            ends = np.minimum(nodes * width + width, len(self))
            number = totals[ends] - totals[np.minimum(nodes * width, len(self))]
            nodes, number = nodes[number > 0], number[number > 0]
            x, y, reach_x, reach_y = boxes[:, nodes]
            middle = _sphere_m(longitude, latitude, x, y)
            widest = np.cos(np.radians(np.maximum(np.abs(y) - reach_y, 0)))
            reach = MEAN_RADIUS_M * np.radians(
                reach_y + reach_x * widest
            )  # along meridian and parallel: never too short
            by_far = np.argsort(middle + reach)
            enough = by_far[np.searchsorted(np.cumsum(number[by_far]), k)]
            nodes = nodes[middle - reach <= (middle[enough] + reach[enough]) * SPHERE_ERROR]
            if width > LEAF:
                nodes = children(nodes)
        points = spread(nodes * LEAF, np.minimum(nodes * LEAF + LEAF, len(self)))
        return points[kept[points]]


def _sphere_m(longitude: float, latitude: float, x: Floats, y: Floats) -> Floats:
    """Return the distances on the sphere from one position to many, in metres."""
    lon, lat, x, y = np.radians(longitude), np.radians(latitude), np.radians(x), np.radians(y)
    half = np.sin((y - lat) / 2) ** 2 + np.cos(lat) * np.cos(y) * np.sin((x - lon) / 2) ** 2
    return np.asarray(2 * MEAN_RADIUS_M * np.arcsin(np.minimum(1, np.sqrt(half))))
