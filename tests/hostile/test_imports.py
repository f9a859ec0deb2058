"""Wrong, huge, hostile and half-broken files: words that help, nothing imported, no long wait, little memory."""

import re
import resource
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anning.journal.models import Entry
from anning.office.models import Document
from tests.hostile import files

CHINESE = re.compile(r'role="alert"[^>]*>.*?[\u4e00-\u9fff]{4,}', re.S)
HEAD = ["文号", "名称", "类别", "发布机关"]
PATIENCE_S, MOST_MB = 20, 300
FILES = (
    files.empty,
    files.noise,
    files.picture,
    files.old_excel,
    files.zip_of_something_else,
    files.cut_off,
    files.broken_sheet,
    files.entity_bomb,
    files.outside_entity,
    files.zip_bomb,
    files.with_macro,
    files.far_cell,
    files.two_hundred_columns,
    files.no_heading,
    files.text_with_nul,
    files.utf16_text,
    files.half_character,
)


@pytest.fixture
def client(client_of):
    return client_of("duty")


def upload(client, name, content, **more):
    return client.post("/r/documents/import/", {"file": SimpleUploadedFile(name, content), **more})


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize("make", FILES, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_in_words(make, suffix, client):
    content, begun, before = make(), time.monotonic(), peak_mb()

    response = upload(client, f"文件.{suffix}", content)

    assert response.status_code == 422
    assert CHINESE.search(response.content.decode())
    assert not Document.objects.exists()
    assert time.monotonic() - begun < PATIENCE_S
    assert peak_mb() - before < MOST_MB


@pytest.mark.parametrize(
    "name", ["坏.exe", "表.xls", "表.xlsm", "无后缀", "../../etc/passwd.xlsx", "名\x00字.xlsx", "长" * 300 + ".xlsx"]
)
def test_an_odd_file_name_does_no_harm(name, client):
    response = upload(client, name, files.workbook([HEAD, ["号1", "甲", "规范性文件", "区政府"]]))

    assert response.status_code in {302, 400, 422}
    assert not Document.objects.exists()


def test_a_form_without_a_file_says_so(client):
    response = client.post("/r/documents/import/", {})

    assert response.status_code == 422
    assert "没有选择文件" in response.content.decode()


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("x" * 40_000, "名称"),
        ("\x08退格", "名称"),
        ("胡写的类别", "类别"),
        ("", "名称"),
        ("名\u202e称", "名称"),
    ],
    ids=["huge", "control", "choice", "missing", "reversed"],
)
def test_a_bad_cell_is_named_by_row_and_column(cell, column, client):
    rows = [["号1", "甲", "规范性文件", "区政府"], ["号2", "乙", "规范性文件", "区政府"]]
    rows[1][HEAD.index(column)] = cell
    text = "\n".join(",".join(f'"{each}"' for each in row) for row in [HEAD, *rows])

    answer = upload(client, "法规.csv", text.encode())

    assert answer.status_code in {302, 422}
    page = client.get(answer["Location"]).content.decode() if answer.status_code == 302 else answer.content.decode()
    if "确认导入" not in page:
        assert column in page
    assert not Document.objects.exists()


def test_a_formula_is_kept_as_text_and_never_exported_as_one(client):
    rows = [HEAD, ["号1", '=HYPERLINK("http://203.0.113.1","点我")', "规范性文件", "+1+1"]]
    answer = upload(
        client, "法规.csv", "\n".join(",".join(f'"{c}"'.replace('""', '"') for c in r) for r in rows).encode()
    )

    if answer.status_code == 302:
        client.post(answer["Location"], {"only_good": "1"})
    exported = b"".join(client.get("/r/documents/export/", {"format": "csv"}).streaming_content).decode()

    assert not re.search(r'(^|,)"?[=+@]', exported, re.M)


def test_two_hundred_wrong_rows_import_nothing(client):
    good = [[f"号{n}", f"规定{n}", "规范性文件", "区政府"] for n in range(200)]
    good[150][2] = "胡写"
    answer = upload(client, "法规.xlsx", files.workbook([HEAD, *good]))

    confirmed = client.post(answer["Location"])

    assert confirmed.status_code == 422
    assert "1 行有误" in confirmed.content.decode()
    assert not Document.objects.exists()
    assert not Entry.objects.filter(kind="document.create").exists()


def test_the_same_file_twice_doubles_nothing(client):
    book = files.workbook([HEAD, ["号1", "甲", "规范性文件", "区政府"]])
    for _ in range(2):
        answer = upload(client, "法规.xlsx", book)
        client.post(answer["Location"])

    assert Document.objects.count() == 1
