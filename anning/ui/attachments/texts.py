"""Looking into PDF files and plain texts."""

import re
from typing import IO

from django.utils.translation import gettext as _

from anning.accounts.classified import refuse_classified
from anning.kernel.errors import Refused
from anning.ui.attachments.content import Content, refuse_stowaway

# What makes a PDF act when it is opened, or lets it carry files.
ACTIVE = ("JavaScript", "Launch", "EmbeddedFile", "RichMedia", "SubmitForm", "ImportData")
END_WITHIN = 4096
MARKED_WITHIN = 1024 * 1024
LARGEST_TEXT = 20 * 1024 * 1024
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
# A name in a PDF may be written with #xx for any letter.
SPELT = ("".join(f"(?:{sign}|#(?i:{ord(sign):02x}))" for sign in name) for name in ACTIVE)
ACTS = re.compile(f"/(?:{'|'.join(SPELT)})".encode())
MARKUP = ("<!doctype", "<html", "<script", "<svg", "<?xml", "<?php", "{\\rtf", "%!ps")


def examine_pdf(file: IO[bytes], content: Content) -> None:
    """Refuse a PDF that is cut off, acts by itself, or carries files."""
    refuse_stowaway(file, content)
    if b"%%EOF" not in content[-END_WITHIN:]:
        raise Refused(_("PDF 文件不完整"), _("请确认能打开，另存或重新导出后再上传"))
    if ACTS.search(content):
        raise Refused(_("PDF 里有脚本、内嵌文件或自动执行的动作"), _("请“打印为 PDF”生成新文件后再上传"))


def examine_text(_file: IO[bytes], content: Content) -> None:
    """Refuse a text that is none, is a page or a script, or bears a classification mark."""
    if len(content) > LARGEST_TEXT:
        raise Refused(_("文本超过 20 MB"), _("请压缩为 .zip 后再上传"))
    text = _decoded(content[:])
    if text is None or CONTROL.search(text):
        raise Refused(_("文件内容与扩展名不符，不是文本"), _("请用记事本打开确认，另存为 UTF-8 后再上传"))
    if text.lstrip("\ufeff \t\r\n").lower().startswith(MARKUP):
        raise Refused(_("内容是网页或脚本，不是普通文本"), _("请只保留文字，另存后再上传"))
    refuse_marked(text)


def refuse_marked(text: str) -> None:
    """Refuse a text with a classification mark of state secrets."""
    refuse_classified({"file": text[:MARKED_WITHIN]})


def _decoded(content: bytes) -> str | None:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
