"""Opening a zip from strangers: a few files, of honest size, with honest names, without a password."""

import io
import zipfile

from django.utils.translation import gettext as _

from anning.kernel.errors import Refused

MOST_PARTS = 200
LARGEST_UNPACKED = 300 * 1024 * 1024
MOST_RATIO = 200  # a shapefile packs to a tenth, never to a two-hundredth


def unpack(content: bytes, wanted: tuple[str, ...]) -> dict[str, bytes]:
    """Return the files with the ``wanted`` suffixes by name. Raises Refused for bombs, strange paths, passwords."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _examine(parts, len(content))
            return {
                _name(part): archive.read(part)
                for part in parts
                if not part.is_dir() and _name(part).lower().endswith(wanted) and not _is_litter(part)
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Refused(_("压缩包已损坏或加了密码"), _("请去掉密码，重新压缩为 .zip 后上传")) from error
    except zipfile.LargeZipFile as error:
        raise Refused(_("压缩包过大"), _("请拆分后分别导入")) from error


def _examine(parts: list[zipfile.ZipInfo], packed: int) -> None:
    if len(parts) > MOST_PARTS:
        raise Refused(_("压缩包里有 %s 个文件，过多") % len(parts), _("请只保留一个图层的文件"))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED or unpacked > max(packed, 1) * MOST_RATIO:
        raise Refused(_("压缩包解压后过大"), _("请检查压缩包；只保留一个图层的文件"))
    for part in parts:
        path = part.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or ":" in path[:3] or "\0" in path:
            raise Refused(_("压缩包里有不允许的路径“%s”") % path[:60], _("请重新压缩，不要包含上级目录"))


def _name(part: zipfile.ZipInfo) -> str:
    """Return the name as its maker wrote it: old Chinese zips carry GBK without saying so."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return part.filename


def _is_litter(part: zipfile.ZipInfo) -> bool:
    return part.filename.startswith("__MACOSX/") or part.filename.rpartition("/")[2].startswith(".")
