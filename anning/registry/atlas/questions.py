"""Questions to the map: the shape somebody drew, how far around it, and what is inside."""

import json
from dataclasses import dataclass
from math import isfinite
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry.base import BaseGeometry

from anning.kernel.errors import Refused
from anning.kernel.geo import is_position

DISTANCES_M = (500, 1000, 3000, 5000)  # what the page offers; any up to FARTHEST_M may be asked
FARTHEST_M = 50_000
LARGEST_TEXT = 512 * 1024
MOST_VERTICES = 20_000
KINDS = {
    "Point": gettext_lazy("点"),
    "LineString": gettext_lazy("线"),
    "Polygon": gettext_lazy("面"),
    "MultiPolygon": gettext_lazy("面"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A drawn shape (WGS-84) and the metres around it that count as inside."""

    shape: BaseGeometry
    metres: float

    @property
    def has_inside(self) -> bool:
        """Whether anything can lie inside: a point or line needs metres around it."""
        return self.metres > 0 or self.shape.geom_type in {"Polygon", "MultiPolygon"}

    @property
    def words(self) -> str:
        """The question as a person would say it."""
        kind = str(KINDS[self.shape.geom_type])
        if not self.metres:
            return _("图上所画的%s以内") % kind
        far = f"{self.metres / 1000:g} {_('公里')}" if self.metres >= 1000 else f"{self.metres:g} {_('米')}"
        if self.shape.geom_type == "Point":
            at = f"{self.shape.x:.5f}, {self.shape.y:.5f}"
            return _("%(at)s 周边 %(far)s") % {"at": at, "far": far}
        return _("图上所画的%(kind)s周边 %(far)s") % {"kind": kind, "far": far}


def question_of(data: Any) -> Question | None:
    """Return what a form or a drawing asks, None when it asks nothing. Raises Refused, naming what is wrong."""
    text = str(data.get("shape", "")).strip()
    if not text and not (data.get("longitude") or data.get("latitude")):
        return None
    shape = _drawn(text) if text else _typed(data)
    metres = _number(data.get("metres") or 0, _("周边距离"))
    if not 0 <= metres <= FARTHEST_M:
        raise Refused(_("周边距离应在 0 到 50000 米之间"), _("请改小距离后再查"), fields={"metres": _("超出范围")})
    question = Question(shape, metres)
    if not question.has_inside:
        raise Refused(_("点和线没有面积，查不出范围"), _("请选择周边距离，如 1 公里"), fields={"metres": _("请选择")})
    return question


def geometry_of(text: str) -> BaseGeometry:
    """Return the geometry that GeoJSON text gives. Raises Refused for what is none on the globe."""
    if len(text) > LARGEST_TEXT:
        raise _bad(_("图形太大"), _("请减少顶点，或改用“图形导入”"))
    try:
        made = shapely.from_geojson(json.dumps(_plain(json.loads(text))))
    except (ValueError, TypeError, RecursionError, shapely.errors.GEOSException) as error:
        raise _bad(_("图形内容无法读取"), _("请在图上重新画一次")) from error
    if made is None or made.is_empty or made.geom_type not in KINDS:
        raise _bad(_("图形是空的，或种类不对"), _("请画点、线、面或圆"))
    points = shapely.get_coordinates(made)
    if len(points) > MOST_VERTICES:
        raise _bad(_("图形顶点超过 20000 个"), _("请简化图形后再查"))
    if not all(isfinite(x) and isfinite(y) and is_position(x, y) for x, y in points):
        raise _bad(_("图形坐标超出范围，经度在前、纬度在后"), _("请在图上重新画一次"))
    if not made.is_valid:
        raise _bad(_("图形自己和自己相交"), _("请拖动顶点，使边线不交叉"))
    return made


def _drawn(text: str) -> BaseGeometry:
    return geometry_of(text)


def _typed(data: Any) -> BaseGeometry:
    east, north = _number(data.get("longitude", ""), _("经度")), _number(data.get("latitude", ""), _("纬度"))
    if not is_position(east, north):
        remedy = _("经度在前（约117），纬度在后（约39）")
        raise Refused(_("经纬度超出范围"), remedy, fields={"longitude": remedy})
    return shapely.Point(east, north)


def _number(text: Any, label: str) -> float:
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = float("nan")
    if not isfinite(value):
        raise Refused(_("%s不是数字") % label, _("请填写数字，如 117.82"))
    return value


def _plain(geometry: Any) -> Any:
    """Return the bare geometry of a GeoJSON geometry or feature."""
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    if not isinstance(geometry, dict):
        raise TypeError("no geometry")
    return {"type": geometry.get("type"), "coordinates": geometry.get("coordinates")}


def _bad(message: str, remedy: str) -> Refused:
    return Refused(message, remedy, fields={"shape": message})
