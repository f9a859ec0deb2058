"""The ground the demo district stands on: the base map, and spots where things can stand inside the right town."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import cos, hypot, radians, sin, sqrt, tau
from random import Random
from typing import Any

from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from anning.accounts.models import Area
from anning.demo.places import Places
from anning.demo.sheets import add_missing, points, read_sheet
from anning.kernel.geo import Position
from anning.registry.models import BaseFeature, HowLocated

METRES_NORTH = 111_000  # a degree of latitude; a degree of longitude is that times the cosine
METRES_EAST = METRES_NORTH * cos(radians(39.35))
SOURCE = "据公开资料示意绘制，误差可达数公里，不作定界依据"
LINES = ("river", "road", "railway")


@dataclass(frozen=True, slots=True)
class Spot:
    """A village, community or park: everything within ``room`` metres of its point is inside the right town."""

    area: Area
    position: Position
    room: int

    def near(self, random: Random, spread_m: float) -> Position:
        """Return a position within ``spread_m`` and the room, rounded to a metre."""
        reach, angle = min(spread_m, self.room) * sqrt(random.random()), tau * random.random()
        longitude, latitude = self.position
        return (
            round(longitude + reach * cos(angle) / METRES_EAST, 5),
            round(latitude + reach * sin(angle) / METRES_NORTH, 5),
        )


@dataclass(frozen=True)
class Ground:
    """Spots by the code of their area, and the sketched areas of the towns."""

    places: Places
    spots: dict[str, Spot]

    @cached_property
    def towns(self) -> dict[str, Polygon | MultiPolygon]:
        """The sketched area of each town by its code."""
        return {row["code"]: _town(row["points"]) for row in read_sheet("town_areas")}

    @cached_property
    def by_town(self) -> dict[str, list[Spot]]:
        """The spots of each town (or park) by its code."""
        found: dict[str, list[Spot]] = {}
        for code, spot in self.spots.items():
            found.setdefault(code[:9], []).append(spot)
        return found

    def spot_at(self, position: Position) -> Spot | None:
        """Return the nearest village of the town that holds ``position``; None outside or in an enclave."""
        here = Point(position)
        for code, area in self.towns.items():
            if area.contains(here):
                return min(self.by_town[code], key=lambda spot: apart_m(spot.position, position))
        return None


def apart_m(one: Position, other: Position) -> float:
    """Return the distance of two positions in the district, in metres, to a few per mille."""
    return hypot((one[0] - other[0]) * METRES_EAST, (one[1] - other[1]) * METRES_NORTH)


def lay_ground(places: Places) -> Ground:
    """Write the base map; return where things can stand."""
    add_missing(_features(places), lambda row: (row.kind, row.name))
    rows = [row for row in read_sheet("areas") if row["room"]]
    return Ground(
        places,
        {
            row["code"]: Spot(
                places.areas[row["code"]], (float(row["longitude"]), float(row["latitude"])), int(row["room"])
            )
            for row in rows
        },
    )


def line_of(name: str) -> list[Position]:
    """Return the points of a river or road by its name."""
    return next(points(row["points"]) for row in read_sheet("basemap") if row["name"] == name)


def _features(places: Places) -> Iterator[BaseFeature]:
    for row in read_sheet("basemap"):
        line = points(row["points"])
        unit = places.units.get(row["unit"])
        yield _feature(
            row["kind"],
            row["name"],
            LineString(line) if row["kind"] in LINES else Polygon(line),
            area=places.areas["120117"],
            grade=row["grade"],
            authority=unit.name if unit else "",
            duty_phone=unit.duty_phone if unit else "",
        )
    for row in read_sheet("town_areas"):
        town = places.areas[row["code"]]
        yield _feature("town", town.name, _town(row["points"]), area=town)


def _feature(kind: str, name: str, shape: BaseGeometry, **facts: Any) -> BaseFeature:
    """Return a feature that stands in the middle of its line or somewhere inside its area."""
    is_line = isinstance(shape, LineString)
    point = shape.interpolate(0.5, normalized=True) if is_line else shape.representative_point()
    return BaseFeature(
        kind=kind,
        name=name,
        shape=mapping(shape),
        longitude=round(point.x, 5),
        latitude=round(point.y, 5),
        how_located=HowLocated.SKETCHED,
        source=SOURCE,
        sensitivity="public",
        **facts,
    )


def _town(text: str) -> Polygon | MultiPolygon:
    """Return the area that ``sketch`` wrote: parts behind ``|``, holes behind ``~``."""
    parts = [Polygon(rings[0], rings[1:]) for rings in ([points(r) for r in p.split("~")] for p in text.split("|"))]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
