"""Reports and notices on paper: Word by GB/T 9704-2012, Excel with real numbers."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from anning.accounts.selectors import district_name
from anning.kernel import clock
from anning.monitoring.models import CameraState, EarlyNotice, WatchReport
from anning.monitoring.rounds.figures import Figures
from anning.ui.documents import (
    FANGSONG,
    HEI,
    SIZE_4,
    SIZE_SMALL_4,
    WIDTH,
    OfficialDocument,
    blank,
    day_text,
    write_official,
    write_run,
    write_title,
)

Table = tuple[str, Sequence[str], Sequence[Sequence[Any]]]


def heading_of(report: WatchReport) -> str:
    """Return the title of a report."""
    return _("%(district)s安防网监测%(kind)s") % {"district": district_name(), "kind": report.get_kind_display()}


def span_of(report: WatchReport) -> str:
    """Return the span that a report counts."""
    since, until = clock.local(report.from_at), clock.local(report.until_at)
    return f"{since:%Y-%m-%d %H:%M} — {until:%Y-%m-%d %H:%M}"


def rate_text(rate: float | None) -> str:
    """Return a share; a dash where there was nothing to count."""
    return "—" if rate is None else f"{rate:.1f}%"


def paragraphs(report: WatchReport) -> list[str]:
    """Return the report's text, as the leaders read it."""
    found = Figures(**report.figures)
    camera = found.camera_states
    tiers = found.alarms
    lines = [
        _(
            "一、在线情况。接入企业%(firms)s家，点位%(points)s个，其中探测点位%(probes)s个、摄像机%(cameras)s路；在线率%(rate)s。"
        )
        % {
            "firms": found.enterprises,
            "points": found.points,
            "probes": found.probes,
            "cameras": found.cameras,
            "rate": rate_text(found.online_rate),
        },
        _(
            "摄像机正常%(good)s路，离线%(offline)s路，遮挡%(blocked)s路，黑屏%(black)s路。整段时间没有任何读数的企业%(dark)s家。"
        )
        % {
            "good": camera.get(CameraState.NORMAL, 0),
            "offline": camera.get(CameraState.OFFLINE, 0),
            "blocked": camera.get(CameraState.BLOCKED, 0),
            "black": camera.get(CameraState.BLACK, 0),
            "dark": len(found.dark),
        },
        _(
            "二、报警情况。发生报警%(raised)s起，按初始等级：报警%(alarm)s起、预警%(warning)s起、提示%(notice)s起，合并的重复报警共%(episodes)s次；"
        )
        % {
            "raised": found.raised,
            "alarm": tiers.get("alarm", 0),
            "warning": tiers.get("warning", 0),
            "notice": tiers.get("notice", 0),
            "episodes": found.episodes,
        }
        + _(
            "研判真警%(true)s起、误报%(false)s起，误报率%(false_rate)s；处置及时率%(in_time)s；上报%(up)s起，尚未办结%(open)s起。"
        )
        % {
            "true": found.true,
            "false": found.false,
            "false_rate": rate_text(found.false_rate),
            "in_time": rate_text(found.in_time_rate),
            "up": found.handed_up,
            "open": found.unresolved,
        },
        _(
            "三、巡查抽查。计划视频巡查%(planned)s家次，完成%(done)s家次，发现问题%(findings)s个；查岗%(checks)s次，按时应答%(answered)s次，应答率%(rate)s。"
        )
        % {
            "planned": found.planned_visits,
            "done": found.done_visits,
            "findings": found.findings,
            "checks": found.checks,
            "answered": found.answered_checks,
            "rate": rate_text(found.check_rate),
        },
        _(
            "四、数据质量。收到读数%(readings)s个，其中故障标记%(faulty)s个，数据有效率%(good)s；新发生设备故障%(faults)s处，未修复%(open)s处。"
        )
        % {
            "readings": found.readings,
            "faulty": found.faulty_readings,
            "good": rate_text(found.good_rate),
            "faults": found.faults,
            "open": found.open_faults,
        },
    ]
    return [*lines, *([_("五、说明。%s") % report.remark] if report.remark else [])]


