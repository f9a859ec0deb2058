"""Walking the nested lists of GeoJSON coordinates, with suspicion: wrong nesting, NaN, a third dimension."""

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from anning.kernel.geo import Datum, Position, to_wgs84
from anning.registry.shapes.findings import Geometry

DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
Path = tuple[int, ...]  # which part, which ring, which vertex; counted from 0


class BadCoordinates(ValueError):
    """The coordinates are not what the type of the geometry promises; the text says where and why."""


def tidy(geometry: Any) -> tuple[Geometry, bool]:
    """Return the geometry with plain pairs of floats, and whether heights were dropped. Raises BadCoordinates."""
    if not isinstance(geometry, dict):
        raise BadCoordinates(_("没有图形"))
    if geometry.get("type") == "GeometryCollection":
        return tidy(_only_part(geometry))
    kind = geometry.get("type")
    if kind not in DEPTHS:
        raise BadCoordinates(_("不支持的图形类型“%s”") % str(kind)[:20])
    found = _tidy(geometry.get("coordinates"), DEPTHS[kind], ())
    flat = _flattened(found, DEPTHS[kind])
    return _single({"type": kind, "coordinates": flat}), any(len(p) > 2 for p in _leaves(found, DEPTHS[kind]))


def positions(geometry: Geometry) -> Iterator[Position]:
    """Yield every vertex."""
    yield from _leaves(geometry["coordinates"], DEPTHS[geometry["type"]])


def count(geometry: Geometry) -> int:
    """Return how many vertices there are."""
    return sum(1 for _position in positions(geometry))


def moved(geometry: Geometry, move: Callable[[float, float], Position]) -> Geometry:
    """Return the geometry with ``move`` applied to each vertex."""
    return {**geometry, "coordinates": _moved(geometry["coordinates"], DEPTHS[geometry["type"]], move)}


def into_wgs84(geometry: Geometry, datum: Datum) -> Geometry:
    """Return a geometry given in ``datum`` in WGS-84."""
    if datum in (Datum.WGS84, Datum.CGCS2000):
        return geometry
    return moved(geometry, lambda longitude, latitude: to_wgs84(longitude, latitude, datum))


def rounded(geometry: Geometry, digits: int = 7) -> Geometry:
    """Return the geometry with its degrees rounded, in JSON's own lists; 7 digits are a centimetre."""
    coordinates = _rounded(geometry["coordinates"], digits)
    return {"type": geometry["type"], "coordinates": coordinates}


def lines(geometry: Geometry) -> Iterator[tuple[Path, list[Position]]]:
    """Yield every line or ring with where it stands."""
    depth = DEPTHS[geometry["type"]]
    yield from _lines(geometry["coordinates"], depth, ())


def where(path: Path, *, polygon: bool) -> str:
    """Say which part or ring a path names, counted from 1."""
    if not path:
        return ""
    if not polygon:
        return _("第 %s 段") % (path[0] + 1)
    part = _("第 %s 块") % (path[0] + 1) if len(path) > 1 else ""
    ring = path[-1]
    return part + (_("外环") if ring == 0 else _("第 %s 个内环") % ring)


def _only_part(geometry: dict[str, Any]) -> Any:
    parts = geometry.get("geometries")
    if isinstance(parts, list) and len(parts) == 1:
        return parts[0]
    raise BadCoordinates(_("图形是几种类型的混合，请拆分成点、线、面分别导入"))


def _single(geometry: Geometry) -> Geometry:
    """Return a multi-geometry of one part as that part."""
    kind, parts = geometry["type"], geometry["coordinates"]
    if kind.startswith("Multi") and len(parts) == 1:
        return {"type": kind.removeprefix("Multi"), "coordinates": parts[0]}
    return geometry


def _tidy(value: Any, depth: int, path: Path) -> Any:
    if not isinstance(value, list | tuple):
        raise BadCoordinates(_("坐标的层次不对%s") % _at(path))
    if depth:
        return [_tidy(each, depth - 1, (*path, place)) for place, each in enumerate(value)]
    if not value and not path:
        return []
    if len(value) < 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in value[:2]):
        raise BadCoordinates(_("坐标不是数字%s") % _at(path))
    try:
        pair = (float(value[0]), float(value[1]))
    except OverflowError:
        raise BadCoordinates(_("坐标不是数字（无穷大）%s") % _at(path)) from None
    if not (isfinite(pair[0]) and isfinite(pair[1])):
        raise BadCoordinates(_("坐标不是数字（NaN 或无穷大）%s") % _at(path))
    return (*pair, value[2]) if len(value) > 2 else pair


def _at(path: Path) -> str:
    return _("（第 %s 个顶点）") % (path[-1] + 1) if path else ""


def _flattened(value: Any, depth: int) -> Any:
    return [_flattened(each, depth - 1) for each in value] if depth else tuple(value[:2])


def _leaves(value: Any, depth: int) -> Iterator[Any]:
    if depth:
        for each in value:
            yield from _leaves(each, depth - 1)
    elif value:
        yield value


def _moved(value: Any, depth: int, move: Callable[[float, float], Position]) -> Any:
    if depth:
        return [_moved(each, depth - 1, move) for each in value]
    return move(value[0], value[1]) if value else value


def _rounded(value: Any, digits: int) -> Any:
    return round(value, digits) if isinstance(value, int | float) else [_rounded(each, digits) for each in value]


def _lines(value: Any, depth: int, path: Path) -> Iterator[tuple[Path, list[Position]]]:
    if depth == 1:
        yield path, value
    elif depth > 1:
        for place, each in enumerate(value):
            yield from _lines(each, depth - 1, (*path, place))
