"""Coordinates in China, distances and boxes. Degrees, longitude first, as in GeoJSON.

WGS-84 is what GNSS gives and what the platform stores. CGCS2000 (Tianditu, surveying) differs from it by less than a
metre, below our accuracy, and is taken as equal. GCJ-02 (Amap, Tencent) is shifted by about 550 m in Ninghe, BD-09
(Baidu) further. Both shifts are the public formulas found by observation: they agree with the services to about a
metre, and the inverse undoes the forward shift to well below a millimetre.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from math import asin, atan, atan2, cos, degrees, hypot, pi, radians, sin, sqrt, tan

Position = tuple[float, float]
Box = tuple[float, float, float, float]  # west, south, east, north

SEMI_MAJOR_M, FLATTENING = 6_378_137.0, 1 / 298.257223563  # WGS-84
MEAN_RADIUS_M = 6_371_008.8
KRASOVSKY_M, KRASOVSKY_E2 = 6_378_245.0, 0.00669342162296594323  # the ellipsoid of the GCJ-02 formula
BAIDU_PI = pi * 3000 / 180


class Datum(StrEnum):
    """Coordinate systems that data arrives in."""

    WGS84 = "WGS-84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


def to_wgs84(longitude: float, latitude: float, datum: Datum) -> Position:
    """Return the WGS-84 position of a position given in ``datum``."""
    if datum is Datum.BD09:
        longitude, latitude, datum = *_bd09_to_gcj02(longitude, latitude), Datum.GCJ02
    if datum is Datum.GCJ02:
        return _undo(_wgs84_to_gcj02, longitude, latitude)
    return longitude, latitude


def from_wgs84(longitude: float, latitude: float, datum: Datum) -> Position:
    """Return the position in ``datum`` of a WGS-84 position."""
    if datum in (Datum.GCJ02, Datum.BD09):
        longitude, latitude = _wgs84_to_gcj02(longitude, latitude)
    if datum is Datum.BD09:
        return _gcj02_to_bd09(longitude, latitude)
    return longitude, latitude


def convert(longitude: float, latitude: float, source: Datum, target: Datum) -> Position:
    """Return a position of ``source`` in ``target``."""
    return from_wgs84(*to_wgs84(longitude, latitude, source), target)


def is_position(longitude: float, latitude: float) -> bool:
    """Whether these are degrees on the globe."""
    return -180 <= longitude <= 180 and -90 <= latitude <= 90


def haversine_m(start: Position, end: Position) -> float:
    """Return the distance on the sphere, in metres; within 0.5 % of the geodesic, and quick."""
    (lon1, lat1), (lon2, lat2) = ((radians(lon), radians(lat)) for lon, lat in (start, end))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * MEAN_RADIUS_M * asin(min(1.0, sqrt(half)))


def distance_m(start: Position, end: Position) -> float:
    """Return the geodesic distance on WGS-84, in metres; see ``geodesic``."""
    return geodesic(start, end)[0]


def geodesic(start: Position, end: Position) -> tuple[float, float]:
    """Return distance (m) and initial azimuth (degrees clockwise from north, -180 to 180) on WGS-84.

    Below a millimetre inside China. Raises ValueError for nearly opposite points, where the series does not converge.

    Source: Vincenty (1975), Direct and inverse solutions of geodesics on the ellipsoid, Survey Review 23(176).
    """
    (lon1, lat1), (lon2, lat2) = start, end
    u1, u2 = (atan((1 - FLATTENING) * tan(radians(lat))) for lat in (lat1, lat2))
    difference = spread = radians(lon2 - lon1)
    for _ in range(100):
        x = cos(u2) * sin(spread)
        y = cos(u1) * sin(u2) - sin(u1) * cos(u2) * cos(spread)
        sin_sigma, cos_sigma = hypot(x, y), sin(u1) * sin(u2) + cos(u1) * cos(u2) * cos(spread)
        if sin_sigma == 0:
            return 0.0, 0.0
        sigma = atan2(sin_sigma, cos_sigma)
        sin_alpha = cos(u1) * cos(u2) * sin(spread) / sin_sigma
        cos2_alpha = 1 - sin_alpha**2
        cos_2m = cos_sigma - 2 * sin(u1) * sin(u2) / cos2_alpha if cos2_alpha else 0.0
        c = FLATTENING / 16 * cos2_alpha * (4 + FLATTENING * (4 - 3 * cos2_alpha))
        inner = cos_2m + c * cos_sigma * (2 * cos_2m**2 - 1)
        last, spread = spread, difference + (1 - c) * FLATTENING * sin_alpha * (sigma + c * sin_sigma * inner)
        if abs(spread - last) < 1e-12:
            return _length_m(cos2_alpha, cos_2m, sigma), degrees(atan2(x, y))
    raise ValueError(f"no geodesic found between nearly opposite points {start} and {end}")


def box_around(centre: Position, radius_m: float) -> Box:
    """Return a box that holds every point within ``radius_m`` of ``centre`` (for a first cut by index)."""
    longitude, latitude = centre
    polar_m = SEMI_MAJOR_M * (1 - FLATTENING) ** 2  # the smallest radius of curvature: the box is never too small
    tall = degrees(radius_m / polar_m)
    south, north = max(-90.0, latitude - tall), min(90.0, latitude + tall)
    narrowest = cos(radians(max(abs(south), abs(north))))
    wide = min(180.0, degrees(radius_m / (polar_m * narrowest))) if narrowest > 1e-9 else 180.0
    return max(-180.0, longitude - wide), south, min(180.0, longitude + wide), north


def bounds(positions: Iterable[Position]) -> Box:
    """Return the smallest box around the positions. Raises ValueError without any."""
    longitudes, latitudes = zip(*positions, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _length_m(cos2_alpha: float, cos_2m: float, sigma: float) -> float:
    """Return Vincenty's equations 3, 4, 6 and 19: the length of the arc ``sigma``."""
    semi_minor = SEMI_MAJOR_M * (1 - FLATTENING)
    u2 = cos2_alpha * (SEMI_MAJOR_M**2 - semi_minor**2) / semi_minor**2
    a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    last = b / 6 * cos_2m * (4 * sin(sigma) ** 2 - 3) * (4 * cos_2m**2 - 3)
    change = b * sin(sigma) * (cos_2m + b / 4 * (cos(sigma) * (2 * cos_2m**2 - 1) - last))
    return semi_minor * a * (sigma - change)


