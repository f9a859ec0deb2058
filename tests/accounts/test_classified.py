"""Classified material is refused; words about it are not."""

import pytest

from anning.accounts.classified import mark_in, refuse_classified
from anning.kernel.errors import Refused


@pytest.mark.parametrize(
    "text",
    [
        "秘密★",
        "机密★1年",
        "绝 密 ★长期",
        "秘密级★3年",
        "★长期",
        "密级：机密",
        "密 级  绝密",
        "关于防汛部署的报告（秘密）",
        "【绝密】部署",
        "机密\n关于防汛的报告",
        "　秘密　\n",
        "机密 关于印发预案的通知",
        "编号 003\n秘密★5年\n",
    ],
)
def test_a_mark_is_found(text):
    assert mark_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "保护商业秘密（含技术秘密）",
        "《中华人民共和国保守国家秘密法》",
        "数据的机密性、完整性、可用性",
        "密级分为绝密、机密、秘密三级",
        "密级：秘密、机密、绝密的材料均不得录入",
        "不得泄露工作秘密",
        "涉密人员管理",
        "满意度★★★★★ 5年",
        "秘密举报人的信息受保护",
        "★重点单位",
        "绝密飞行",
    ],
)
def test_words_are_no_marks(text):
    assert mark_in(text) == ""


@pytest.mark.parametrize(
    "name", ["机密-防汛.docx", "绝密.pdf", "防汛方案_秘密.docx", "秘密文件.doc", "方案（机密）.docx"]
)
def test_a_mark_in_a_file_name_is_found(name):
    assert mark_in(name, is_file_name=True)


@pytest.mark.parametrize("name", ["商业秘密保护.docx", "保守国家秘密法.pdf", "机密性要求.docx"])
def test_words_in_a_file_name_are_no_marks(name):
    assert mark_in(name, is_file_name=True) == ""


def test_the_refusal_names_every_place_and_says_what_to_do():
    with pytest.raises(Refused) as refused:
        refuse_classified({"title": "通知", "note": "秘密★1年", "count": 3}, file_names={"file": "绝密.pdf"})

    assert set(refused.value.fields) == {"note", "file"}
    assert "涉密" in refused.value.message and refused.value.remedy


def test_plain_texts_pass():
    refuse_classified({"title": "关于做好汛期值班的通知", "note": None}, file_names={"file": "值班表.xlsx"})


def test_a_long_text_is_judged_quickly():
    import time

    began = time.perf_counter()
    mark_in("防汛 \n　" * 200_000)

    assert time.perf_counter() - began < 2
