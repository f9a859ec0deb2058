"""OpenStreetMap extracts (.osm, .osm.pbf): the few kinds that a district's base map and registers need.

Tags become attributes; ``kind`` is set to the kind of base feature that they mean, or to what they are in OSM.
"""

import json
from typing import Any

import osmium
from django.utils.translation import gettext as _

from anning.kernel.errors import Refused
from anning.registry.shapes.features import Drawing, Feature

# (key, values, kind): the first line that matches says what a feature is; no values: any.
MEANINGS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("boundary", frozenset({"administrative"}), "boundary"),
    ("railway", frozenset({"rail"}), "railway"),
    ("waterway", frozenset({"river", "canal", "stream", "drain"}), "river"),
    ("natural", frozenset({"water"}), "lake"),
    ("highway", frozenset({"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified"}), "road"),
    ("place", frozenset({"town", "village", "hamlet", "suburb", "neighbourhood"}), "place"),
    ("amenity", frozenset({"school", "hospital", "clinic", "marketplace", "fire_station"}), "site"),
)
BY_LEVEL = {"6": "outline", "7": "town", "8": "town", "9": "village", "10": "village"}  # admin_level in China
GRADES = {  # in the language of the data
    "motorway": "高速",
    "trunk": "国道",
    "primary": "省道",
    "secondary": "县道",
    "tertiary": "乡道",
    "unclassified": "村道",
}
LINES = {"railway", "river", "road"}
KEPT = ("name", "ref", "amenity", "place", "admin_level")


def read_xml(content: bytes) -> Drawing:
    """Return the features of an .osm file. Raises Refused."""
    return _read(content, "osm")


def read_pbf(content: bytes) -> Drawing:
    """Return the features of an .osm.pbf file. Raises Refused."""
    return _read(content, "pbf")


def _read(content: bytes, form: str) -> Drawing:
    maker = osmium.geom.GeoJSONFactory()
    features: list[Feature] = []
    broken = 0
    try:
        objects: Any = osmium.FileProcessor(osmium.io.FileBuffer(content, form)).with_locations().with_areas()
        for one in objects.with_filter(osmium.filter.KeyFilter(*(key for key, _values, _kind in MEANINGS))):
            kind = _kind_of(one.tags)
            if not kind or one.is_relation() or _is_other_half(one, kind):
                continue
            try:
                geometry = _geometry(maker, one)
            except (osmium.InvalidLocationError, RuntimeError, ValueError):  # a way cut off at the edge of the extract
                broken += 1
                continue
            features.append(Feature(len(features) + 1, _attributes(one.tags, kind), geometry))
    except (RuntimeError, ValueError) as error:
        raise Refused(_("OSM 文件已损坏，无法读取"), _("请重新下载或重新裁剪")) from error
    notes = [_("%s 个要素在裁剪边缘不完整，已略去") % broken] if broken else []
    return Drawing(features, "WGS-84（OpenStreetMap）", "OpenStreetMap", notes)


def _kind_of(tags: Any) -> str:
    for key, values, kind in MEANINGS:
        if tags.get(key) in values:
            return BY_LEVEL.get(tags.get("admin_level", ""), "") if kind == "boundary" else kind
    return ""


def _is_other_half(one: Any, kind: str) -> bool:
    """Whether this is the way of an area or the area of a line: closed ways arrive as both."""
    return bool(one.is_area() if kind in LINES else one.is_way())


def _geometry(maker: Any, one: Any) -> Any:
    if one.is_node():
        return json.loads(maker.create_point(one))
    return json.loads(maker.create_multipolygon(one) if one.is_area() else maker.create_linestring(one))


def _attributes(tags: Any, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {name: tags.get(name) for name in KEPT if tags.get(name)}
    found["kind"] = kind
    found["name"] = tags.get("name:zh") or tags.get("name") or tags.get("ref") or ""
    if grade := GRADES.get(tags.get("highway", "")):
        found["grade"] = grade
    return found
