"""The journal as a file: what is filtered, with a title, the filter, who took it and when."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from anning.kernel import clock
from anning.live.reading import Line, facts

MOST = {"csv": 200_000, "xlsx": 20_000}
COLUMNS = (
    _("序号"),
    _("业务时间"),
    _("记录时间"),
    _("事项"),
    _("对象"),
    _("对象代码"),
    _("操作人"),
    _("操作人代码"),
    _("区域代码"),
    _("密级"),
    _("内容"),
    _("摘要"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def as_csv(lines: Iterable[Line], heading: list[str]) -> Iterator[bytes]:
    """Yield the file line by line, with the mark by which Excel knows UTF-8."""
    writer = csv.writer(Echo())
    yield b"\xef\xbb\xbf"
    for text in heading:
        yield writer.writerow([_safe(text)])
    yield writer.writerow([str(column) for column in COLUMNS])
    for line in lines:
        yield writer.writerow([_safe(value) for value in _row(line)])


def as_xlsx(lines: Iterable[Line], heading: list[str]) -> bytes:
    """Return a workbook whose cells are text and numbers, never formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(_("操作日志")))
    sheet.freeze_panes = f"A{len(heading) + 2}"
    for text in heading:
        sheet.append([_cell(sheet, text)])
    sheet.append([_cell(sheet, str(column)) for column in COLUMNS])
    for line in lines:
        sheet.append([_cell(sheet, value) for value in _row(line)])
    made = BytesIO()
    book.save(made)
    return made.getvalue()


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> bytes:
        """Return the line in UTF-8."""
        return text.encode()


def _row(line: Line) -> list[Any]:
    entry = line.entry
    told = "；".join(
        f"{f.label}：{f.before} → {f.after}" if f.before else f"{f.label}：{f.after}" for f in facts(entry)
    )
    return [
        entry.seq,
        f"{clock.local(entry.at):%Y-%m-%d %H:%M:%S}",
        f"{clock.local(entry.recorded_at):%Y-%m-%d %H:%M:%S}",
        line.label,
        line.subject,
        entry.subject,
        line.who,
        entry.actor,
        entry.area_code,
        str(entry.get_sensitivity_display()),
        told,
        entry.digest,
    ]


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=_without_controls(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _without_controls(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t")
