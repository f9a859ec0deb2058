"""Reading uploaded spreadsheets with suspicion: size, content, macros, bombs, formulas, odd encodings."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from anning.kernel.errors import Refused

# Bounds against hostile files, not rules of law: far above what an honest register needs.
LARGEST_UPLOAD = 20 * 1024 * 1024
LARGEST_UNPACKED = 300 * 1024 * 1024
MOST_PARTS = 2000
MOST_COLUMNS = 200
MOST_BLANK_ROWS = 1000
HEADING_WITHIN = 10  # rows: a title and some notes may stand above the headings

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')


class Formula(str):
    """The text of a cell that holds a formula; it is never evaluated."""


@dataclass(slots=True)
class Sheet:
    """What an uploaded file holds: headings as written, and rows with their number in the file."""

    headings: list[str]
    rows: list[tuple[int, list[Any]]]
    heading_row: int = 1
    strange: list[str] = field(default_factory=list)  # headings that the register does not know


def read_sheet(filename: str, content: bytes, known: Iterable[str], *, most: int) -> Sheet:
    """Return the rows of an .xlsx or .csv file under the ``known`` headings.

    Raises Refused, saying what is wrong with the file and what to do.
    """
    if len(content) > LARGEST_UPLOAD:
        raise Refused(_("文件超过 20 MB"), _("请拆分成几个文件分别导入"))
    suffix = Path(filename).suffix.lower()
    if suffix == ".xlsx":
        grid, merged = _xlsx(content)
    elif suffix == ".csv":
        grid, merged = _csv(content), []
    else:
        raise Refused(
            _("不支持 %s 文件") % (suffix[:8] or _("没有扩展名的")),
            str(REMEDIES.get(suffix, _("请使用下载的模板填写 .xlsx 或 .csv"))),
        )
    return _under_headings(_numbered(grid, most), {name: name for name in known}, merged, most)


NOTES = "说明"  # the sheet of our template that holds no rows
REMEDIES = {
    ".xls": gettext_lazy("请在 Excel 或 WPS 中另存为 .xlsx"),
    ".et": gettext_lazy("请在 WPS 中另存为 .xlsx"),
    ".xlsm": gettext_lazy("含宏的文件不接收，请另存为不含宏的 .xlsx"),
    ".xlsb": gettext_lazy("请在 Excel 中另存为 .xlsx"),
}


def _xlsx(content: bytes) -> tuple[Iterator[list[Any]], list[str]]:
    _examine(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets: list[Any] = [
            sheet for sheet in book.worksheets if sheet.title not in (NOTES, _(NOTES))
        ] or book.worksheets
        part = sheets[0]._worksheet_path.lstrip("/")
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            merged = [ref.decode() for ref in MERGED.findall(packed.read(part))]
    except Exception as error:  # openpyxl raises whatever a broken file makes it meet
        raise Refused(
            _("这个 .xlsx 文件已损坏，无法读取"), _("请在 Excel 或 WPS 中打开后另存为新的 .xlsx 再上传")
        ) from error
    sheets[0].reset_dimensions()  # what the file says about its size may be a lie
    return _cells(sheets[0]), merged


def _cells(sheet: Any) -> Iterator[list[Any]]:
    try:
        for row in sheet.iter_rows():
            yield [Formula(cell.value) if cell.data_type == "f" else cell.value for cell in row[:MOST_COLUMNS]]
    except Exception as error:
        raise Refused(
            _("这个 .xlsx 文件已损坏，无法读取"), _("请在 Excel 或 WPS 中打开后另存为新的 .xlsx 再上传")
        ) from error


def _examine(content: bytes) -> None:
    """Refuse what is no honest .xlsx before anything parses it."""
    if not content.startswith(b"PK"):
        remedy = (
            _("内容是旧版 .xls，请另存为 .xlsx") if content.startswith(b"\xd0\xcf\x11\xe0") else _("请使用下载的模板")
        )
        raise Refused(_("文件内容不是 .xlsx 表格"), remedy)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise Refused(_("文件内容不是 .xlsx 表格"), _("请使用下载的模板"))
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise Refused(_("文件解压后过大"), _("请删除多余的工作表、图片和空白格式后再上传"))
            if any("vbaproject" in name.lower() for name in names) or b"macroEnabled" in packed.read(
                "[Content_Types].xml"
            ):
                raise Refused(_("文件含有宏"), _("请另存为不含宏的 .xlsx"))
            for part in parts:
                _refuse_doctype(packed, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Refused(_("这个 .xlsx 文件已损坏或加了密码"), _("请去掉密码，另存为新的 .xlsx 再上传")) from error


def _refuse_doctype(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """An honest part declares no entities; one that does wants to blow up the parser."""
    if part.filename.endswith((".xml", ".rels")):
        with packed.open(part) as opened:
            if b"<!DOCTYPE" in opened.read(4096).replace(b"\0", b"").upper():
                raise Refused(_("文件含有不允许的内容"), _("请在 Excel 或 WPS 中打开后另存为新的 .xlsx 再上传"))


def _csv(content: bytes) -> Iterator[list[Any]]:
    text = _decoded(content)
    head = text[:4096].split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Refused(_("这个 .csv 文件的格式有误，无法读取"), _("请检查引号是否成对，或改用 .xlsx")) from error


def _decoded(content: bytes) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(_("这个文件不是文本格式的 .csv"), _("请另存为“CSV UTF-8”，或改用 .xlsx"))


def _numbered(grid: Iterator[list[Any]], most: int) -> list[tuple[int, list[Any]]]:
    """Return the rows that hold something, with their numbers; refuse too many."""
    kept: list[tuple[int, list[Any]]] = []
    blank = 0
    for number, row in enumerate(grid, 1):
        cells = [_tidy(value) for value in row[:MOST_COLUMNS]]
        if all(value is None or value == "" for value in cells):
            blank += 1
            if blank > MOST_BLANK_ROWS:
                break
            continue
        blank = 0
        kept.append((number, cells))
        if len(kept) > most + HEADING_WITHIN:
            raise Refused(_("文件超过 %s 行") % most, _("请拆分成几个文件分别导入"))
    return kept


def _tidy(value: Any) -> Any:
    return value.strip(" \t\r\n　\ufeff") if isinstance(value, str) and not isinstance(value, Formula) else value


def _under_headings(rows: list[tuple[int, list[Any]]], known: dict[str, str], merged: list[str], most: int) -> Sheet:
    found = [(len(_named(row) & known.keys()), place) for place, (_n, row) in enumerate(rows[:HEADING_WITHIN])]
    count, place = max(found, key=lambda pair: (pair[0], -pair[1]), default=(0, 0))
    if not count:
        raise Refused(_("没有找到表头"), _("表头应为：%s；请使用下载的模板") % "、".join(list(known)[:12]))
    number, cells = rows[place]
    headings = [_heading(value) for value in cells]
    twice = sorted({name for name in headings if name in known and headings.count(name) > 1})
    if twice:
        raise Refused(_("表头重复：%s") % "、".join(twice), _("每一列只保留一个"))
    width = len(headings)
    below = [(n, [*row, *[None] * (width - len(row))][:width]) for n, row in rows[place + 1 :]]
    if len(below) > most:
        raise Refused(_("文件超过 %s 行") % most, _("请拆分成几个文件分别导入"))
    _fill_merged(below, merged)
    strange = [name for name in headings if name and name not in known]
    return Sheet(headings, below, number, strange)


def _named(row: list[Any]) -> set[str]:
    return {_heading(value) for value in row}


def _heading(value: Any) -> str:
    """Return a heading as the register writes it: without blanks, line breaks and the mark of a required column."""
    return re.sub(r"[\s　*＊]", "", str(value or ""))[:60]


def _fill_merged(rows: list[tuple[int, list[Any]]], merged: list[str]) -> None:
    """Give each row of a cell merged downwards the value that stands in its first row."""
    by_number = dict(rows)
    numbers = sorted(by_number)
    for ref in merged[:5000]:
        left, top, _right, bottom = (int(part or 0) for part in range_boundaries(ref))
        if top == bottom or top not in by_number or left > len(by_number[top]):
            continue
        value = by_number[top][left - 1]
        for number in numbers:
            if top < number <= bottom and left <= len(by_number[number]):
                by_number[number][left - 1] = value
