"""Shapefiles, as a zip of one layer: .shp and .dbf, with .shx, .prj and .cpg where there are any."""

import io
from contextlib import suppress
from datetime import date
from typing import Any

import shapefile
from django.utils.translation import gettext as _

from anning.kernel.errors import Refused
from anning.registry.shapes.features import Drawing, Feature
from anning.registry.shapes.packed import unpack

SUFFIXES = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".cst")
ENCODINGS = ("utf-8", "gb18030")


def read(content: bytes) -> Drawing:
    """Return the features of the one layer in the zip. Raises Refused."""
    parts = unpack(content, SUFFIXES)
    layers = sorted({name[:-4] for name in parts if name.lower().endswith(".shp")})
    if not layers:
        raise Refused(_("压缩包里没有 .shp 文件"), _("请把 .shp、.shx、.dbf、.prj 一起压缩上传"))
    if len(layers) > 1:
        names = "、".join(layers[:6])
        raise Refused(_("压缩包里有 %(n)s 个图层：%(names)s") % {"n": len(layers), "names": names}, _("每次只上传一个"))
    by_suffix = {name[-4:].lower(): data for name, data in parts.items() if name[:-4] == layers[0]}
    if ".dbf" not in by_suffix:
        raise Refused(_("缺少 .dbf 文件，没有名称等属性"), _("请把 .dbf 一起压缩上传"))
    return Drawing(_features(by_suffix), _text(by_suffix.get(".prj", b"")), "shapefile")


def _features(parts: dict[str, bytes]) -> list[Feature]:
    failure: Exception | None = None
    for encoding in _encodings(parts):
        try:
            return _read(parts, encoding)
        except Exception as error:  # the reader raises whatever a broken file or a wrong encoding makes it meet
            failure = error
    raise Refused(_("shapefile 已损坏，无法读取"), _("请从制图软件重新导出")) from failure


def _read(parts: dict[str, bytes], encoding: str) -> list[Feature]:
    streams = {suffix[1:]: io.BytesIO(parts[suffix]) for suffix in (".shp", ".shx", ".dbf") if suffix in parts}
    with shapefile.Reader(**streams, encoding=encoding) as reader:
        return [
            Feature(number, _attributes(row.record.as_dict()), _geometry(row.shape))
            for number, row in enumerate(reader.iterShapeRecords(), 1)
        ]


def _encodings(parts: dict[str, bytes]) -> list[str]:
    """Return the encodings to try: what the .cpg says, then UTF-8, then the Chinese one."""
    said = _text(parts.get(".cpg") or parts.get(".cst") or b"").lower().replace("cp", "").replace("_", "-")
    names = {"65001": "utf-8", "utf8": "utf-8", "936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030"}
    first = names.get(said, said)
    with suppress(LookupError):
        "".encode(first or "utf-8")
        return list(dict.fromkeys(filter(None, (first, *ENCODINGS))))
    return list(ENCODINGS)


def _attributes(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, date):
            found[name] = value.isoformat()
        elif isinstance(value, str | int | float | bool):
            found[name] = value.strip("\0 ") if isinstance(value, str) else value
    return found


def _geometry(found: Any) -> dict[str, Any] | None:
    if found is None or found.shapeType == shapefile.NULL or not found.points:
        return None
    geometry: dict[str, Any] = dict(found.__geo_interface__)
    return geometry


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace").strip("\ufeff\0 \r\n")[:600]
