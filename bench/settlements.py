"""Invented people and shapes for the benches of the crowd: villages of several sizes, some farms, rough polygons."""

from typing import Any

import numpy as np
import shapely

WEST, SOUTH, WIDE, TALL = 117.3, 39.1, 0.65, 0.55
MIDDLE = (WEST + WIDE / 2, SOUTH + TALL / 2)


def people(number: int, seed: int = 1) -> tuple[Any, Any]:
    """Return positions: nine in ten around three hundred villages and fifteen towns, the others anywhere."""
    chance = np.random.default_rng(seed)
    places = chance.uniform(0, 1, (315, 2))
    places[300] = 0.5, 0.5  # a town in the middle, where the shapes are
    weights = np.r_[np.full(300, 1.0), np.full(15, 15.0)]
    spread = np.r_[np.full(300, 0.004), np.full(15, 0.015)]
    home = chance.choice(315, number, p=weights / weights.sum())
    spots = places[home] + chance.normal(0, 1, (number, 2)) * spread[home, None]
    apart = chance.random(number) < 0.1
    spots[apart] = chance.uniform(0, 1, (int(apart.sum()), 2))
    return WEST + WIDE * spots[:, 0], SOUTH + TALL * spots[:, 1]


def rough_ring(corners: int, radius: float, roughness: float, seed: int = 2) -> Any:
    """Return a polygon around the middle, ``radius`` degrees wide, whose edge wanders by ``roughness`` of it."""
    chance = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    waves = sum(np.sin(angles * k + chance.uniform(0, 6.3)) / k for k in (2, 3, 5, 8, 13, 21, 34))
    reach = radius * (1 + roughness * (waves + chance.uniform(-0.3, 0.3, corners)))
    spots = np.c_[MIDDLE[0] + 1.3 * reach * np.cos(angles), MIDDLE[1] + reach * np.sin(angles)]
    return shapely.Polygon(spots)


SHAPES = {"town": rough_ring(200, 0.06, 0.15), "coast": rough_ring(2000, 0.2, 0.15)}


def fresh(shape: Any) -> Any:
    """Return a copy that no earlier question has prepared."""
    return shapely.from_wkb(shapely.to_wkb(shape))
