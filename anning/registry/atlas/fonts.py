"""A font with Chinese characters for pictures drawn on the server; we ship none, the machine has one."""

from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import ImageFont

from anning.kernel.errors import Refused

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
# File names in order of preference, with the face inside a collection that draws simplified Chinese.
FACES = (
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("NotoSansSC-Regular.otf", 0),
    ("SourceHanSansCN-Regular.otf", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", 0),
    ("msyh.ttc", 0),
    ("simhei.ttf", 0),
    ("DroidSansFallbackFull.ttf", 0),
    ("NotoSerifCJK-Regular.ttc", 2),
)


@lru_cache(maxsize=32)
def face(size: int) -> ImageFont.FreeTypeFont:
    """Return the font at ``size`` pixels. Raises Refused on a machine without any."""
    path, place = _found()
    return ImageFont.truetype(str(path), size, index=place)


def _found() -> tuple[Path, int]:
    for name, place in FACES:
        for folder in FOLDERS:
            for path in sorted(Path(folder).rglob(name)):
                return path, place
    raise Refused(
        _("服务器上没有中文字体，不能出图"),
        _("请系统管理员安装中文字体（如 fonts-noto-cjk 或 fonts-wqy-microhei）后再试"),
    )
