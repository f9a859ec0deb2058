"""Records and lists as Word files, drawn as official documents are."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.ui.documents import (
    FANGSONG,
    HEI,
    SIZE_4,
    SIZE_5,
    SIZE_SMALL_4,
    blank,
    write_run,
    write_title,
)
from anning.ui.records.papers import Cell, lines_of

MOST_ROWS = 2000  # a longer list wants a spreadsheet


def write_record(out: IO[bytes], *, title: str, groups: Sequence[tuple[str, Sequence[Cell]]], actor: Actor) -> None:
    """Write one record as a form: two labelled facts a line, a long fact over the whole width."""
    document = blank()
    write_title(document, title)
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = (Mm(28), Mm(50), Mm(28), Mm(50))  # 156 mm, the width of the 版心
    for name, cells in groups:
        head = table.add_row().cells
        _say(head[0].merge(head[3]), name, HEI, centred=False)
        for line in lines_of(cells):
            row = table.add_row().cells
            for place, cell in enumerate(line):
                _say(row[place * 2], cell.label, HEI, centred=True)
                _say(row[place * 2 + 1], cell.text, FANGSONG)
            if len(line) == 1:
                row[1].merge(row[3])
    for row in table.rows:
        _keep_together(row)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    _foot(document, actor, [f"{c.label}{c.text}" for _name, cells in groups for c in cells])
    document.save(out)


def write_list(
    out: IO[bytes], *, title: str, line: str, headings: Sequence[str], rows: Iterable[Sequence[str]], actor: Actor
) -> None:
    """Write a list as a table on landscape pages; its head repeats on each."""
    document = blank(landscape=True)
    write_title(document, title)
    _plain(document, line)
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        _say(cell, heading, HEI, centred=True, size=SIZE_5)
    _repeat(table.rows[0])
    said: list[str] = []
    for row in rows:
        made = table.add_row()
        _keep_together(made)
        for cell, text in zip(made.cells, row, strict=True):
            _say(cell, text, FANGSONG, size=SIZE_5)
        said.append("\t".join(row))
    _foot(document, actor, said)
    document.save(out)


def _plain(document: Any, text: str) -> None:
    write_run(document.add_paragraph(), text, FANGSONG, SIZE_4)


def _say(cell: Any, text: str, face: tuple[str, str], *, centred: bool = False, size: Any = SIZE_SMALL_4) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    write_run(paragraph, text, face, size)


def _foot(document: Any, actor: Actor, said: Sequence[str]) -> None:
    """Say who made the paper; equal content carries an equal digest, so a reprint can be told from a change."""
    digest = hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:16]
    at = clock.local(clock.now())
    text = _("打印人：%(who)s　打印时间：%(at)s　内容摘要：%(digest)s")
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(6)
    write_run(paragraph, text % {"who": actor.title, "at": f"{at:%Y-%m-%d %H:%M}", "digest": digest}, FANGSONG, SIZE_5)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_together(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
