"""Projected coordinates of Chinese surveying back to degrees: Gauss-Krüger on CGCS2000, eastings with or without zone.

Source: Karney (2011), Transverse Mercator with an accuracy of a few nanometers, J. Geodesy 85(8), series to n⁴:
below a millimetre within ten degrees of the central meridian. CGCS2000 and WGS-84 share it to a tenth of a millimetre.
"""

from math import asin, atan2, cos, cosh, degrees, sin, sinh

from anning.kernel.geo import FLATTENING, SEMI_MAJOR_M, Position

FALSE_EASTING_M = 500_000.0
ZONE_M = 1_000_000.0  # eastings of GB/T 17798 carry the number of their zone in the millions

N = FLATTENING / (2 - FLATTENING)
RECTIFYING_M = SEMI_MAJOR_M / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
BETA = (
    N / 2 - 2 / 3 * N**2 + 37 / 96 * N**3 - N**4 / 360,
    N**2 / 48 + N**3 / 15 - 437 / 1440 * N**4,
    17 / 480 * N**3 - 37 / 840 * N**4,
    4397 / 161280 * N**4,
)
DELTA = (
    2 * N - 2 / 3 * N**2 - 2 * N**3 + 116 / 45 * N**4,
    7 / 3 * N**2 - 8 / 5 * N**3 - 227 / 45 * N**4,
    56 / 15 * N**3 - 136 / 35 * N**4,
    4279 / 630 * N**4,
)


def meridian_of(easting: float) -> float | None:
    """Return the central meridian that the zone in an easting names, None without a zone.

    Zones 25 to 45 are three degrees wide, 13 to 23 six degrees (GB/T 13989): in China they do not overlap.
    """
    zone = int(easting // ZONE_M)
    if 25 <= zone <= 45:
        return zone * 3.0
    return zone * 6.0 - 3.0 if 13 <= zone <= 23 else None


def from_gauss_kruger(easting: float, northing: float, meridian: float, *, scale: float = 1.0) -> Position:
    """Return longitude and latitude (degrees) of a Gauss-Krüger position.

    easting    m, with false easting 500 000 m; the number of a zone in front is taken off
    northing   m from the equator
    meridian   central meridian, degrees
    scale      scale on the central meridian: 1, or 0.9996 for UTM
    """
    if meridian_of(easting) is not None:
        easting %= ZONE_M
    xi, eta = northing / (scale * RECTIFYING_M), (easting - FALSE_EASTING_M) / (scale * RECTIFYING_M)
    x = xi - sum(b * sin(2 * j * xi) * cosh(2 * j * eta) for j, b in enumerate(BETA, 1))
    y = eta - sum(b * cos(2 * j * xi) * sinh(2 * j * eta) for j, b in enumerate(BETA, 1))
    chi = asin(sin(x) / cosh(y))
    latitude = chi + sum(d * sin(2 * j * chi) for j, d in enumerate(DELTA, 1))
    return meridian + degrees(atan2(sinh(y), cos(x))), degrees(latitude)
