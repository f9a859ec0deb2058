"""Files that people hand in: kept only when their first bytes are what their name says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePath

from django.utils.translation import gettext as _

from anning.kernel.errors import Refused
from anning.vault import store

LIMIT = 20 * 1024 * 1024  # bytes; a photograph of a telephone has 3 to 8 MB
ZIPPED = b"PK\x03\x04"
# what a file of this ending begins with, and the type that browsers are told
KINDS: dict[str, tuple[tuple[bytes, ...], str]] = {
    ".jpg": ((b"\xff\xd8\xff",), "image/jpeg"),
    ".jpeg": ((b"\xff\xd8\xff",), "image/jpeg"),
    ".png": ((b"\x89PNG\r\n\x1a\n",), "image/png"),
    ".pdf": ((b"%PDF-",), "application/pdf"),
    ".docx": ((ZIPPED,), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": ((ZIPPED,), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A stored file: its name without any path, its type, its hash, its size in bytes."""

    name: str
    media_type: str
    sha256: str
    size: int


def keep(name: str, chunks: Iterable[bytes]) -> Checked:
    """Store a file whose content fits its name. Raises Refused for any other, saying what is accepted."""
    name = PurePath(name.replace("\\", "/")).name
    kind = KINDS.get(PurePath(name).suffix.lower())
    accepted = "、".join(ending.removeprefix(".") for ending in KINDS)
    if kind is None:
        raise Refused(_("不接受这种文件"), _("请上传 %(kinds)s 文件") % {"kinds": accepted}, fields={"file": name})
    beginnings, media_type = kind
    parts = iter(chunks)
    head = _head(parts)
    if not head.startswith(beginnings):
        raise Refused(_("文件内容与扩展名不符，可能已损坏或被改名"), _("请打开确认后重新上传"), fields={"file": name})
    kept = store.keep(chain([head], parts), limit=LIMIT)
    return Checked(shortened(name), media_type, kept.sha256, kept.size)


def shortened(name: str, most: int = 120) -> str:
    """Return the name in at most ``most`` characters, its ending kept."""
    ending = PurePath(name).suffix
    return name if len(name) <= most else name[: most - len(ending)] + ending


def _head(parts: Iterator[bytes]) -> bytes:
    """Return the first bytes, at least eight when there are so many."""
    head = b""
    for part in parts:
        head += part
        if len(head) >= 8:
            break
    return head
