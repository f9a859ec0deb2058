"""What is inside a drawing: numbers, lists, exports, and what bad drawings get."""

import json
from io import BytesIO

import pytest
from openpyxl import load_workbook
from PIL import Image

from anning.journal.models import Entry
from anning.registry.atlas import fonts
from tests.registry.atlas import EAST, WEST, build_chart, square

BOW = {"type": "Polygon", "coordinates": [[[117, 39], [117.2, 39.2], [117.2, 39], [117, 39.2], [117, 39]]]}


@pytest.fixture
def chart(district):
    return build_chart(district)


@pytest.fixture
def duty(client_of):
    return client_of("duty")


def ask(client, shape, metres=0):
    facts = {"shape": json.dumps(shape), "metres": metres}
    return client.post("/map/inside", facts, headers={"HX-Request": "true"})


def numbers(answer):
    inside = answer.context["answer"]
    return inside.people, inside.key_people, inside.households, len(inside.sensitive)


def test_a_polygon_counts_people_and_places(duty, chart):
    assert numbers(ask(duty, square(*WEST))) == (36, 4, 12, 1)


def test_a_town_counts_its_own_people_only(client_of, chart):
    town = client_of("town")

    assert numbers(ask(town, square(*WEST))) == (36, 4, 12, 1)
    assert numbers(ask(town, square(*EAST))) == (0, 0, 0, 0)


def test_a_circle_is_a_point_with_metres(duty, chart):
    point = {"type": "Point", "coordinates": list(EAST)}

    assert numbers(ask(duty, point, 300))[2] == 4
    assert numbers(ask(duty, point, 5000))[0] == 24


def test_a_river_is_asked_along_both_banks(duty, chart):
    line = {"type": "LineString", "coordinates": [[117.39, 39.29], [117.42, 39.29]]}

    assert numbers(ask(duty, line, 500))[2] == 0
    assert numbers(ask(duty, line, 1500))[2] == 12


def test_the_answer_brings_the_outline_of_what_lies_around(duty, chart):
    page = ask(duty, {"type": "Point", "coordinates": list(WEST)}, 1000).content.decode()

    assert "data-outline=" in page and "Polygon" in page


def test_coordinates_answer_without_any_script(duty, chart):
    page = duty.get("/map/inside", {"longitude": "117.4", "latitude": "39.3", "metres": "3000"})

    assert numbers(page) == (36, 4, 12, 1)
    assert "芦台第一小学" in page.content.decode()


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (BOW, "图形自己和自己相交"),
        ({"type": "Polygon", "coordinates": []}, "图形是空的"),
        (
            {"type": "Polygon", "coordinates": [[[39.3, 117.4], [39.4, 117.4], [39.4, 117.5], [39.3, 117.4]]]},
            "坐标超出范围",
        ),
        ({"type": "LineString", "coordinates": [[117, 39], [118, 39]]}, "点和线没有面积"),
        ({"type": "GeometryCollection", "geometries": []}, "图形"),
        ({"type": "Polygon", "coordinates": [[[1e400, 1], [2, 2], [3, 3], [1, 1]]]}, "图形"),
        ([[[[[[[]]]]]]], "图形内容无法读取"),
        ("x", "图形内容无法读取"),
    ],
)
def test_a_bad_drawing_is_named_with_its_remedy(duty, chart, shape, said):
    page = ask(duty, shape).content.decode()

    assert said in page and "alert-error" in page


def test_a_huge_drawing_is_refused(duty, chart):
    ring = [[117 + (n % 173) / 1000, 39 + n / 100_000] for n in range(21_000)]

    assert "顶点超过" in ask(duty, {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}).content.decode()


