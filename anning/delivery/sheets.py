"""The delivery report as a spreadsheet."""

import io
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from anning.delivery import channels
from anning.delivery.models import Attempt, Message, Receipt
from anning.delivery.selectors import report_of
from anning.kernel import clock
from anning.kernel.actor import Actor

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def report_sheet(message: Message, actor: Actor) -> bytes:
    """Return the report of one message: a title, who exported it when, one row per person."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("送达情况"))
    sheet.freeze_panes = "A4"
    exported = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    for line in ((message.title,), (_("导出人"), actor.title, _("导出时间"), exported), _headings()):
        sheet.append([_bold(sheet, safe(text)) for text in line])
    labels = {plug.name: str(plug.label) for plug in channels.every()}
    for receipt in report_of(message):
        sheet.append([safe(cell) for cell in _row(receipt, labels)])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def safe(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _headings() -> tuple[str, ...]:
    return (
        _("接收人"), _("单位"), _("岗位"), _("送达时间"), _("送达渠道"), _("打开时间"), _("应答时间"), _("应答内容"),
        _("转上门时间"), _("发送记录"),
    )  # fmt: skip


def _row(receipt: Receipt, labels: dict[str, str]) -> list[Any]:
    return [
        str(receipt.person),
        str(receipt.person.organisation),
        str(receipt.post or ""),
        _shown(receipt.delivered_at),
        labels.get(receipt.delivered_by, ""),
        _shown(receipt.opened_at),
        _shown(receipt.answered_at),
        receipt.answer,
        _shown(receipt.visit_at),
        "；".join(_told(attempt, labels) for attempt in receipt.attempts.all()),
    ]


def _told(attempt: Attempt, labels: dict[str, str]) -> str:
    at = attempt.ended_at or attempt.started_at or attempt.due_at
    label = labels.get(attempt.channel, attempt.channel)
    return f"{label} {clock.local(at):%m-%d %H:%M} {attempt.get_state_display()} {attempt.detail}".strip()


def _shown(at: datetime | None) -> datetime | None:
    return clock.local(at).replace(tzinfo=None) if at else None


def _bold(sheet: Any, text: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell
