"""Uploaded files are read with suspicion; what is wrong is said in Chinese, with a remedy."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from anning.kernel.errors import Refused
from anning.ui.records.sheets import Formula, read_sheet
from tests.hostile import files

KNOWN = ("文号", "名称", "类别")
DAY = datetime(2026, 5, 1)  # noqa: DTZ001  a spreadsheet knows no zone
GOOD = [["文号", "名称", "类别"], ["一号", "通知", "法律"]]


def read(content, filename="a.xlsx", most=100):
    return read_sheet(filename, content, KNOWN, most=most)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_good_workbook_gives_its_rows_with_their_numbers():
    sheet = read(files.workbook(GOOD))

    assert sheet.headings == ["文号", "名称", "类别"] and sheet.rows == [(2, ["一号", "通知", "法律"])]


HOSTILE = {
    "empty": (files.empty(), "a.xlsx", "不是 .xlsx"),
    "noise": (files.noise(), "a.xlsx", "不是 .xlsx"),
    "picture": (files.picture(), "a.xlsx", "不是 .xlsx"),
    "old excel under a new name": (files.old_excel(), "a.xlsx", "旧版 .xls"),
    "old excel": (files.old_excel(), "a.xls", "另存为 .xlsx"),
    "another zip": (files.zip_of_something_else(), "a.xlsx", "不是 .xlsx"),
    "cut off": (files.cut_off(), "a.xlsx", "损坏"),
    "broken sheet": (files.broken_sheet(), "a.xlsx", "损坏"),
    "entity bomb": (files.entity_bomb(), "a.xlsx", "不允许的内容"),
    "outside entity": (files.outside_entity(), "a.xlsx", "不允许的内容"),
    "macro": (files.with_macro(), "a.xlsx", "宏"),
    "macro by name": (files.with_macro(), "a.xlsm", "宏"),
    "no heading": (files.no_heading(), "a.xlsx", "表头"),
    "text with nul": (files.text_with_nul(), "a.csv", "不是文本"),
    "no suffix": (b"a,b", "a", "不支持"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason_and_a_remedy(name):
    content, filename, said = HOSTILE[name]

    with pytest.raises(Refused) as refused:
        read(content, filename)

    assert said in refused.value.message + refused.value.remedy
    assert refused.value.remedy


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(Refused, match="解压后过大"):
        read(files.zip_bomb())


def test_a_far_cell_costs_nothing():
    with pytest.raises(Refused):
        read(files.far_cell())


def test_too_many_rows_are_refused_by_number():
    with pytest.raises(Refused, match="超过 5 行"):
        read(files.workbook([*GOOD, *[[f"{n}号", "通知", "法律"] for n in range(9)]]), most=5)


def test_a_title_blank_rows_and_marks_above_the_headings_do_no_harm():
    rows = [
        ["宁河区文件清单", None, None],
        [None, None, None],
        ["文 号*", "名称 *", "类别"],
        [None] * 3,
        ["一号", "通知", "法律"],
    ]

    sheet = read(files.workbook(rows))

    assert sheet.headings == ["文号", "名称", "类别"] and sheet.rows == [(5, ["一号", "通知", "法律"])]


def test_a_cell_merged_downwards_counts_for_each_row():
    book = Workbook()
    for row in [["文号", "名称", "类别"], ["一号", "甲", "法律"], ["二号", "乙", None], ["三号", "丙", None]]:
        book.active.append(row)
    book.active.merge_cells("C2:C4")

    assert [cells[2] for _n, cells in read(saved(book)).rows] == ["法律", "法律", "法律"]


def test_a_merge_over_the_whole_sheet_does_not_hang():
    book = Workbook()
    for row in GOOD:
        book.active.append(row)
    content = saved(book)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
                data = data.replace(b"</sheetData>", merged)
            new.writestr(part, data)

    assert len(read(out.getvalue()).rows) == 1


def test_formulas_are_not_evaluated_but_marked():
    sheet = read(files.workbook([GOOD[0], ["=1+1", "通知", "法律"]]))

    assert isinstance(sheet.rows[0][1][0], Formula)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_offices_use(encoding):
    content = '文号,名称,类别\r\n一号,"通知,补充",法律\r\n'.encode(encoding)

    assert read(content, "a.csv").rows == [(2, ["一号", "通知,补充", "法律"])]


def test_a_csv_may_be_parted_by_tabs():
    assert read("文号\t名称\t类别\n一号\t通知\t法律".encode(), "a.csv").rows[0][1] == ["一号", "通知", "法律"]


def test_a_heading_twice_is_named():
    with pytest.raises(Refused, match="表头重复：文号"):
        read(files.workbook([["文号", "文号", "名称"], ["一", "二", "三"]]))


def test_an_unknown_heading_is_named_but_does_no_harm():
    assert read(files.workbook([["文号", "名称", "心情"], ["一", "二", "三"]])).strange == ["心情"]


def test_days_of_a_spreadsheet_stay_days():
    sheet = read(files.workbook([GOOD[0], ["一号", DAY, 120117001201.0]]))

    assert sheet.rows[0][1][1:] == [DAY, 120117001201.0]