def tables(report: WatchReport) -> list[Table]:
    """Return the tables behind the text: (title, heads, rows)."""
    found = Figures(**report.figures)
    made: list[Table] = [
        (
            _("报警较多的企业"),
            (_("序号"), _("企业"), _("所在区域"), _("报警数")),
            [(place, one["name"], one["place"], one["count"]) for place, one in enumerate(found.top, 1)],
        ),
        (
            _("误报原因"),
            (_("序号"), _("原因"), _("起数")),
            [(place, one["name"], one["count"]) for place, one in enumerate(found.false_reasons, 1)],
        ),
        (
            _("没有读数的企业"),
            (_("序号"), _("企业")),
            [(place, one["name"]) for place, one in enumerate(found.dark, 1)],
        ),
    ]
    if found.daily:
        heads = (_("日期"), _("在线率"), _("报警数"), _("处置及时率"), _("误报率"))
        rows = [
            (
                one["day"][:10],
                rate_text(one["online_rate"]),
                one["raised"],
                rate_text(one["in_time_rate"]),
                rate_text(one["false_rate"]),
            )
            for one in found.daily
        ]
        made.append((_("逐日情况"), heads, rows))
    return [table for table in made if table[2]]


def write_report(report: WatchReport) -> BytesIO:
    """Write the report as Word."""
    document = blank()
    write_title(document, heading_of(report))
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write_run(line, _("统计时段：%s") % span_of(report), FANGSONG, SIZE_4)
    for text in paragraphs(report):
        _body(document, text)
    for number, table in enumerate(tables(report), 1):
        _table(document, number, table)
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    write_run(line, day_text(clock.local(report.until_at).date()), FANGSONG, SIZE_4)
    return _saved(document)


def _body(document: Any, text: str) -> None:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    line.paragraph_format.first_line_indent = Pt(32)
    head, dot, rest = text.partition("。")
    is_head = len(head) < 10 and bool(rest)
    write_run(line, f"{head}{dot}" if is_head else text, HEI if is_head else FANGSONG, Pt(16))
    if is_head:
        write_run(line, rest, FANGSONG, Pt(16))


def _table(document: Any, number: int, table: Table) -> None:
    title, heads, rows = table
    line = document.add_paragraph()
    line.paragraph_format.space_before = Pt(12)
    line.paragraph_format.keep_with_next = True
    write_run(line, _("附表%(number)s　%(title)s") % {"number": number, "title": title}, HEI, SIZE_4)
    drawn = document.add_table(rows=1, cols=len(heads))
    drawn.style = "Table Grid"
    for cell, head in zip(drawn.rows[0].cells, heads, strict=True):
        _cell(cell, head, HEI)
    for row in rows:
        for cell, value in zip(drawn.add_row().cells, row, strict=True):
            _cell(cell, str(value), FANGSONG)
    drawn.autofit = False
    for column, width in zip(drawn.columns, _widths(heads), strict=True):
        column.width = width  # LibreOffice goes by the columns, Word by the cells
        for cell in column.cells:
            cell.width = width