def _wgs84_to_gcj02(longitude: float, latitude: float) -> Position:
    if not (72.004 <= longitude <= 137.8347 and 0.8293 <= latitude <= 55.8271):
        return longitude, latitude  # the services shift inside this frame only
    x, y = longitude - 105, latitude - 35
    wave = 20 * (sin(6 * pi * x) + sin(2 * pi * x))
    north = (
        -100
        + 2 * x
        + 3 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * sqrt(abs(x))
        + (wave + 20 * sin(pi * y) + 40 * sin(pi * y / 3) + 160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)) * 2 / 3
    )
    east = (
        300
        + x
        + 2 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * sqrt(abs(x))
        + (wave + 20 * sin(pi * x) + 40 * sin(pi * x / 3) + 150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)) * 2 / 3
    )
    root = sqrt(1 - KRASOVSKY_E2 * sin(radians(latitude)) ** 2)
    meridian_m = KRASOVSKY_M * (1 - KRASOVSKY_E2) / root**3
    parallel_m = KRASOVSKY_M / root * cos(radians(latitude))
    return longitude + degrees(east / parallel_m), latitude + degrees(north / meridian_m)


def _gcj02_to_bd09(longitude: float, latitude: float) -> Position:
    radius = hypot(longitude, latitude) + 0.00002 * sin(latitude * BAIDU_PI)
    angle = atan2(latitude, longitude) + 0.000003 * cos(longitude * BAIDU_PI)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def _bd09_to_gcj02(longitude: float, latitude: float) -> Position:
    return _undo(_gcj02_to_bd09, longitude, latitude)


def _undo(shift: Callable[[float, float], Position], longitude: float, latitude: float) -> Position:
    """Return the position that ``shift`` moves to the given one, by fixed-point iteration."""
    x, y = longitude, latitude
    for _ in range(30):
        moved_x, moved_y = shift(x, y)
        miss_x, miss_y = longitude - moved_x, latitude - moved_y
        x, y = x + miss_x, y + miss_y
        if abs(miss_x) < 1e-11 and abs(miss_y) < 1e-11:
            break
    return x, y
