"""KML and KMZ (OGC 12-007r2): placemarks with their extended data."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from anning.kernel.errors import Refused
from anning.registry.shapes.features import Drawing, Feature
from anning.registry.shapes.markup import parse
from anning.registry.shapes.packed import unpack


def read(content: bytes) -> Drawing:
    """Return the placemarks of a KML file. Raises Refused."""
    root = parse(content)
    marks = [root] if root.tag == "Placemark" else list(root.iter("Placemark"))
    return Drawing([Feature(n, _attributes(mark), _geometry(mark)) for n, mark in enumerate(marks, 1)], "", "KML")


def read_packed(content: bytes) -> Drawing:
    """Return the placemarks of a KMZ file. Raises Refused."""
    parts = unpack(content, (".kml",))
    if not parts:
        raise Refused(_("KMZ 里没有 .kml 文件"), _("请从制图软件重新导出"))
    return read(parts.get("doc.kml") or next(iter(parts.values())))


def _attributes(mark: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("name", "description", "address", "phoneNumber"):
        if text := (mark.findtext(name) or "").strip():
            found[name] = text
    for data in mark.iter("Data"):
        found[data.get("name", "")[:60]] = (data.findtext("value") or "").strip()
    for data in mark.iter("SimpleData"):
        found[data.get("name", "")[:60]] = (data.text or "").strip()
    return found


def _geometry(mark: Element) -> dict[str, Any] | None:
    parts = list(_parts(mark))
    if len(parts) < 2:
        return parts[0] if parts else None
    kinds = {part["type"] for part in parts}
    if len(kinds) == 1:
        return {"type": f"Multi{kinds.pop()}", "coordinates": [part["coordinates"] for part in parts]}
    return {"type": "GeometryCollection", "geometries": parts}


def _parts(element: Element) -> Iterator[dict[str, Any]]:
    for child in element:
        if child.tag == "Point":
            yield {"type": "Point", "coordinates": next(iter(_positions(child)), [])}
        elif child.tag in {"LineString", "LinearRing"}:
            yield {"type": "LineString", "coordinates": _positions(child)}
        elif child.tag == "Polygon":
            rings = [*child.findall("outerBoundaryIs/LinearRing"), *child.findall("innerBoundaryIs/LinearRing")]
            yield {"type": "Polygon", "coordinates": [_positions(ring) for ring in rings]}
        elif child.tag == "MultiGeometry":
            yield from _parts(child)


def _positions(element: Element) -> list[list[Any]]:
    return [[_number(n) for n in tuple_.split(",")] for tuple_ in (element.findtext("coordinates") or "").split()]


def _number(text: str) -> float | str:
    """Return a number; what is none stays text, for the check to name."""
    try:
        return float(text)
    except ValueError:
        return text
