"""One geometry in degrees: in WGS-84, clean and usable, or named trouble, or a question for a person."""

from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from anning.kernel.geo import Datum, Position, haversine_m, is_position
from anning.kernel.projection import FALSE_EASTING_M, ZONE_M, from_gauss_kruger, meridian_of
from anning.registry.shapes import coordinates
from anning.registry.shapes.coordinates import BadCoordinates
from anning.registry.shapes.findings import Checked, Doubt, Geometry, Question, Trouble

METRES_A_DEGREE = 111_320.0
TOLERANCES_M = (1, 2, 5, 10, 20, 50, 100, 200)
NEAR_M = 2000  # so far beyond the outline nobody is asked: outlines are coarse
LEAST_AREA_M2 = 0.01
CHINA = (73.0, 3.0, 136.0, 54.0)


@dataclass(frozen=True, slots=True)
class System:
    """The coordinate system of a file: a datum in degrees, or metres of Gauss-Krüger on CGCS2000.

    ``meridian`` is the central meridian for eastings without a zone; those with one carry their own.
    """

    datum: Datum = Datum.WGS84
    is_projected: bool = False
    meridian: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What is asked about: how many vertices a geometry may have, and where the district lies (None: unknown)."""

    vertices: int = 10_000
    district: BaseGeometry | None = None


WGS84 = System()


def check(geometry: Any, limits: Limits, system: System = WGS84) -> Checked:
    """Return a geometry given in ``system`` in WGS-84, cleaned, with its point, troubles, questions and notes.

    What is beyond doubt is mended and noted (heights, doubled vertices, direction of rings). What is not is asked.
    """
    found = Checked()
    try:
        plain, had_heights = coordinates.tidy(geometry)
    except BadCoordinates as error:
        return _stop(found, str(error), _("请在制图软件中检查并重新导出"))
    if not coordinates.count(plain):
        return _stop(found, _("图形是空的"), _("请补画图形，或删除这一行"))
    if had_heights:
        found.notes.append(_("只保留经度和纬度，去掉了高程"))
    if system.is_projected:
        if why := _not_projected(plain, system):
            return _stop(found, *why)
        plain = coordinates.moved(plain, lambda x, y: from_gauss_kruger(x, y, meridian_of(x) or system.meridian or 0))
    if (trouble := _beyond_the_globe(plain)) is not None:
        found.troubles.append(trouble)
        return found
    plain = coordinates.moved(coordinates.into_wgs84(_ask_axes(plain, found), system.datum), _to_the_centimetre)
    plain = _without_doubles(_closed(plain, found), found)
    return _judge(plain, limits, found)


def _judge(plain: Geometry, limits: Limits, found: Checked) -> Checked:
    """Check the shape as a whole."""
    if (trouble := _too_short(plain)) is not None:
        found.troubles.append(trouble)
        return found
    made = shape(plain)
    if (trouble := _invalid(made)) is not None:
        found.troubles.append(trouble)
        return found
    made = _simple_enough(made, limits, found)
    turned = _turned(made)
    if turned is not made:
        found.notes.append(_("已按右手规则调整环的方向"))
    point = _point_of(turned)
    _ask_place(turned, point, limits, found)
    found.geometry = coordinates.rounded(_plain(turned))
    found.point = (round(point[0], 7), round(point[1], 7))
    return found


def _stop(found: Checked, message: str, remedy: str) -> Checked:
    found.troubles.append(Trouble(message, remedy))
    return found


def _not_projected(plain: Geometry, system: System) -> tuple[str, str] | None:
    """Say why numbers are no metres of Gauss-Krüger, or lack a central meridian."""
    for x, y in coordinates.positions(plain):
        if is_position(x, y):
            return _("坐标是经纬度，不是米制投影（%s）") % f"{x:.4f}, {y:.4f}", _("请重新选择坐标系")
        if not (abs(x % ZONE_M - FALSE_EASTING_M) < FALSE_EASTING_M and 0 < y < 1e7):
            why = _("不像高斯-克吕格投影的坐标（%s）") % f"{x:.1f}, {y:.1f}"
            return why, _("请核对是否横纵坐标颠倒，或在制图软件中转为经纬度后再导入")
        if meridian_of(x) is None and system.meridian is None:
            return _("坐标没有带号，不知道中央经线"), _("请问明后填写中央经线，例如 117")
    return None


def _beyond_the_globe(plain: Geometry) -> Trouble | None:
    """Say when numbers are no degrees, and which kind of metres they look like."""
    wrong = next((p for p in coordinates.positions(plain) if not is_position(*p) and not is_position(*p[::-1])), None)
    if wrong is None:
        return None
    shown = f"{wrong[0]:.3f}, {wrong[1]:.3f}"
    if max(map(abs, wrong)) > 1000:
        return Trouble(
            _("坐标是米制的（%s），不是经纬度") % shown,
            _("请选择高斯-克吕格投影，或在制图软件中转为经纬度后再导入"),
        )
    return Trouble(_("坐标超出地球范围（%s）") % shown, _("请检查坐标：经度在前，纬度在后"))


def _ask_axes(plain: Geometry, found: Checked) -> Geometry:
    """Ask when every vertex reads as latitude first: outside China as written, inside when swapped."""
    if not all(_in_china(y, x) and not _in_china(x, y) for x, y in coordinates.positions(plain)):
        return plain
    x, y = next(coordinates.positions(plain))
    found.questions.append(
        Question(
            Doubt.SWAPPED,
            _("坐标像是纬度在前（%(x).4f, %(y).4f），按现在的顺序不在中国境内") % {"x": x, "y": y},
            _("交换经度和纬度后导入"),
        )
    )
    return coordinates.moved(plain, lambda x, y: (y, x))


def _closed(plain: Geometry, found: Checked) -> Geometry:
    """Close rings that are open, and ask."""
    if not plain["type"].endswith("Polygon"):
        return plain
    for path, ring in coordinates.lines(plain):
        if len(ring) < 3 or ring[0] == ring[-1]:
            continue
        found.questions.append(
            Question(
                Doubt.UNCLOSED,
                _("%(where)s没有闭合，首尾相距 %(gap).0f 米")
                % {"where": coordinates.where(path, polygon=True), "gap": haversine_m(ring[0], ring[-1])},
                _("首尾相连后导入"),
            )
        )
        ring.append(ring[0])
    return plain


def _without_doubles(plain: Geometry, found: Checked) -> Geometry:
    dropped = 0
    for _path, line in coordinates.lines(plain):
        if plain["type"] == "MultiPoint":
            break
        kept = [each for place, each in enumerate(line) if place == 0 or each != line[place - 1]]
        dropped += len(line) - len(kept)
        line[:] = kept
    if dropped:
        found.notes.append(_("去掉了 %s 个重复的顶点") % dropped)
    return plain


def _too_short(plain: Geometry) -> Trouble | None:
    polygon = plain["type"].endswith("Polygon")
    if plain["type"].endswith("Point"):
        return None
    for path, line in coordinates.lines(plain):
        if len(set(line)) < (3 if polygon else 2):
            return Trouble(
                _("%s顶点太少，构不成图形") % coordinates.where(path, polygon=polygon),
                _("请补画图形，或删除这一行"),
                line[0] if line else None,
            )
    if polygon and any(not part for part in (plain["coordinates"], *_parts(plain))):
        return Trouble(_("图形是空的"), _("请补画图形，或删除这一行"))
    return None


def _parts(plain: Geometry) -> list[Any]:
    return list(plain["coordinates"]) if plain["type"] == "MultiPolygon" else []


def _invalid(made: BaseGeometry) -> Trouble | None:
    """Name what shapely finds wrong, and where."""
    reason = shapely.is_valid_reason(made)
    if reason == "Valid Geometry":
        return _without_area(made)
    name, _bracket, rest = reason.partition("[")
    at = _position(rest.rstrip("]"))
    texts = {
        "Self-intersection": _("边界自相交"),
        "Ring Self-intersection": _("边界自相交（同一个环碰到自己）"),
        "Hole lies outside shell": _("内环在外环之外"),
        "Holes are nested": _("内环套着内环"),
        "Nested shells": _("几块面互相套叠"),
        "Interior is disconnected": _("内部被内环隔断"),
        "Duplicate Rings": _("有重复的环"),
    }
    text = texts.get(name, _("图形不合规范"))
    place = _("，位置 %(x).6f, %(y).6f") % {"x": at[0], "y": at[1]} if at else ""
    return Trouble(text + place, _("请在制图软件中修正该处后重新导出"), at)


def _without_area(made: BaseGeometry) -> Trouble | None:
    """Name a polygon whose vertices all but lie on one line."""
    for part in shapely.get_parts(made):
        if part.geom_type == "Polygon" and part.area * METRES_A_DEGREE**2 < LEAST_AREA_M2:
            at = part.exterior.coords[0]
            return Trouble(_("面几乎没有面积，顶点在一条直线上"), _("请补画图形，或删除这一行"), (at[0], at[1]))
    return None


def _to_the_centimetre(x: float, y: float) -> Position:
    return round(x, 7), round(y, 7)


def _position(text: str) -> Position | None:
    try:
        longitude, latitude = map(float, text.split()[:2])
    except ValueError:
        return None
    return longitude, latitude


def _simple_enough(made: BaseGeometry, limits: Limits, found: Checked) -> BaseGeometry:
    """Offer a simplification for a geometry with more vertices than the limit, saying the tolerance."""
    size = int(shapely.get_num_coordinates(made))
    if size <= limits.vertices:
        return made
    for metres in TOLERANCES_M:
        simpler = made.simplify(metres / METRES_A_DEGREE, preserve_topology=True)
        fewer = int(shapely.get_num_coordinates(simpler))
        if fewer <= limits.vertices and simpler.is_valid and not simpler.is_empty:
            found.questions.append(
                Question(
                    Doubt.HUGE,
                    _("有 %(size)s 个顶点，超过上限 %(most)s 个") % {"size": size, "most": limits.vertices},
                    _("按 %(metres)s 米容差简化为 %(fewer)s 个顶点后导入") % {"metres": metres, "fewer": fewer},
                )
            )
            return simpler
    found.troubles.append(
        Trouble(
            _("有 %(size)s 个顶点，超过上限 %(most)s 个，简化也达不到") % {"size": size, "most": limits.vertices},
            _("请拆分成几个图形，或请管理员调高 ANNING_SHAPE_VERTICES"),
        )
    )
    return made


def _turned(made: BaseGeometry) -> BaseGeometry:
    """Return polygons with outer rings counter-clockwise and holes clockwise (RFC 7946 §3.1.6)."""
    turned = shapely.orient_polygons(made)
    return made if shapely.equals_identical(turned, made) else turned


def _point_of(made: BaseGeometry) -> Position:
    """Return a point that stands for the shape: inside a polygon, on a line."""
    if made.geom_type == "Point":
        point = made
    elif made.geom_type == "LineString":
        point = made.interpolate(0.5, normalized=True)
    elif made.geom_type == "MultiLineString":
        point = max(made.geoms, key=lambda part: part.length).interpolate(0.5, normalized=True)
    else:
        point = made.representative_point()
    return point.x, point.y


def _ask_place(made: BaseGeometry, point: Position, limits: Limits, found: Checked) -> None:
    """Ask about what lies outside the district; never refuse it."""
    if limits.district is None or any(q.doubt == Doubt.OUTSIDE for q in found.questions):
        return
    gap_m = shapely.distance(limits.district, made) * METRES_A_DEGREE
    if gap_m <= NEAR_M:
        return
    found.questions.append(
        Question(
            Doubt.OUTSIDE,
            _("在本区以外约 %(km).0f 公里（%(x).4f, %(y).4f）；常见原因：坐标系选错、属于别的区、经纬度颠倒")
            % {"km": max(1, gap_m / 1000), "x": point[0], "y": point[1]},
            _("确实在区外，照样导入"),
        )
    )


def _plain(made: BaseGeometry) -> Geometry:
    found = mapping(made)
    return {"type": found["type"], "coordinates": found["coordinates"]}


def _in_china(longitude: float, latitude: float) -> bool:
    west, south, east, north = CHINA
    return west <= longitude <= east and south <= latitude <= north
