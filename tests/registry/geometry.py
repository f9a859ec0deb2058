"""Geometry files made by hand for the tests of reading, checking and importing."""

import io
import json
import zipfile

import shapefile

SQUARE = [[117.0, 39.0], [117.1, 39.0], [117.1, 39.1], [117.0, 39.1], [117.0, 39.0]]
HOLE = [[117.02, 39.02], [117.02, 39.04], [117.04, 39.04], [117.04, 39.02], [117.02, 39.02]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def point(longitude, latitude):
    return {"type": "Point", "coordinates": [longitude, latitude]}


def line(*positions):
    return {"type": "LineString", "coordinates": list(positions)}


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)}, ensure_ascii=False).encode()


def archive(files):
    """Return a zip of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def shapefile_parts(rows, *, encoding="utf-8", layer="layer"):
    """Return the files of a polygon layer with an attribute 名称; ``rows`` are (name, ring)."""
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=shapefile.POLYGON, encoding=encoding) as writer:
        writer.field("名称", "C", size=40)
        for name, ring in rows:
            writer.poly([ring[::-1]])  # a shapefile turns its outer rings clockwise
            writer.record(name)
    return {f"{layer}.shp": shp.getvalue(), f"{layer}.shx": shx.getvalue(), f"{layer}.dbf": dbf.getvalue()}


def kml(*placemarks, head=""):
    body = "".join(placemarks)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'
    ).encode()


def placemark(name, geometry, data=""):
    return f"<Placemark><name>{name}</name>{data}{geometry}</Placemark>"


OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
<node id="1" version="1" lat="39.0" lon="117.0"/><node id="2" version="1" lat="39.0" lon="117.1"/>
<node id="3" version="1" lat="39.1" lon="117.1"/>
<node id="4" version="1" lat="39.1" lon="117.0"><tag k="place" v="village"/><tag k="name" v="甲村"/></node>
<way id="10" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>
<tag k="highway" v="primary"/><tag k="name" v="津榆公路"/></way>
<way id="11" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
<way id="12" version="1"><nd ref="1"/><nd ref="99"/><tag k="waterway" v="river"/><tag k="name" v="断河"/></way>
<relation id="20" version="1"><member type="way" ref="11" role="outer"/><tag k="type" v="boundary"/>
<tag k="boundary" v="administrative"/><tag k="admin_level" v="6"/><tag k="name" v="某区"/></relation>
</osm>"""
