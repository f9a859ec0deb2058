import pytest

from anning.kernel import district, rulebook


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("ANNING_HOME", str(tmp_path))
    monkeypatch.delenv("ANNING_DISTRICT", raising=False)


def test_nobody_has_said_which_district_it_is():
    assert district.code() == "" and rulebook.here() == "CN"


def test_what_was_kept_is_read_by_every_process():
    district.keep("130283")

    assert district.code() == "130283" and rulebook.here() == "CN-130283"


def test_the_environment_says_it_louder(monkeypatch):
    district.keep("130283")
    monkeypatch.setenv("ANNING_DISTRICT", "110101")

    assert district.code() == "110101"


@pytest.mark.parametrize("text", ["", "1202", "01028a", "130283001", "区"])
def test_what_is_no_code_is_neither_kept_nor_read(text, tmp_path):
    with pytest.raises(ValueError):
        district.keep(text)

    (tmp_path / "district").write_text(text)
    assert district.code() == ""
