"""Honest files of every kind that may be attached, and hostile ones beside tests/hostile/files.py."""

import io
import struct
import zipfile
import zlib

import docx
from PIL import Image

from tests.hostile.files import OLE, workbook

PROGRAM = b"MZ\x90\x00" + bytes(300)


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), **facts: object) -> bytes:
    """A picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **facts)
    return out.getvalue()


def jpeg() -> bytes:
    """A photograph."""
    return picture()


def png() -> bytes:
    """A screenshot."""
    return picture("PNG")


def motion_photo() -> bytes:
    """A photograph behind which the telephone has put a short film of its own."""
    return jpeg() + mp4()


def pdf(body: bytes = b"1 0 obj <</Type /Catalog>> endobj") -> bytes:
    """A small PDF."""
    return b"%PDF-1.4\n" + body + b"\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def word(*paragraphs: str) -> bytes:
    """A Word file."""
    document, out = docx.Document(), io.BytesIO()
    for paragraph in paragraphs or ("应急预案",):
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def table() -> bytes:
    """An Excel file."""
    return workbook([["名称", "数量"], ["编织袋", 500]])


def archive(members: dict[str, bytes] | None = None, **facts: object) -> bytes:
    """A zip of photographs and a plan."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (members or {"现场/一.jpg": jpeg(), "预案.docx": word(), "说明.txt": b"ok"}).items():
            packed.writestr(name, content)
    return out.getvalue()


def text() -> bytes:
    """A plain text as Windows in Chinese saves it."""
    return "值班记录\r\n一切正常\r\n".encode("gb18030")


def mp4() -> bytes:
    """A row of boxes as telephones write them."""
    return _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + _box(b"moov", bytes(64)) + _box(b"mdat", bytes(256))


def mp3() -> bytes:
    """A tag and three silent frames (MPEG-1 layer III, 128 kbit/s, 44100 Hz: 417 bytes each)."""
    return b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + (b"\xff\xfb\x90\x00" + bytes(413)) * 3


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def with_part(whole: bytes, name: str, content: bytes) -> bytes:
    """The zip or Office file with one more part."""
    out = io.BytesIO(whole)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


def locked_archive() -> bytes:
    """A zip that says of its parts that they are encrypted."""
    whole = bytearray(archive({"a.txt": b"secret"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.find(mark) + place] |= 1
    return bytes(whole)


def link_in_archive() -> bytes:
    """A zip with a symbolic link to a file of the server."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        part = zipfile.ZipInfo("名单.txt")
        part.external_attr = 0o120777 << 16
        packed.writestr(part, "/etc/passwd")
    return out.getvalue()


def lying_bomb() -> bytes:
    """A zip of a few kilobytes that says it unpacks to many gigabytes."""
    whole = bytearray(archive({"a.txt": b"a" * 1000}))
    place = whole.find(b"PK\x01\x02") + 24
    whole[place : place + 4] = b"\xf0\xff\xff\xff"
    return bytes(whole)


def huge_picture() -> bytes:
    """A PNG of a few kilobytes that decodes to gigapixels."""
    whole = bytearray(png())

    head = struct.pack(">II", 60000, 60000) + bytes(whole[24:29])
    whole[16:29] = head
    whole[29:33] = struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return bytes(whole)


OLD_WORD = OLE + bytes(2048)
