"""Files with geometry as features: GeoJSON, shapefile (zip), KML, KMZ, OpenStreetMap extracts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath

from django.utils.translation import gettext as _

from anning.kernel.errors import Refused
from anning.registry.shapes import geojson, keyhole, openstreetmap, shapefiles
from anning.registry.shapes.features import Drawing

LARGEST = 20 * 1024 * 1024
SUFFIXES = (".geojson", ".json", ".zip", ".kml", ".kmz", ".osm", ".pbf")


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one suffix are read."""

    read: Callable[[bytes], Drawing]
    starts: tuple[bytes, ...] = field(default=())  # what their first bytes must be


FORMATS: dict[str, Format] = {
    ".geojson": Format(geojson.read),
    ".json": Format(geojson.read),
    ".zip": Format(shapefiles.read, (b"PK",)),
    ".kml": Format(keyhole.read),
    ".kmz": Format(keyhole.read_packed, (b"PK",)),
    ".osm": Format(openstreetmap.read_xml),
    ".pbf": Format(openstreetmap.read_pbf),
}


def read(filename: str, content: bytes, *, largest: int = LARGEST) -> Drawing:
    """Return the features of a file. Raises Refused, saying what is wrong with it and what to do."""
    if len(content) > largest:
        raise Refused(
            _("文件超过 %s MB") % (largest // 1024 // 1024),
            _("请拆分，或请管理员调高 ANNING_SHAPE_MB"),
        )
    suffix = PurePath(filename).suffix.lower()
    if suffix not in FORMATS:
        raise Refused(_("不支持 %s 文件") % (suffix[:10] or _("没有扩展名的")), _remedy(suffix))
    form = FORMATS[suffix]
    if form.starts and not content.startswith(form.starts):
        raise Refused(_("文件内容与扩展名 %s 不符") % suffix, _("请重新导出或重新压缩"))
    drawing = form.read(content)
    if not drawing.features:
        raise Refused(_("文件里没有图形"), _("请检查导出时选择的图层"))
    return drawing


def _remedy(suffix: str) -> str:
    if suffix in {".shp", ".dbf", ".shx", ".prj"}:
        return _("请把 .shp、.shx、.dbf、.prj、.cpg 一起压缩成一个 .zip 上传")
    if suffix in {".dwg", ".dxf", ".mdb", ".gdb", ".gpkg", ".tab", ".mif"}:
        return _("请在制图软件中另存为 GeoJSON 或 shapefile")
    return _("请上传 GeoJSON、shapefile 压缩包、KML/KMZ 或 OSM 文件")
