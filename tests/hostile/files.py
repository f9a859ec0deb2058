"""Files that somebody might upload by mistake or in anger. Each function returns the bytes of one."""

import io
import zipfile
from collections.abc import Iterable

from openpyxl import Workbook

OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # what .xls and encrypted .xlsx begin with


def workbook(rows: Iterable[Iterable[object]]) -> bytes:
    """Return a good workbook with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    return _saved(book)


def empty() -> bytes:
    """Nothing at all."""
    return b""


def noise() -> bytes:
    """Bytes that are no format."""
    return bytes(range(256)) * 40


def picture() -> bytes:
    """A picture that was renamed to .xlsx."""
    return bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + bytes(200)


def old_excel() -> bytes:
    """An Excel 97 file, or one with a password: both begin alike."""
    return OLE + bytes(4096)


def zip_of_something_else() -> bytes:
    """A zip without a workbook in it."""
    return _zip({"readme.txt": b"hello"})


def cut_off() -> bytes:
    """A workbook whose transfer broke off."""
    whole = workbook([["a", "b"]] * 200)
    return whole[: len(whole) * 2 // 3]


def broken_sheet() -> bytes:
    """A workbook whose sheet is no XML."""
    return _with(workbook([["a"]]), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row></sheetData>"})


def entity_bomb() -> bytes:
    """A sheet whose entities unfold into gigabytes (billion laughs)."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'
    )
    return _with(workbook([["a"]]), {"xl/worksheets/sheet1.xml": sheet.encode()})


def outside_entity() -> bytes:
    """A sheet that wants to read a file of the server."""
    sheet = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&f;</t></is></c></row></sheetData></worksheet>'
    )
    return _with(workbook([["a"]]), {"xl/worksheets/sheet1.xml": sheet.encode()})


def zip_bomb(size_mb: int = 400) -> bytes:
    """A small file whose sheet unpacks to ``size_mb`` megabytes."""
    head = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
    )
    bomb = head + b"A" * (size_mb * 1024 * 1024) + b"</t></is></c></row></sheetData></worksheet>"
    return _with(workbook([["a"]]), {"xl/worksheets/sheet1.xml": bomb})


def with_macro() -> bytes:
    """A workbook that carries a macro."""
    return _with(workbook([["a"]]), {"xl/vbaProject.bin": OLE + bytes(512)})


def far_cell() -> bytes:
    """A workbook whose last used cell lies at the far corner of the sheet."""
    book = Workbook()
    book.active["A1"] = "a"
    book.active["XFD1048576"] = "b"
    return _saved(book)


def two_hundred_columns() -> bytes:
    """A table that is far wider than any register."""
    return workbook([[f"列{n}" for n in range(200)], list(range(200))])


def no_heading() -> bytes:
    """A table of another subject."""
    return workbook([["苹果", "梨"], [1, 2]])


def heading_only(headings: list[str]) -> bytes:
    """The right table without a row."""
    return workbook([headings])


def text_with_nul() -> bytes:
    """A CSV with NUL bytes."""
    return "名称,代码\n一\x00二,3\n".encode()


def utf16_text() -> bytes:
    """A CSV as old Excel saves Unicode text."""
    return "名称,代码\n一,3\n".encode("utf-16")


def half_character() -> bytes:
    """A CSV that is neither UTF-8 nor GB 18030."""
    return b"\xff\xff\x81" * 50


def _saved(book: Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return kept.getvalue()


def _with(book: bytes, changed: dict[str, bytes]) -> bytes:
    """Return the workbook with some members replaced or added."""
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    return _zip(members | changed)
