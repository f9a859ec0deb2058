"""Looking into zip archives and Office files: macros, programs, bombs, passwords, paths that lead outside."""

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from anning.kernel.errors import Refused
from anning.ui.attachments.content import Content, is_program
from anning.ui.attachments.texts import refuse_marked

# Bounds against hostile files, not rules of law: far above what honest ones need.
LARGEST_UNPACKED = 1024 * 1024 * 1024  # bytes, all parts together
LARGEST_OFFICE = 300 * 1024 * 1024
LARGEST_WORDS = 8 * 1024 * 1024
LARGEST_NESTED = 50 * 1024 * 1024  # of an Office file inside an archive
MOST_PARTS = 5000
ENCRYPTED, UTF_8 = 0x1, 0x800


def _endings(names: str) -> frozenset[str]:
    return frozenset(f".{name}" for name in names.split())


RUNNING = _endings(
    "exe dll com scr msi msc bat cmd ps1 vb vbs vbe js jse mjs wsf wsh hta jar apk sh py lnk reg cpl pif inf url scf "
    "xll iso img chm app deb rpm htm html xhtml mht svg php jsp asp"
)
MACROS = _endings("docm dotm xlsm xltm xlam xlsb pptm potm ppam")
ARCHIVES = _endings("zip rar 7z gz tgz tar bz2 xz cab arj lzh")
OFFICE = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
TAG = re.compile(rb"<[^>]{0,2000}>")


def examine_docx(file: IO[bytes], _content: Content) -> None:
    """Refuse what is no honest .docx, and one whose text bears a classification mark."""
    _examine_office(file, "word/")


def examine_xlsx(file: IO[bytes], _content: Content) -> None:
    """Refuse what is no honest .xlsx."""
    _examine_office(file, "xl/")


def examine_zip(file: IO[bytes], _content: Content) -> None:
    """Refuse an archive with programs, macros, other archives, a password, or paths that lead outside."""
    with _opened(file, LARGEST_UNPACKED) as archive:
        for part in archive.infolist():
            if not part.is_dir():
                _examine_part(archive, part)


def _examine_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    name = _name_of(part)
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or stat.S_ISLNK(part.external_attr >> 16):
        raise Refused(_("压缩包里的“%s”指向压缩包之外") % name, _("请重新压缩后再上传"))
    ending = path.suffix.lower()
    with archive.open(part) as opened:
        head = opened.read(8)
    if ending in RUNNING or is_program(head):
        raise Refused(_("压缩包里有程序、脚本或网页：%s") % name, _("请去掉后重新压缩"))
    if ending in MACROS:
        raise Refused(_("压缩包里有含宏的文件：%s") % name, _("请另存为不含宏的文件后重新压缩"))
    if ending in OFFICE and head.startswith(b"PK"):
        if part.file_size > LARGEST_NESTED:
            raise Refused(_("压缩包里的“%s”过大") % name, _("请单独上传这个文件"))
        _examine_office(io.BytesIO(_read(archive, part.filename, LARGEST_NESTED)), OFFICE[ending])
    elif ending in ARCHIVES or head.startswith((b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf")):
        raise Refused(_("压缩包里还有压缩包：%s") % name, _("请解开里层后重新压缩"))


def _examine_office(file: IO[bytes], folder: str) -> None:
    with _opened(file, LARGEST_OFFICE) as book:
        names = {part.filename for part in book.infolist()}
        if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
            raise Refused(_("文件内容与扩展名不符，可能已损坏或被改名"), _("请用 Office 或 WPS 打开，另存后再上传"))
        kinds = _read(book, "[Content_Types].xml", LARGEST_WORDS)
        if any("vbaproject" in n.lower() or "activex" in n.lower() for n in names) or b"macroEnabled" in kinds:
            raise Refused(_("文件含有宏或控件"), _("请另存为不含宏的 .docx 或 .xlsx 后再上传"))
        for name in names:
            if name.endswith((".xml", ".rels")):
                _refuse_active(name, _read(book, name, 4096 if name.endswith(".xml") else LARGEST_WORDS))
        if folder == "word/" and "word/document.xml" in names:
            refuse_marked(_words(_read(book, "word/document.xml", LARGEST_WORDS)))


def _refuse_active(name: str, part: bytes) -> None:
    """An honest part declares no entities, and an honest document fetches no template or object from elsewhere."""
    is_outside = name.endswith(".rels") and re.search(
        rb'<Relationship\s[^>]*(?:attachedTemplate|oleObject|frame)"[^>]*TargetMode\s*=\s*"External"'
        rb'|<Relationship\s[^>]*TargetMode\s*=\s*"External"[^>]*(?:attachedTemplate|oleObject|frame)"',
        part,
    )
    if b"<!DOCTYPE" in part[:4096].replace(b"\0", b"").upper() or is_outside:
        raise Refused(_("文件会从外部取用内容，不能接收"), _("请在 Office 或 WPS 中断开外部链接和模板，另存后再上传"))


@contextmanager
def _opened(file: IO[bytes], largest: int) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose parts are few, small and open. Raises Refused."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > largest:
                raise Refused(_("文件解压后过大，或其中的文件过多"), _("请拆分后分别上传"))
            if any(part.flag_bits & ENCRYPTED for part in parts):
                raise Refused(_("文件加了密码，无法检查"), _("请去掉密码后再上传"))
            yield archive
    except BROKEN as error:
        raise Refused(_("文件已损坏，无法打开"), _("请确认能打开，另存或重新压缩后再上传")) from error


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as opened:
        return opened.read(most)


def _words(xml: bytes) -> str:
    """Return the text of a Word document, one paragraph a line."""
    return TAG.sub(b"", xml.replace(b"</w:p>", b"\n")).decode(errors="replace")


def _name_of(part: zipfile.ZipInfo) -> str:
    """Return a part's name; Windows in Chinese writes it in GB 18030 without saying so."""
    if part.flag_bits & UTF_8:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename
