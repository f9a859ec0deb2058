"""Writing spreadsheets: exports, import templates, marked files. Text never becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.db import models
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from anning.ui.records.register import Register
from anning.ui.records.resources import heading_of, import_fields, required_fields

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOLD, TITLE = Font(bold=True), Font(bold=True, size=16)
HEAD = PatternFill("solid", fgColor="E4E8EE")
WRONG = PatternFill("solid", fgColor="F8D7DA")
LINE = Side(style="thin", color="AAB3C0")
THIN = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
A4 = 9  # the number of the paper in the file format
LONGEST = 32_767  # characters a cell may hold


def write_export(
    out: IO[bytes],
    *,
    title: str,
    lines: Sequence[str],
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    notes: Sequence[Sequence[str]],
) -> None:
    """Write an .xlsx: title, lines about it, frozen headings with filters, the rows, and a sheet 说明."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_safe_title(title))
    top = len(lines) + 2
    sheet.freeze_panes = f"A{top + 1}"
    for place, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(place)].width = max(12, min(40, len(heading) * 2 + 6))
    sheet.append([_styled(sheet, title, font=TITLE)])
    for line in lines:
        sheet.append([text_cell(sheet, line)])
    sheet.append([_styled(sheet, heading, font=BOLD, fill=HEAD) for heading in headings])
    count = 0
    for row in rows:
        sheet.append([cell(sheet, value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(max(1, len(headings)))}{top + count}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    _write_notes(book, notes)
    book.save(out)


def write_csv(out: IO[bytes], *, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a .csv in UTF-8 with BOM; what a spreadsheet would take for a formula gets an apostrophe before it."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([neutral(heading) for heading in headings])
    for row in rows:
        writer.writerow([neutral(value) for value in row])
    text.detach()


def neutral(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(STARTS_FORMULA):
        return f"'{value}"
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value


def cell(sheet: Any, value: Any) -> Any:
    """Return a cell: real days, instants and numbers; all else as text."""
    if isinstance(value, str):
        return text_cell(sheet, value)
    if isinstance(value, datetime):
        return _styled(sheet, value, number_format="yyyy-mm-dd hh:mm")
    if isinstance(value, date):
        return _styled(sheet, value, number_format="yyyy-mm-dd")
    plain: Any = value if value is None or isinstance(value, int | float | Decimal) else str(value)
    return WriteOnlyCell(sheet, plain)


def text_cell(sheet: Any, text: str) -> Any:
    """Return a cell that is text whatever it begins with: codes keep their digits, formulas stay asleep."""
    made = WriteOnlyCell(sheet, "")
    made.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]
    made.data_type = "s"
    made.number_format = "@"
    if text.startswith(STARTS_FORMULA):
        made.quotePrefix = True
    return made


def write_template(out: IO[bytes], register: Register) -> None:
    """Write the import template: headings (* required), drop-downs for choices, and a sheet 说明."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _safe_title(str(register.plural))
    needed = required_fields(register)
    for place, name in enumerate(import_fields(register), 1):
        letter = get_column_letter(place)
        head = sheet.cell(1, place, heading_of(register, name) + ("*" if name in needed else ""))
        head.font, head.fill, head.border = BOLD, HEAD, THIN
        sheet.column_dimensions[letter].width = max(14, len(str(head.value)) * 2 + 4)
        field = register.field(name)
        if not isinstance(field, models.DateField | models.FloatField | models.IntegerField):
            sheet.column_dimensions[letter].number_format = "@"
        values = allowed_values(field)
        if values and len(",".join(values)) < 250:
            choose = DataValidation(type="list", formula1=f'"{",".join(values)}"', allow_blank=field.blank)
            choose.error, choose.errorTitle = _("请从下拉列表中选择"), heading_of(register, name)
            sheet.add_data_validation(choose)
            choose.add(f"{letter}2:{letter}5001")
        elif isinstance(field, models.CharField | models.TextField):
            for number in range(2, 202):
                sheet.cell(number, place).number_format = "@"
    sheet.freeze_panes = "A2"
    _write_notes(book, import_notes(register))
    book.save(out)


def import_notes(register: Register) -> list[list[str]]:
    """Return the lines of the sheet 说明 of an import template."""
    needed = required_fields(register)
    notes = [
        [_("%s 导入说明") % register.plural],
        [_("表头不要改动；带 * 的列必须填写；从第 2 行起填写，每行一条。")],
        [_("编码、电话等请按文本填写；日期写成 2026-11-23。")],
        [_("以下列相同的视为同一条记录：%s。") % "、".join(heading_of(register, n) for n in register.key)],
        [],
        [_("列名"), _("必填"), _("填写要求")],
    ]
    for name in import_fields(register):
        notes.append([heading_of(register, name), _("是") if name in needed else "", _asked(register.field(name))])
    return notes


def allowed_values(field: Any) -> list[str]:
    """Return the labels that a column takes; empty when it takes any text."""
    if field.choices:
        return [str(label) for _value, label in field.flatchoices]
    return [_("是"), _("否")] if isinstance(field, models.BooleanField) else []


def write_marked(
    out: IO[bytes], *, headings: list[str], rows: list[tuple[int, list[Any]]], problems: dict[int, Any]
) -> None:
    """Write the uploaded rows again: wrong cells on red with a note, and what is wrong in a last column.

    ``problems`` holds by row number a list of (heading or "", what is wrong).
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _safe_title(_("标出错误"))
    for place, heading in enumerate([*headings, _("错误说明")], 1):
        head = sheet.cell(1, place, ILLEGAL_CHARACTERS_RE.sub("", heading))
        head.font, head.fill = BOLD, HEAD
    for line, (number, cells) in enumerate(rows, 2):
        wrong = problems.get(number, [])
        by_heading = {heading: text for heading, text in wrong if heading}
        for place, (heading, value) in enumerate(zip(headings, cells, strict=False), 1):
            made = sheet.cell(line, place)
            _put(made, value)
            if heading in by_heading:
                made.fill, made.comment = WRONG, Comment(by_heading[heading], _("安宁"))
        if wrong:
            said = sheet.cell(line, len(headings) + 1)
            _put(said, "；".join(f"{heading}：{text}" if heading else text for heading, text in wrong))
            said.fill, said.alignment = WRONG, Alignment(wrap_text=True)
    sheet.column_dimensions[get_column_letter(len(headings) + 1)].width = 60
    sheet.freeze_panes = "A2"
    book.save(out)


def read_back(content: bytes) -> Any:
    """Return a workbook from its bytes."""
    return load_workbook(io.BytesIO(content))


def _put(made: Any, value: Any) -> None:
    made.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST] if isinstance(value, str) else value
    if isinstance(value, str):
        made.data_type, made.number_format = "s", "@"


def _styled(sheet: Any, value: Any, **styles: Any) -> Any:
    made = text_cell(sheet, value) if isinstance(value, str) else WriteOnlyCell(sheet, value)
    for name, style in styles.items():
        setattr(made, name, style)
    return made


def _write_notes(book: Any, notes: Sequence[Sequence[str]]) -> None:
    sheet = book.create_sheet(_("说明"))
    if book.write_only:
        for row in notes:
            sheet.append([text_cell(sheet, text) for text in row])
        return
    sheet.column_dimensions["A"].width, sheet.column_dimensions["C"].width = 22, 80
    for line, row in enumerate(notes, 1):
        for place, text in enumerate(row, 1):
            _put(sheet.cell(line, place), text)


def _asked(field: Any) -> str:
    values = allowed_values(field)
    if values:
        return _("只能填：%s") % "、".join(values)
    if isinstance(field, models.ForeignKey):
        return _("填已登记的%s的名称或编码") % field.related_model._meta.verbose_name
    if isinstance(field, models.DateTimeField):
        return _("时间，如 2026-11-23 14:27")
    if isinstance(field, models.DateField):
        return _("日期，如 2026-11-23")
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        return _("数字")
    longest = _("最多 %s 字") % field.max_length if field.max_length else ""
    return "；".join(part for part in (longest, str(field.help_text)) if part)


def _safe_title(title: str) -> str:
    return "".join("·" if sign in "[]:*?/\\" else sign for sign in title)[:31] or _("数据")
