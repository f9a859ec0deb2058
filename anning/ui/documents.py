"""Official documents (公文) as Word by GB/T 9704-2012: faces, sizes, margins, head, body, signature, 版记."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

Face = tuple[str, str]  # the Chinese face, and the one that every machine has
TITLE, FANGSONG, HEI = ("方正小标宋简体", "SimSun"), ("仿宋_GB2312", "FangSong"), ("黑体", "SimHei")
SONG = ("宋体", "SimSun")
KAI = ("楷体_GB2312", "KaiTi")
SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4, SIZE_5 = Pt(22), Pt(16), Pt(14), Pt(12), Pt(10.5)
HEADINGS = ((re.compile(r"[一二三四五六七八九十]+、"), HEI), (re.compile(r"（[一二三四五六七八九十]+）"), KAI))
RED = RGBColor(0xE6, 0x00, 0x12)
WIDTH = Mm(156)  # of the 版心
CHARACTER = 16  # points; 3号
LARGEST_MARK = 42  # points; 初号
IMPRINT_LINE = 24  # points


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """What stands on an official document; what is empty is left out.

    ``standing`` says that it is no official document yet (第 2 稿，未签发): then it gets no red head, no 版记.
    """

    issuer: str
    title: str
    paragraphs: Sequence[str]
    number: str = ""
    urgency: str = ""
    signer: str = ""
    addressee: str = ""
    signed_on: date | None = None
    copied_to: str = ""
    standing: str = ""
    digest: str = ""


def write_official(out: IO[bytes], paper: OfficialDocument) -> None:
    """Write the document: head, title, body, signature with date, and the 版记 at the foot of the last page."""
    document = blank()
    _page_numbers(document)
    if paper.standing:
        write_run(_paragraph(document), paper.standing, HEI, SIZE_3)
        _paragraph(document)
    else:
        _red_head(document, paper)
    _paragraph(document)
    write_title(document, paper.title).paragraph_format.space_after = Pt(29)
    if paper.addressee:
        write_run(_paragraph(document), f"{paper.addressee.rstrip('：:')}：", FANGSONG, SIZE_3)
    for text in paper.paragraphs:
        _body(document, text)
    if paper.signed_on:
        _signature(document, paper.issuer, paper.signed_on)
    if not paper.standing:
        _imprint(document, paper)
    document.save(out)


def day_text(day: date) -> str:
    """Return a day as official documents write it: 2026年7月20日, no leading zeros."""
    return f"{day.year}{_('年')}{day.month}{_('月')}{day.day}{_('日')}"


def blank(*, landscape: bool = False) -> Any:
    """Return an empty document: A4, margins 37/35/28/26 mm, 3号仿宋, 29 pt lines, — 1 — at the foot."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (Mm(28), Mm(26)) if landscape else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = (Mm(25), Mm(25)) if landscape else (Mm(28), Mm(26))
    section.footer_distance = Mm(28 if not landscape else 15)  # 7 mm below the 版心
    style = document.styles["Normal"]
    style.font.size = SIZE_3
    write_face(style.element.get_or_add_rPr(), FANGSONG)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = Pt(29)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    write_page_number(section.footer.paragraphs[0])
    return document


def write_title(document: Any, text: str) -> Any:
    """Write the title in 2号小标宋, centred."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing = Pt(35)
    paragraph.paragraph_format.space_after = Pt(14)
    write_run(paragraph, text, TITLE, SIZE_2)
    return paragraph


def write_run(paragraph: Any, text: str, face: Face, size: Any) -> Any:
    """Write text in a face and a size; signs that no paper shows are left out."""
    run = paragraph.add_run("".join(sign for sign in text if sign in "\n\t" or sign >= " "))
    run.font.size = size
    write_face(run._element.get_or_add_rPr(), face)
    return run


def write_face(properties: Any, face: Face) -> None:
    """Name the Chinese face for Chinese text; Latin letters take the face that every machine has."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    chinese, fallback = face
    fonts.set(qn("w:eastAsia"), chinese)
    for place in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(place), fallback)


def write_page_number(paragraph: Any, alignment: Any = WD_ALIGN_PARAGRAPH.CENTER) -> None:
    """Write the page number between its dashes."""
    paragraph.alignment = alignment
    write_run(paragraph, "— ", SONG, SIZE_4)
    run = write_run(paragraph, "", SONG, SIZE_4)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._element.append(part)
    write_run(paragraph, " —", SONG, SIZE_4)


