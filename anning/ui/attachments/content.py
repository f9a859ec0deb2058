"""Looking into the bytes of a file without reading them all into memory."""

import io
import mmap
import re
import zipfile
from typing import IO

from django.utils.translation import gettext as _

from anning.kernel.errors import Refused

Content = bytes | mmap.mmap

# Windows, Linux, macOS, Java and shell programs; shortcuts; Windows installers are old Office containers.
PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
SHORTCUT = b"L\x00\x00\x00\x01\x14\x02\x00"
# Archives and pages that hide behind an honest beginning.
STOWAWAY = re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|<\?php|<script|<html|<iframe|<!DOCTYPE", re.IGNORECASE)
PDF_WITHIN = 1024  # readers look for the head of a PDF in so many bytes


def content_of(file: IO[bytes]) -> Content:
    """Return the bytes of an uploaded file: mapped when it lies on disk."""
    file.seek(0)
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (io.UnsupportedOperation, AttributeError, ValueError, OSError):
        return file.read()


def is_program(head: bytes) -> bool:
    """Whether a file that begins so can run."""
    return head.startswith((*PROGRAMS, SHORTCUT))


def refuse_stowaway(file: IO[bytes], content: Content) -> None:
    """Refuse a file that is two things at once: an archive, a PDF or a web page rides along with it."""
    is_pdf = content[:5] == b"%PDF-"
    if zipfile.is_zipfile(file) or STOWAWAY.search(content) or (not is_pdf and b"%PDF-" in content[:PDF_WITHIN]):
        raise Refused(_("文件里夹带了别的内容（压缩包、网页或程序）"), _("请用相应软件打开，另存为新文件后再上传"))
