"""The spreadsheets of the setup: the template of areas, the report of what is missing."""

import io
from datetime import datetime

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from anning.kernel import clock
from anning.registry.setup.areas import HEADINGS
from anning.registry.setup.completeness import Report, sheet_rows
from anning.ui.records.sheets import NOTES
from anning.ui.records.workbooks import HEAD, write_export

TEXT_ROWS = 3000  # rows whose code column is set to text, so that no digit is lost


def areas_template(district: str) -> bytes:
    """Return the template of the table of areas; its code column is text."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = _("区划表")
    sheet.append(list(HEADINGS))
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=HEAD.fgColor.rgb)
    for number in range(2, TEXT_ROWS):
        sheet.cell(number, 1).number_format = "@"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 28
    sheet.freeze_panes = "A2"
    notes = book.create_sheet(str(NOTES))
    for line in (
        _("区划代码为 12 位统计用区划代码，按文本填写；镇街末三位为 000，例如 %s001000") % (district or "130283"),
        _("每行一个镇街或村（社区）；村的前 9 位就是所在镇街"),
        _("类别可不填，按名称判断：街道、镇、乡、村、社区、园区"),
    ):
        notes.append([line])
    notes.column_dimensions["A"].width = 90
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def completeness(report: Report, at: datetime) -> bytes:
    """Return the report of what is missing."""
    headings, rows = sheet_rows(report)
    out = io.BytesIO()
    lines = [_("%s 统计；每项前一列为缺少数，后一列为总数") % clock.local(at).strftime("%Y-%m-%d %H:%M")]
    write_export(out, title=_("完整性报告"), lines=lines, headings=headings, rows=rows, notes=[])
    return out.getvalue()
