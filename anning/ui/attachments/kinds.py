"""What may be attached, and the check that a file is what its name says, before anything of it is kept.

This is no virus scan: that belongs to the machines that open files. Refused is what pretends, runs or blows up.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.classified import refuse_classified
from anning.kernel.errors import Refused
from anning.ui.attachments import media, packed, texts
from anning.ui.attachments.content import Content, content_of, is_program
from anning.ui.models import Attachment

Kind = Attachment.Kind
ZIPPED = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REMEDIES = {
    (".doc", ".wps", ".wpt", ".rtf"): gettext_lazy("请在 Word 或 WPS 中另存为 .docx 或 .pdf 后再上传"),
    (".xls", ".et", ".ett"): gettext_lazy("请在 Excel 或 WPS 中另存为 .xlsx 后再上传"),
    (".docm", ".dotm", ".xlsm", ".xltm", ".xlsb"): gettext_lazy("含宏的文件不接收，请另存为不含宏的 .docx 或 .xlsx"),
    (".ppt", ".pptx", ".dps", ".ofd"): gettext_lazy("请导出为 .pdf 后再上传"),
    (".rar", ".7z", ".gz", ".tar"): gettext_lazy("请解压后重新压缩为 .zip"),
    (".heic", ".heif", ".bmp", ".gif", ".webp", ".tif", ".tiff"): gettext_lazy("请另存为 .jpg 后再上传"),
    (".mov", ".avi", ".wmv", ".mkv"): gettext_lazy("请转换为 .mp4 后再上传"),
}
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Type:
    """One kind of file: what it begins with, the type that browsers are told, and how its content is examined."""

    kind: str
    media_type: str
    begins: tuple[bytes, ...]
    examine: Callable[[IO[bytes], Content], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its name without any path, and its type."""

    name: str
    type: Type


OFFICE = "application/vnd.openxmlformats-officedocument."
JPEG = Type(Kind.PICTURE, "image/jpeg", (b"\xff\xd8\xff",), media.examine_jpeg)
TYPES: dict[str, Type] = {
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".png": Type(Kind.PICTURE, "image/png", (b"\x89PNG\r\n\x1a\n",), media.examine_png),
    ".pdf": Type(Kind.DOCUMENT, "application/pdf", (b"%PDF-",), texts.examine_pdf),
    ".docx": Type(Kind.DOCUMENT, f"{OFFICE}wordprocessingml.document", (ZIPPED,), packed.examine_docx),
    ".xlsx": Type(Kind.TABLE, f"{OFFICE}spreadsheetml.sheet", (ZIPPED,), packed.examine_xlsx),
    ".zip": Type(Kind.ARCHIVE, "application/zip", (ZIPPED,), packed.examine_zip),
    ".txt": Type(Kind.TEXT, "text/plain", (), texts.examine_text),
    ".mp4": Type(Kind.VIDEO, "video/mp4", (), media.examine_mp4),
    ".mp3": Type(Kind.SOUND, "audio/mpeg", (b"ID3", b"\xff"), media.examine_mp3),
}


def check(name: str, file: IO[bytes]) -> Checked:
    """Return name and type of a file that is what it says. Raises Refused: what is wrong, why, what to do."""
    name = tidied(name)
    refuse_classified({}, file_names={"file": name})
    kind = TYPES.get(PurePath(name).suffix.lower())
    content = content_of(file)
    if not content[:1]:
        raise Refused(_("文件是空的"), _("请确认文件能打开后再上传"))
    if is_program(content[:8]) or PurePath(name).suffix.lower() in packed.RUNNING:
        raise Refused(_("不接收程序、脚本和快捷方式"), _("附件只用来存放资料；程序请通过其他途径交换"))
    if kind is None:
        raise Refused(_("不接收这种文件"), _remedy(name))
    if kind.begins and not content[:16].startswith(kind.begins):
        raise Refused(_("文件内容与扩展名不符，可能已损坏或被改名"), _mismatch(content))
    kind.examine(file, content)
    return Checked(name, kind)


def accepted() -> str:
    """Return the endings that are accepted, as the form's ``accept`` takes them."""
    return ",".join(TYPES)


def tidied(name: str) -> str:
    """Return a file's name without path, control and direction signs, in at most 120 characters with its ending."""
    name = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    name = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    name = re.sub(r"[/:*?\"<>|]", "_", name).strip(" .")
    ending = PurePath(name).suffix
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(ending)] + ending


def _remedy(name: str) -> str:
    ending = PurePath(name).suffix.lower()
    special = next((str(words) for endings, words in REMEDIES.items() if ending in endings), "")
    kinds = "、".join(each.removeprefix(".") for each in TYPES)
    return special or _("可以上传的文件：%s") % kinds


def _mismatch(content: Content) -> str:
    if content[:8] == OLD_OFFICE:
        return _("内容是旧版 Office 文件或加了密码，请去掉密码并另存为 .docx 或 .xlsx")
    return _("请用相应软件打开确认，另存后再上传")
