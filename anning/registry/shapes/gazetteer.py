"""What the platform already knows of places: where the district lies, which area a point is in, who is called how."""

from collections.abc import Iterable
from functools import cached_property
from statistics import median

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import Point, box, shape
from shapely.geometry.base import BaseGeometry

from anning.accounts.models import Area
from anning.kernel.geo import Datum, Position, distance_m, to_wgs84
from anning.registry.models import BaseFeature

LEAST_PAIRS = 3  # so many places of one name must agree before a datum is doubted
LEAST_GAIN_M = 200
ASKED = (Datum.WGS84, Datum.GCJ02, Datum.BD09)
MARGIN = 0.05  # degrees around the known points, where there is no outline


class Gazetteer:
    """Read once for a file; every question is answered from memory."""

    @cached_property
    def district(self) -> BaseGeometry | None:
        """The outline with its enclaves; without one a box around the known areas; None when nothing is known."""
        kinds = (BaseFeature.Kind.OUTLINE, BaseFeature.Kind.ENCLAVE)
        rows = BaseFeature.objects.filter(kind__in=kinds).exclude(shape=None)
        parts = [made for row in rows if (made := _polygon(row.shape)) is not None]
        if parts:
            return shapely.union_all(parts)
        known = list(self.positions.values())
        if len(known) < LEAST_PAIRS:
            return None
        west, south, east, north = shapely.MultiPoint(known).bounds
        return box(west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)

    @cached_property
    def positions(self) -> dict[str, Position]:
        """Known positions by name: areas and base features; names that are not unique are left out."""
        found: dict[str, Position] = {}
        twice: set[str] = set()
        for rows in (Area.objects.exclude(longitude=None), BaseFeature.objects.exclude(longitude=None)):
            for name, longitude, latitude in rows.values_list("name", "longitude", "latitude"):
                if name in found and distance_m(found[name], (longitude, latitude)) > LEAST_GAIN_M:
                    twice.add(name)
                found.setdefault(name, (longitude, latitude))
        return {name: position for name, position in found.items() if name not in twice}

    @cached_property
    def areas(self) -> dict[str, list[Area]]:
        """Areas by code and by name."""
        found: dict[str, list[Area]] = {}
        for area in Area.objects.all():
            found.setdefault(area.code, []).append(area)
            found.setdefault(area.name, []).append(area)
        return found

    def area_at(self, position: Position) -> Area | None:
        """Return the village, town or at last the district that a position lies in, as far as ranges are known."""
        here = Point(position)
        for made, area in self._ranges:
            if made.covers(here):
                return area
        return self._whole

    @cached_property
    def _ranges(self) -> list[tuple[BaseGeometry, Area]]:
        """Ranges of villages, then of towns: the smaller ones first."""
        kinds = (BaseFeature.Kind.VILLAGE, BaseFeature.Kind.TOWN)
        rows = BaseFeature.objects.filter(kind__in=kinds).exclude(shape=None).exclude(area=None).select_related("area")
        found = [(made, row.area) for row in rows if (made := _polygon(row.shape)) is not None and row.area]
        for made, _area in found:
            shapely.prepare(made)
        return sorted(found, key=lambda pair: -len(pair[1].code))

    @cached_property
    def _whole(self) -> Area | None:
        return Area.objects.filter(level=Area.Level.DISTRICT).order_by("code").first()

    def better_datum(self, said: Datum, found: Iterable[tuple[str, Position]]) -> tuple[Datum, int, float] | None:
        """Return the datum that fits known places of the same name clearly better than ``said``.

        ``found`` are names with raw positions. The answer carries how many names agree and how many metres
        ``said`` is off; None when nothing speaks against it.
        """
        pairs = [(raw, self.positions[name]) for name, raw in found if name in self.positions]
        if len(pairs) < LEAST_PAIRS:
            return None
        miss = {d: median(distance_m(to_wgs84(*raw, d), known) for raw, known in pairs) for d in ASKED}
        stated = miss[Datum.WGS84 if said is Datum.CGCS2000 else said]
        best = min(miss, key=lambda datum: miss[datum])
        if miss[best] + LEAST_GAIN_M < stated and miss[best] * 2 < stated:
            return best, len(pairs), stated
        return None


def _polygon(value: object) -> BaseGeometry | None:
    try:
        made: BaseGeometry = shape(value)
    except (ValueError, TypeError, AttributeError, KeyError, ShapelyError):
        return None
    return made if made.geom_type.endswith("Polygon") and made.is_valid else None
