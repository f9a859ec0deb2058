import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.numbers import OfficialNumber, parse

prefixes = st.text("津宁应急党政办发函字安", min_size=1, max_size=8)


def test_a_number_is_written_as_the_standard_says():
    assert str(OfficialNumber("津宁应急字", 2026, 3)) == "津宁应急字〔2026〕3号"


@given(prefixes, st.integers(1949, 2099), st.integers(1, 99_999))
def test_a_written_number_is_read_back(prefix, year, serial):
    number = OfficialNumber(prefix, year, serial)

    assert parse(str(number)) == number


@pytest.mark.parametrize("text", ["津宁应急字[2026]3号", "津宁应急字（2026）第003号", " 津宁应急字 〔2026〕 3 号 "])
def test_other_brackets_blanks_and_zeros_are_forgiven(text):
    assert str(parse(text)) == "津宁应急字〔2026〕3号"


@pytest.mark.parametrize(
    "text", ["", "津宁应急字2026-3", "〔2026〕3号", "津宁应急字〔26〕3号", "津宁应急字〔2026〕0号", "津〔2026〕3"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize(
    ("prefix", "year", "serial"), [("", 2026, 1), ("津1", 2026, 1), ("津", 26, 1), ("津", 2026, 0)]
)
def test_parts_that_no_number_has_are_refused(prefix, year, serial):
    with pytest.raises(ValueError):
        OfficialNumber(prefix, year, serial)


def test_numbers_of_one_series_sort_by_year_and_serial():
    written = ["津〔2026〕10号", "津〔2025〕11号", "津〔2026〕2号"]

    assert [str(n) for n in sorted(map(parse, written))] == ["津〔2025〕11号", "津〔2026〕2号", "津〔2026〕10号"]
