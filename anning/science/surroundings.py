"""How large a shape in degrees is, and what lies within so many metres of it."""

from math import radians, sqrt

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from anning.kernel.geo import FLATTENING, SEMI_MAJOR_M
from anning.science.hilbert import Floats

E2 = FLATTENING * (2 - FLATTENING)  # the square of the ellipsoid's eccentricity
E = sqrt(E2)
QUARTER = 32  # corners of a quarter of a circle: 0.03 % inside of it at most


def area_km2(shape: BaseGeometry) -> float:
    """Return the area on WGS-84, in square kilometres.

    Exact but for edges, which are straight in degrees: of no account in a district.

    Source: Snyder (1987), Map projections, USGS Professional Paper 1395, eqs. 3-12 and 10-17 (cylindrical equal area).
    """
    return float(shapely.transform(shape, _equal_area).area) / 1e6


def around(shape: BaseGeometry, metres: float) -> BaseGeometry:
    """Return what lies within ``metres`` of a point, line or polygon, as a polygon or several, in degrees.

    Metres are laid out at the middle of the shape; towards its northern and southern ends they stray from east to
    west by tan(latitude) times the angle: 0.5 % of ``metres`` for a shape 70 km tall at 39 degrees north.
    Raises ValueError for a negative distance, an empty shape, or one that reaches the poles.
    """
    if metres < 0 or shape.is_empty:
        raise ValueError("nothing lies around this")
    _west, south, _east, north = shape.bounds
    latitude = (south + north) / 2
    if max(abs(south), abs(north)) > 85:
        raise ValueError("this reaches the poles")
    scale = _metres_a_degree(latitude)
    flat = shapely.transform(shape, lambda spots: spots * scale)
    return shapely.transform(shapely.buffer(flat, metres, quad_segs=QUARTER), lambda spots: spots / scale)


def _metres_a_degree(latitude: float) -> Floats:
    """Return the length of a degree to the east and to the north."""
    root = sqrt(1 - E2 * np.sin(radians(latitude)) ** 2)
    east, north = SEMI_MAJOR_M / root * np.cos(radians(latitude)), SEMI_MAJOR_M * (1 - E2) / root**3
    return np.radians([east, north])


def _equal_area(spots: NDArray[np.float64]) -> Floats:
    sine = np.sin(np.radians(spots[:, 1]))
    q = (1 - E2) * (sine / (1 - E2 * sine**2) + np.arctanh(E * sine) / E)
    return np.column_stack([SEMI_MAJOR_M * np.radians(spots[:, 0]), SEMI_MAJOR_M * q / 2])
