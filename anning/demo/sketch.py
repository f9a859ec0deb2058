"""Draw the sketched town areas and place the villages: ``python -m anning.demo.sketch`` rewrites two sheets.

The town areas are the cells of a Voronoi diagram of the towns' seats (and a few more points that shape them), cut to
the outline, without the enclaves. Villages stand inside their town, off the lake, apart from each other, with ``room``
metres to the nearest edge: whatever is scattered within that distance is inside the right town too. All of it is 示意.
"""

import csv
from collections.abc import Iterable, Iterator
from math import cos, exp, radians
from random import Random

import shapely
from shapely import MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from anning.demo.sheets import FOLDER, points, read_sheet

LATITUDE = 39.35  # of the middle of the district
METRES = 111_000  # a degree of latitude, near enough for a sketch
GRID = 0.001  # degrees, of everything drawn here
EDGE_M = 300  # no village nearer to the edge of its town
WIDEST_M = 1500  # the most room that a village is given
TRIES = 400  # places looked at for one village
PARK_M = 700  # around the point of a park
URBAN_M = 1800  # communities stand this near to the seat


def main() -> None:
    """Rewrite ``town_areas.csv`` and the positions in ``areas.csv``."""
    towns = town_areas()
    _write("town_areas", ({"code": code, "points": _told(area)} for code, area in towns.items()))
    _write("areas", list(_placed(towns)))


def town_areas() -> dict[str, BaseGeometry]:
    """Return the sketched area of each town by its code, in degrees."""
    outline, enclaves = shapes("outline")[0], shapely.union_all(shapes("enclave"))
    seeds = [(row["code"], Point(place)) for row in read_sheet("towns") for place in points(row["seeds"])]
    cells = shapely.voronoi_polygons(
        MultiPoint([_flat(point) for _code, point in seeds]), extend_to=_flat(outline), ordered=True
    )
    own: dict[str, list[BaseGeometry]] = {}
    for (code, _point), cell in zip(seeds, cells.geoms, strict=True):
        own.setdefault(code, []).append(_round(cell))
    ours = outline.difference(enclaves)
    whole = {code: shapely.union_all(parts).intersection(ours) for code, parts in own.items()}
    return {code: _without_slivers(shapely.set_precision(area, GRID)) for code, area in whole.items()}


def shapes(kind: str) -> list[Polygon]:
    """Return the polygons of one kind on the base map."""
    return [Polygon(points(row["points"])) for row in read_sheet("basemap") if row["kind"] == kind]


def _placed(towns: dict[str, BaseGeometry]) -> Iterator[dict[str, str]]:
    """Yield the rows of ``areas.csv`` with the seats of the towns and new places for the villages."""
    lakes = shapely.union_all(shapes("lake"))
    free = {code: _flat(area.difference(lakes)) for code, area in towns.items()}
    taken: dict[str, list[Point]] = {code: [] for code in towns}
    parks = {row["code"]: row for row in read_sheet("parks")}
    seats = {row["code"]: points(row["seeds"])[0] for row in read_sheet("towns")}
    for row in read_sheet("areas"):
        code = row["code"]
        if code in seats:
            row["longitude"], row["latitude"] = (f"{degree:.3f}" for degree in seats[code])
        if code in parks:
            row["longitude"], row["latitude"] = parks[code]["longitude"], parks[code]["latitude"]
            row["room"] = str(PARK_M)
        if (town := code[:9]) in towns and len(code) == 12:
            near = _flat(Point(seats[town])) if row["kind"] == "社区" else None
            place = _place(Random(code), free[town], taken[town], near)  # noqa: S311 - a sketch
            taken[town].append(place)
            longitude, latitude = _round(place).coords[0]
            row["longitude"], row["latitude"] = f"{longitude:.3f}", f"{latitude:.3f}"
            kept = _flat(Point(float(row["longitude"]), float(row["latitude"])))
            row["room"] = str(int(min(WIDEST_M, shapely.boundary(free[town]).distance(kept))) - 50)
        yield row


def _place(random: Random, free: BaseGeometry, taken: list[Point], near: Point | None) -> Point:
    """Return the best of many places: far from the others, for a community near the seat."""
    west, south, east, north = (near.buffer(2 * URBAN_M) if near else free).bounds
    within = free.buffer(-EDGE_M)
    tried = (Point(random.uniform(west, east), random.uniform(south, north)) for _ in range(TRIES))
    fitting = [place for place in tried if within.contains(place)]
    return max(fitting, key=lambda place: _worth(place, taken, near))


def _worth(place: Point, taken: list[Point], near: Point | None) -> float:
    apart = min((place.distance(other) for other in taken), default=10_000.0)
    return apart * exp(-((place.distance(near) / URBAN_M) ** 2)) if near else apart


def _flat(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape of degrees in metres, so that near is near in both directions."""
    wide = METRES * cos(radians(LATITUDE))
    return shapely.transform(shape, lambda places: places * (wide, METRES))


def _round(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape of metres in degrees."""
    wide = METRES * cos(radians(LATITUDE))
    return shapely.transform(shape, lambda places: places / (wide, METRES))


def _without_slivers(shape: BaseGeometry) -> BaseGeometry:
    """Leave out slivers that the cutting left."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.area > 5e-4]
    return MultiPolygon(parts) if len(parts) > 1 else parts[0]


def _told(area: BaseGeometry) -> str:
    """Return the rings of an area: a hole follows its part behind ``~``, the next part behind ``|``."""
    parts = getattr(area, "geoms", [area])
    return "|".join("~".join(map(_ring, (part.exterior, *part.interiors))) for part in parts)


def _ring(ring: BaseGeometry) -> str:
    return ";".join(f"{longitude:.3f} {latitude:.3f}" for longitude, latitude in ring.coords)


def _write(name: str, rows: Iterable[dict[str, str]]) -> None:
    kept = list(rows)
    columns = list(dict.fromkeys(column for row in kept for column in row))
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


if __name__ == "__main__":
    main()
