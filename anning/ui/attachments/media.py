"""Looking into pictures, films and sounds, and drawing small pictures."""

import io
from contextlib import suppress
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from anning.kernel.errors import Refused
from anning.ui.attachments.content import Content, refuse_stowaway

SMALL = (320, 240)  # pixels of a small picture
MOST_DECODED = 16_000_000  # pixels that are decoded in full for it; a plain JPEG is decoded at an eighth
JPEG_END, PNG_END = b"\xff\xd9", b"IEND\xaeB`\x82"
BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"3gp", b"dash", b"MSNV")
MOST_BOXES = 100_000
KBITS = {  # of MPEG audio layer III: version 1, versions 2 and 2.5 (ISO/IEC 11172-3, 13818-3)
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def examine_jpeg(file: IO[bytes], content: Content) -> None:
    """Refuse what is no whole JPEG. Telephones append data of their own behind the picture, so that stays allowed."""
    _examine_picture(file, content, "JPEG")
    if content.rfind(JPEG_END) < 0:
        raise Refused(_("图片不完整"), _("请重新拍摄或另存后再上传"))


def examine_png(file: IO[bytes], content: Content) -> None:
    """Refuse what is no whole PNG, or goes on behind its end: what was cut away may still stand there."""
    _examine_picture(file, content, "PNG")
    if content.rfind(PNG_END) != len(content) - len(PNG_END):
        raise Refused(_("图片不完整，或后面还带有别的数据"), _("请重新截图或另存后再上传"))


def examine_mp4(file: IO[bytes], content: Content) -> None:
    """Refuse what is not a whole row of boxes from a known brand to the end, with a film in it."""
    refuse_stowaway(file, content)
    kinds: list[bytes] = []
    place, end = 0, len(content)
    while place < end and len(kinds) < MOST_BOXES:
        size, kind = int.from_bytes(content[place : place + 4]), bytes(content[place + 4 : place + 8])
        if size == 1:
            size = int.from_bytes(content[place + 8 : place + 16])
        size = size or end - place
        if size < 8 or not kind.isascii():
            break
        kinds.append(kind)
        place += size
    is_film = kinds[:1] == [b"ftyp"] and bytes(content[8:12]).startswith(BRANDS) and b"moov" in kinds
    if not is_film or place != end:
        raise Refused(_("视频不完整，或不是 .mp4"), _("请确认能播放，转换为 .mp4 后再上传"))


def examine_mp3(file: IO[bytes], content: Content) -> None:
    """Refuse what does not begin, behind its tag, with two frames of sound."""
    refuse_stowaway(file, content)
    place = 0
    if content[:3] == b"ID3":
        place = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=True))
    while content[place : place + 1] == b"\0":
        place += 1
    length = _frame_length(content[place : place + 4])
    if not length or not _frame_length(content[place + length : place + length + 4]):
        raise Refused(_("声音文件不完整，或不是 .mp3"), _("请确认能播放，转换为 .mp3 后再上传"))


def small_picture(file: IO[bytes]) -> bytes | None:
    """Return a small JPEG without the original's place and time; None where drawing it would cost much."""
    file.seek(0)
    with suppress(OSError, ValueError, SyntaxError, Image.DecompressionBombError), Image.open(file) as picture:
        is_plain = picture.format != "PNG" and not picture.info.get("progressive")
        if not is_plain and picture.width * picture.height > MOST_DECODED:
            return None
        picture.draft("RGB", SMALL)
        drawn = ImageOps.exif_transpose(picture).convert("RGB")
        drawn.thumbnail(SMALL)
        out = io.BytesIO()
        drawn.save(out, "JPEG", quality=80)
        return out.getvalue()
    return None


def _examine_picture(file: IO[bytes], content: Content, form: str) -> None:
    refuse_stowaway(file, content)
    file.seek(0)
    try:
        with Image.open(file, formats=[form]) as picture:
            picture.verify()
    except Image.DecompressionBombError:
        raise Refused(_("图片尺寸过大"), _("请缩小到 1 亿像素以内后再上传")) from None
    except Exception as error:  # Pillow raises whatever a broken picture makes it meet
        raise Refused(_("图片已损坏，无法打开"), _("请重新拍摄或另存后再上传")) from error


def _frame_length(head: bytes) -> int:
    """Return the bytes of the layer III frame that begins so; 0 when none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, bits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in HERTZ or bits in (0, 15) or rate == 3:
        return 0
    samples = 144 if version == 3 else 72
    kbits = KBITS[3 if version == 3 else 2][bits]
    return samples * 1000 * kbits // HERTZ[version][rate] + (head[2] >> 1 & 1)