def _widths(heads: Sequence[str]) -> list[int]:
    """Return the widths of a table's columns: a narrow number, the second column what the others leave."""
    if heads[0] != _("序号"):
        return [WIDTH // len(heads)] * len(heads)
    others = [Mm(14), *([Mm(34)] * (len(heads) - 2))]
    return [Mm(14), WIDTH - sum(others), *others[1:]]


def _cell(cell: Any, text: str, face: Any) -> None:
    line = cell.paragraphs[0]
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    line.paragraph_format.line_spacing = Pt(20)
    write_run(line, text, face, SIZE_SMALL_4)


def write_workbook(report: WatchReport) -> BytesIO:
    """Write the report as Excel: figures, tables, and a sheet that says what each figure means."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("指标")
    sheet.append([heading_of(report)])
    sheet.append([_("统计时段"), span_of(report)])
    sheet.append([_("指标"), _("数值"), _("单位")])
    for row in numbers(Figures(**report.figures)):
        sheet.append(list(row))
    _dress(sheet, 3)
    for title, heads, rows in tables(report):
        page = book.create_sheet(title[:31])
        page.append(list(heads))
        for one in rows:
            page.append(list(one))
        _dress(page, 1)
    about = book.create_sheet(_("说明"))
    for text in meanings():
        about.append([text])
    about.column_dimensions["A"].width = 100
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def numbers(found: Figures) -> list[tuple[str, float | int | None, str]]:
    """Return every figure with its name and unit."""
    return [
        (_("接入企业"), found.enterprises, _("家")),
        (_("点位"), found.points, _("个")),
        (_("探测点位"), found.probes, _("个")),
        (_("摄像机"), found.cameras, _("路")),
        (_("在线分钟"), found.online_minutes, _("分钟")),
        (_("应在线分钟"), found.required_minutes, _("分钟")),
        (_("在线率"), found.online_rate, "%"),
        (_("读数"), found.readings, _("个")),
        (_("故障标记读数"), found.faulty_readings, _("个")),
        (_("数据有效率"), found.good_rate, "%"),
        (_("报警级"), found.alarms.get("alarm", 0), _("起")),
        (_("预警级"), found.alarms.get("warning", 0), _("起")),
        (_("提示级"), found.alarms.get("notice", 0), _("起")),
        (_("报警合计"), found.raised, _("起")),
        (_("含重复发生"), found.episodes, _("次")),
        (_("处置及时率"), found.in_time_rate, "%"),
        (_("真警"), found.true, _("起")),
        (_("误报"), found.false, _("起")),
        (_("误报率"), found.false_rate, "%"),
        (_("上报"), found.handed_up, _("起")),
        (_("尚未办结"), found.unresolved, _("起")),
        (_("计划巡查"), found.planned_visits, _("家次")),
        (_("完成巡查"), found.done_visits, _("家次")),
        (_("巡查完成率"), found.patrol_rate, "%"),
        (_("发现问题"), found.findings, _("个")),
        (_("查岗"), found.checks, _("次")),
        (_("按时应答"), found.answered_checks, _("次")),
        (_("查岗应答率"), found.check_rate, "%"),
        (_("新发生设备故障"), found.faults, _("处")),
        (_("未修复设备故障"), found.open_faults, _("处")),
    ]


def meanings() -> list[str]:
    """Say how each share is counted."""
    return [
        _("在线率 = 在线分钟 ÷ 应在线分钟；逐分钟判断，该分钟结束前的离线判定时间内有读数即为在线；不含摄像机。"),
        _("处置及时率 = 按时首次签收的报警 ÷ 应签收的报警；时限按报警发生时的初始等级。"),
        _("误报率 = 研判为误报的报警 ÷ 已研判的报警；未研判的不计入。"),
        _("查岗应答率 = 时限内应答的查岗 ÷ 已结束的查岗。"),
        _("数据有效率 = 未带故障标记的读数 ÷ 全部读数。"),
    ]


def _dress(sheet: Any, head: int) -> None:
    for cell in sheet[head]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="center")
    sheet.freeze_panes = f"A{head + 1}"
    for column in range(1, sheet.max_column + 1):
        texts = (str(sheet.cell(row, column).value or "") for row in range(head, sheet.max_row + 1))
        widest = max((sum(1 if sign.isascii() else 2 for sign in text) for text in texts), default=8)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(widest + 3, 10), 60)


def write_notice(notice: EarlyNotice) -> BytesIO:
    """Write a notice as an official document; a draft says that it is one."""
    out = BytesIO()
    receipts = list(notice.receipts.all())
    others = "，".join(receipt.name for receipt in receipts if receipt.role != "enterprise")
    paper = OfficialDocument(
        issuer=_("%s安防网监测中心") % district_name(),
        title=notice.title,
        paragraphs=[line for line in notice.body.splitlines() if line.strip()],
        number=notice.number,
        addressee=notice.enterprise.name,
        signed_on=clock.local(notice.sent_at).date() if notice.sent_at else None,
        copied_to=others,
        standing="" if notice.sent_at else _("草稿，未发出"),
    )
    write_official(out, paper)
    out.seek(0)
    return out


def _saved(document: Any) -> BytesIO:
    out = BytesIO()
    document.save(out)
    out.seek(0)
    return out
