"""Word files by GB/T 9704-2012: A4, margins 37/35/28/26 mm, 2号小标宋 title, 仿宋 body, — 1 — page numbers."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.ui.records.papers import Cell, lines_of

TITLE, FANGSONG, HEI = ("方正小标宋简体", "SimSun"), ("仿宋_GB2312", "FangSong"), ("黑体", "SimHei")
SONG = ("宋体", "SimSun")
SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4, SIZE_5 = Pt(22), Pt(16), Pt(14), Pt(12), Pt(10.5)
MOST_ROWS = 2000  # a longer list wants a spreadsheet


def write_record(out: IO[bytes], *, title: str, groups: Sequence[tuple[str, Sequence[Cell]]], actor: Actor) -> None:
    """Write one record as a form: two labelled facts a line, a long fact over the whole width."""
    document = _paper()
    _title(document, title)
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
    document = _paper(landscape=True)
    _title(document, title)
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


def _paper(*, landscape: bool = False) -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (Mm(28), Mm(26)) if landscape else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = (Mm(25), Mm(25)) if landscape else (Mm(28), Mm(26))
    section.footer_distance = Mm(28 if not landscape else 15)  # 7 mm below the 版心
    style = document.styles["Normal"]
    style.font.size = SIZE_3
    _face(style.element.get_or_add_rPr(), FANGSONG)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = Pt(29)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    _page_number(section.footer.paragraphs[0])
    return document


def _title(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing = Pt(35)
    paragraph.paragraph_format.space_after = Pt(14)
    _run(paragraph, text, TITLE, SIZE_2)


def _plain(document: Any, text: str) -> None:
    _run(document.add_paragraph(), text, FANGSONG, SIZE_4)


def _say(cell: Any, text: str, face: tuple[str, str], *, centred: bool = False, size: Any = SIZE_SMALL_4) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    _run(paragraph, text, face, size)


def _run(paragraph: Any, text: str, face: tuple[str, str], size: Any) -> Any:
    run = paragraph.add_run("".join(sign for sign in text if sign in "\n\t" or sign >= " "))
    run.font.size = size
    _face(run._element.get_or_add_rPr(), face)
    return run


def _face(properties: Any, face: tuple[str, str]) -> None:
    """Name the Chinese face for Chinese text; Latin letters take the face that every machine has."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    chinese, fallback = face
    fonts.set(qn("w:eastAsia"), chinese)
    for place in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(place), fallback)


def _foot(document: Any, actor: Actor, said: Sequence[str]) -> None:
    """Say who made the paper; equal content carries an equal digest, so a reprint can be told from a change."""
    digest = hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:16]
    at = clock.local(clock.now())
    text = _("打印人：%(who)s　打印时间：%(at)s　内容摘要：%(digest)s")
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(6)
    _run(paragraph, text % {"who": actor.title, "at": f"{at:%Y-%m-%d %H:%M}", "digest": digest}, FANGSONG, SIZE_5)


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", SONG, SIZE_4)
    run = _run(paragraph, "", SONG, SIZE_4)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._element.append(part)
    _run(paragraph, " —", SONG, SIZE_4)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_together(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