@pytest.mark.parametrize(
    "facts",
    [
        {"longitude": "39.3", "latitude": "117.4", "metres": "1000"},
        {"longitude": "abc", "latitude": "39", "metres": "1000"},
        {"longitude": "117", "latitude": "39", "metres": "9999999"},
        {"longitude": "117", "latitude": "39", "metres": "nan"},
    ],
)
def test_bad_coordinates_are_refused_in_words(duty, chart, facts):
    answer = duty.get("/map/inside", facts)

    assert answer.status_code == 422 and answer.context["error"].remedy


def test_the_export_holds_the_numbers_and_is_journaled(duty, chart):
    answer = duty.post("/map/inside/export", {"shape": json.dumps(square(*WEST)), "metres": "0"})

    book = load_workbook(BytesIO(answer.content))
    said = "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    entry = Entry.objects.get(kind="map.export")
    assert "36" in said and "芦台第一小学" in said
    assert entry.data["people"] == 36 and "芦台" not in json.dumps(entry.data, ensure_ascii=False)


def test_who_may_not_export_gets_no_file(client_of, chart):
    monitor = client_of("monitor")
    facts = {"shape": json.dumps(square(*WEST)), "metres": "0"}

    assert monitor.post("/map/inside/export", facts).status_code == 403
    assert "导出 Excel" not in ask(monitor, square(*WEST)).content.decode().partition("data-outline")[2]
    assert monitor.post("/map/picture", {"format": "png"}).status_code == 403


def picture(client, **facts):
    usual = {"box": "117.2,39.1,118,39.5", "on": "sites.school,facilities.dike", "title": "防汛态势图", "format": "png"}
    return client.post("/map/picture", usual | facts)


def test_the_picture_is_a_png_of_paper_size_and_journaled(duty, chart):
    drawn = {"geometry": square(*WEST), "metres": 500}
    labels = [{"text": "集合点", "at": [117.5, 39.3]}, {"text": 7}, "x"]

    answer = picture(duty, drawing=json.dumps(drawn), labels=json.dumps(labels))

    image = Image.open(BytesIO(answer.content))
    assert (image.format, image.size) == ("PNG", (1754, 1240)) and len(image.getcolors(1 << 24)) > 50
    assert Entry.objects.get(kind="map.print").data["format"] == "png"


def test_what_is_drawn_changes_the_picture(duty, chart):
    bare = picture(duty, on="").content
    with_schools = picture(duty, on="sites.school").content

    assert bare != with_schools


def test_the_word_document_holds_the_picture(duty, chart):
    from docx import Document

    document = Document(BytesIO(picture(duty, format="docx").content))

    assert document.paragraphs[0].text == "防汛态势图" and len(document.inline_shapes) == 1
    assert "内部使用，边界示意" in document.paragraphs[-1].text


def test_a_machine_without_chinese_fonts_says_what_to_install(duty, chart, monkeypatch):
    fonts.face.cache_clear()
    monkeypatch.setattr(fonts, "FOLDERS", ("/nowhere",))

    answer = picture(duty)

    fonts.face.cache_clear()
    assert answer.status_code == 422 and "fonts-noto-cjk" in answer.content.decode()


@pytest.mark.parametrize("facts", [{"drawing": "{"}, {"box": "x"}, {"drawing": json.dumps({"geometry": BOW})}])
def test_a_bad_picture_is_refused_in_words(duty, chart, facts):
    assert picture(duty, **facts).status_code == 422


def test_the_wall_counts_rows_and_leads_to_them(duty, chart):
    blocks = [block for _side, part in duty.get("/wall").context["columns"] for block in part]

    lines = {str(line.title): line for block in blocks for line in block.lines if line.url}
    assert len(blocks) <= 6 and lines["企业"].value == "1"
    assert {duty.get(line.url, follow=True).status_code for line in lines.values()} == {200}


def test_the_wall_of_a_town_counts_its_own(client_of, chart):
    page = client_of("town").get("/wall/numbers")

    lines = {
        str(line.title): line.value for _s, part in page.context["columns"] for block in part for line in block.lines
    }
    assert lines["重点场所"] == "1" and lines["学校"] == "1"
