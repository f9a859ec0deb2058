import pytest

from anning.kernel.errors import Refused
from anning.registry.shapes import reading
from tests.registry.geometry import (
    OSM,
    SQUARE,
    archive,
    feature,
    geojson,
    kml,
    placemark,
    point,
    polygon,
    shapefile_parts,
)

PRJ = 'GEOGCS["China_2000",DATUM["D_China_2000"]]'
POINT = "<Point><coordinates>117.05,39.05,0</coordinates></Point>"


def refused(name, content, **options):
    with pytest.raises(Refused) as caught:
        reading.read(name, content, **options)
    assert caught.value.remedy
    return caught.value.message


def test_geojson_gives_features_with_attributes_and_what_it_says_of_its_system():
    content = geojson(
        feature(point(117, 39), 名称="一号泵站", 台数=3, 附件={"a": 1}),
        crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
    )

    drawing = reading.read("泵站.geojson", content)

    assert drawing.system == "urn:ogc:def:crs:EPSG::4490" and drawing.names == ["名称", "台数"]
    assert drawing.features[0].attributes == {"名称": "一号泵站", "台数": 3}


def test_a_bare_geometry_is_one_feature():
    assert len(reading.read("a.json", b'{"type":"Point","coordinates":[117,39]}').features) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"[" * 100_000, b'{"type":"FeatureCollection"}', b"\xff\xff"])
def test_broken_geojson_is_refused(content):
    assert "GeoJSON" in refused("a.geojson", content)


@pytest.mark.parametrize(
    ("encoding", "cpg"), [("utf-8", "UTF-8"), ("gb18030", "936"), ("gb18030", ""), ("utf-8", ""), ("gb18030", "GBK")]
)
def test_a_shapefile_is_read_in_the_encoding_it_was_written_in(encoding, cpg):
    parts = shapefile_parts([("七里海镇", SQUARE)], encoding=encoding) | {"layer.prj": PRJ}
    if cpg:
        parts["layer.cpg"] = cpg

    drawing = reading.read("界线.zip", archive(parts))

    assert drawing.features[0].attributes == {"名称": "七里海镇"} and drawing.system == PRJ
    assert drawing.features[0].geometry["type"] == "Polygon"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"说明.txt": "x"}, "没有 .shp"),
        (shapefile_parts([("甲", SQUARE)], layer="a") | shapefile_parts([("乙", SQUARE)], layer="b"), "图层：a、b"),
        ({"a.shp": b"x"}, "缺少 .dbf"),
        ({"a.shp": b"x" * 200, "a.dbf": b"y" * 50}, "已损坏"),
        ({"../a.shp": b"x"}, "不允许的路径"),
        ({"C:\\a.shp": b"x"}, "不允许的路径"),
        ({"a.shp": bytes(20_000_000)}, "解压后过大"),
        ({f"{n}.shp": b"" for n in range(300)}, "有 300 个文件"),
    ],
)
def test_a_strange_zip_is_refused_by_name(files, said):
    assert said in refused("a.zip", archive(files))


def test_a_zip_that_is_none_is_refused():
    assert "与扩展名" in refused("a.zip", b"hello")
    assert "已损坏" in refused("a.zip", b"PK\3\4 hello")


def test_a_loose_shp_is_told_to_come_in_a_zip():
    with pytest.raises(Refused) as caught:
        reading.read("a.shp", b"x")
    assert ".zip" in caught.value.remedy


def test_kml_gives_placemarks_with_their_data():
    data = '<ExtendedData><Data name="类别"><value>泵站</value></Data></ExtendedData>'
    ring = "<coordinates>117,39 117.1,39 117.1,39.1 117,39</coordinates>"
    area = f"<Polygon><outerBoundaryIs><LinearRing>{ring}</LinearRing></outerBoundaryIs></Polygon>"

    drawing = reading.read("a.kml", kml(placemark("一号", POINT, data), placemark("二号", area)))

    assert drawing.features[0].attributes == {"name": "一号", "类别": "泵站"}
    assert drawing.features[0].geometry == point(117.05, 39.05) | {"coordinates": [117.05, 39.05, 0.0]}
    assert drawing.features[1].geometry == polygon([[117, 39], [117.1, 39], [117.1, 39.1], [117, 39]])


def test_kmz_is_kml_in_a_zip():
    packed = archive({"doc.kml": kml(placemark("一号", f"<MultiGeometry>{POINT}{POINT}</MultiGeometry>"))})

    assert reading.read("a.kmz", packed).features[0].geometry["type"] == "MultiPoint"


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE kml SYSTEM "file:///etc/passwd">',
    ],
)
def test_xml_with_a_document_type_is_refused_before_it_is_expanded(head):
    assert "DOCTYPE" in refused("a.kml", kml(placemark("&b;", POINT), head=head))


def test_broken_and_bottomless_xml_is_refused():
    assert "不是完整的 XML" in refused("a.kml", b"<kml><Placemark>")
    assert "嵌套过深" in refused("a.kml", b"<a>" * 1000)


def test_openstreetmap_gives_places_roads_and_boundaries_and_leaves_out_what_is_cut_off():
    drawing = reading.read("extract.osm", OSM.encode())

    assert [(f.attributes["kind"], f.attributes["name"], f.geometry["type"]) for f in drawing.features] == [
        ("place", "甲村", "Point"),
        ("road", "津榆公路", "LineString"),
        ("outline", "某区", "MultiPolygon"),
    ]
    assert drawing.notes == ["1 个要素在裁剪边缘不完整，已略去"]


@pytest.mark.parametrize("name", ["a.osm", "a.osm.pbf"])
def test_a_broken_extract_is_refused(name):
    assert "OSM 文件已损坏" in refused(name, b"<osm")


def test_size_kind_and_emptiness_are_refused_by_name():
    assert "超过 1 MB" in refused("a.geojson", bytes(2 * 1024 * 1024), largest=1024 * 1024)
    assert "不支持 .dwg" in refused("a.dwg", b"x")
    assert "没有图形" in refused("a.geojson", geojson())
