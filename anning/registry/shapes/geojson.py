"""GeoJSON (RFC 7946), also as older programs write it, with a ``crs`` member."""

import json
from typing import Any

from django.utils.translation import gettext as _

from anning.kernel.errors import Refused
from anning.registry.shapes.features import Drawing, Feature


def read(content: bytes) -> Drawing:
    """Return the features of a GeoJSON file. Raises Refused."""
    try:
        found = json.loads(_decoded(content))
    except (ValueError, RecursionError) as error:
        raise Refused(_("文件不是完整的 GeoJSON，无法读取"), _("请从制图软件重新导出")) from error
    if not isinstance(found, dict) or "type" not in found:
        raise Refused(_("文件不是 GeoJSON"), _("请从制图软件导出为 GeoJSON"))
    if found["type"] == "FeatureCollection":
        features = found.get("features")
    else:
        features = [found if found["type"] == "Feature" else {"type": "Feature", "geometry": found}]
    if not isinstance(features, list):
        raise Refused(_("文件不是 GeoJSON"), _("请从制图软件导出为 GeoJSON"))
    return Drawing([_feature(n, each) for n, each in enumerate(features, 1)], _system(found), "GeoJSON")


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("neither UTF-8 nor GB 18030")


def _feature(number: int, found: Any) -> Feature:
    if not isinstance(found, dict):
        return Feature(number, {}, None)
    properties = found.get("properties")
    attributes = {str(name)[:60]: value for name, value in properties.items()} if isinstance(properties, dict) else {}
    plain = {name: value for name, value in attributes.items() if isinstance(value, str | int | float | bool)}
    return Feature(number, plain, found.get("geometry"))


def _system(found: dict[str, Any]) -> str:
    crs = found.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name", ""))[:200] if isinstance(properties, dict) else ""
