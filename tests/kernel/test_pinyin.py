import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.pinyin import MOST, full, initials, initials_key


@pytest.mark.parametrize(
    ("name", "key"),
    [("芦台街道", "ltjd"), ("任凤庄", "rfz"), ("俵口镇", "bkz"), ("区水务局", "qswj"), ("造甲城镇", "zjcz")],
)
def test_a_name_of_one_reading_has_one_key_and_no_noise(name, key):
    assert initials(name) == (key,)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("乐善庄", {"lsz", "ysz"}),
        ("曾家庄村", {"zjzc", "cjzc"}),
        ("单小明", {"dxm", "sxm"}),
        ("长宁路", {"cnl", "znl"}),
        ("仇某", {"qm", "cm"}),
        ("区某", {"qm", "om"}),
    ],
)
def test_every_reading_that_names_really_have_is_kept(name, keys):
    assert set(initials(name)) == keys


def test_a_surnames_reading_is_kept_only_at_the_head_of_a_persons_name():
    assert initials("区应急管理局") == ("qyjglj",)
    assert initials("解放村民委员会") == ("jfcmwyh",)


def test_whole_pinyin_is_kept_too():
    assert full("芦台街道") == ("lutaijiedao",)
    assert full("还乡新河") == ("huanxiangxinhe", "haixiangxinhe")
    assert initials_key("乐善庄") == "lsz ysz leshanzhuang yueshanzhuang"


def test_letters_and_digits_of_any_width_stay_and_signs_go():
    assert initials("Ａ３号（东）泵站") == ("a3hdbz",)
    assert initials("、。（）") == ()
    assert initials_key("") == ""


@given(st.text(max_size=120))
def test_any_text_gives_few_short_typeable_keys(text):
    key = initials_key(text)

    assert len(key) <= 140 and len(initials(text)) <= MOST
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in key.split())


def test_many_polyphones_do_not_explode():
    assert len(initials("乐重长行曾" * 8)) == MOST