def _red_head(document: Any, paper: OfficialDocument) -> None:
    """Write 紧急程度, the issuer's mark 35 mm below the top, number and signer, and the red line 4 mm below."""
    write_run(_paragraph(document), paper.urgency, HEI, SIZE_3)
    mark = _("%(issuer)s文件") % {"issuer": paper.issuer}
    line = _paragraph(document, WD_ALIGN_PARAGRAPH.CENTER)
    size = min(LARGEST_MARK, int(WIDTH.pt / max(len(mark), 1)))
    line.paragraph_format.space_before, line.paragraph_format.line_spacing = Pt(70), Pt(size + 8)
    write_run(line, mark, TITLE, Pt(size)).font.color.rgb = RED
    _paragraph(document)
    _paragraph(document)
    line = _paragraph(document)
    if paper.signer:
        line.paragraph_format.tab_stops.add_tab_stop(Pt(WIDTH.pt - CHARACTER), WD_TAB_ALIGNMENT.RIGHT)
        line.paragraph_format.left_indent = Pt(CHARACTER)
        write_run(line, f"{paper.number}\t{_('签发人')}：", FANGSONG, SIZE_3)
        write_run(line, paper.signer, KAI, SIZE_3)
    else:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        write_run(line, paper.number, FANGSONG, SIZE_3)
    rule = _paragraph(document)
    rule.paragraph_format.line_spacing = Mm(4)
    _border(rule, "E60012", bottom=8)
    _paragraph(document)


def _body(document: Any, text: str) -> None:
    """Write one paragraph: two characters in; a heading's face by its number."""
    line = _paragraph(document, WD_ALIGN_PARAGRAPH.JUSTIFY)
    line.paragraph_format.first_line_indent = Pt(2 * CHARACTER)
    face = next((face for pattern, face in HEADINGS if pattern.match(text)), FANGSONG)
    end = text.find("。") + 1 or len(text)  # a heading ends with its first sentence; the text goes on in 仿宋
    write_run(line, text[:end], face, SIZE_3)
    if text[end:]:
        write_run(line, text[end:], FANGSONG, SIZE_3)


def _signature(document: Any, issuer: str, day: date) -> None:
    """Write the issuer centred over the date, which stands four characters from the right."""
    written = day_text(day)
    wide = sum(0.5 if sign.isascii() else 1 for sign in written) * CHARACTER
    edge = 4 * CHARACTER
    _paragraph(document)
    for text, width in ((issuer, len(issuer) * CHARACTER), (written, wide)):
        line = _paragraph(document, WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.right_indent = Pt(max(0, edge + (wide - width) / 2))
        line.paragraph_format.keep_with_next = text is issuer
        write_run(line, text, FANGSONG, SIZE_3)


def _imprint(document: Any, paper: OfficialDocument) -> None:
    """Write the 版记 behind the signature, between its rules: 抄送, then 印发机关 and 印发日期.

    It stands in the text and does not float to the foot of the page: LibreOffice and Word place floats differently.
    """
    day = _("%s印发") % day_text(paper.signed_on) if paper.signed_on else ""
    _paragraph(document).paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    if paper.copied_to:
        cells = table.add_row().cells
        _imprint_cell(cells[0].merge(cells[1]), _("抄送：%s。") % paper.copied_to.rstrip("。"))
    cells = table.add_row().cells
    _imprint_cell(cells[0], paper.issuer)
    _imprint_cell(cells[1], day, WD_ALIGN_PARAGRAPH.RIGHT)
    for row in table.rows:
        for cell in row.cells:
            cell.width = WIDTH // 2
    _rules(table)
    _paragraph(document).paragraph_format.line_spacing = Pt(1)  # Word wants a paragraph behind a table
    if paper.digest:
        note = _("内容摘要：%s") % paper.digest[:16]
        for footer in (document.sections[0].footer, document.sections[0].even_page_footer):
            write_run(footer.add_paragraph(), note, SONG, SIZE_5)


def _imprint_cell(cell: Any, text: str, alignment: Any = WD_ALIGN_PARAGRAPH.LEFT) -> None:
    line = cell.paragraphs[0]
    line.alignment = alignment
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.line_spacing = Pt(IMPRINT_LINE)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(SIZE_4.pt)
    write_run(line, text, FANGSONG, SIZE_4)


def _rules(table: Any) -> None:
    """Rule the table with 0.35 mm outside and 0.25 mm between."""
    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", "8"), ("bottom", "8"), ("insideH", "6")):
        border = OxmlElement(f"w:{side}")
        for name, value in {"val": "single", "sz": size, "space": "0", "color": "000000"}.items():
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    table._tbl.tblPr.insert_element_before(borders, "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _border(paragraph: Any, colour: str = "000000", **sides: int) -> None:
    """Rule sides of a paragraph; widths in eighths of a point."""
    borders = OxmlElement("w:pBdr")
    for side in ("top", "bottom"):
        if side in sides:
            border = OxmlElement(f"w:{side}")
            for name, value in {"val": "single", "sz": str(sides[side]), "space": "1", "color": colour}.items():
                border.set(qn(f"w:{name}"), value)
            borders.append(border)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _page_numbers(document: Any) -> None:
    """Number odd pages at the right, even ones at the left, one character from the edge."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    odd.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    odd.paragraph_format.right_indent = even.paragraph_format.left_indent = Pt(SIZE_4.pt)
    write_page_number(even, WD_ALIGN_PARAGRAPH.LEFT)


def _paragraph(document: Any, alignment: Any = WD_ALIGN_PARAGRAPH.LEFT) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    return paragraph
