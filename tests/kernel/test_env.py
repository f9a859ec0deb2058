import pytest

from anning.kernel.env import KNOWN, BadSetting, env, setting_list, time_of_day


def test_an_unset_setting_is_its_default_and_is_known_with_its_words(monkeypatch):
    monkeypatch.delenv("ANNING_TEST_PORT", raising=False)

    assert env("ANNING_TEST_PORT", 8000, cast=int, doc="端口") == 8000
    assert (KNOWN["ANNING_TEST_PORT"].kind, KNOWN["ANNING_TEST_PORT"].doc) == ("int", "端口")
    del KNOWN["ANNING_TEST_PORT"]


@pytest.fixture
def setting(monkeypatch):
    yield lambda text: monkeypatch.setenv("ANNING_TEST", text)
    KNOWN.pop("ANNING_TEST", None)


@pytest.mark.parametrize(("text", "value"), [("1", True), ("是", True), ("ON", True), ("0", False), ("", False)])
def test_yes_and_no_are_read(setting, text, value):
    setting(text)

    assert env("ANNING_TEST", not value, cast=bool, doc="开关") is value


@pytest.mark.parametrize(("text", "cast"), [("maybe", bool), ("八千", int), ("1.5", int), ("", int)])
def test_nonsense_is_refused_by_the_variables_name(setting, text, cast):
    setting(text)

    with pytest.raises(BadSetting, match="ANNING_TEST") as caught:
        env("ANNING_TEST", cast(), cast=cast, doc="值")
    assert caught.value.name == "ANNING_TEST"


def test_a_value_outside_the_choices_is_refused_with_the_choices(setting):
    setting("md5")

    with pytest.raises(BadSetting, match="sha256、sm3"):
        env("ANNING_TEST", "sha256", choices=("sha256", "sm3"), doc="算法")


@pytest.mark.parametrize(("text", "value"), [("2:05", "02:05"), ("23:59", "23:59"), ("", "")])
def test_a_time_of_day_is_written_one_way(setting, text, value):
    setting(text)

    assert env("ANNING_TEST", "02:30", cast=time_of_day, doc="时间") == value


@pytest.mark.parametrize("text", ["25:00", "凌晨两点", "02.30", "2", "02:30:00"])
def test_what_is_no_time_of_day_is_refused_saying_what_is_wanted(setting, text):
    setting(text)

    with pytest.raises(BadSetting, match="ANNING_TEST 无效：应为 时:分"):
        env("ANNING_TEST", "02:30", cast=time_of_day, doc="时间")
    with pytest.raises(BadSetting, match="应为 时:分"):
        setting_list("ANNING_TEST", "", cast=time_of_day, doc="交接班")


def test_a_list_loses_its_empty_parts(setting):
    setting(" a, ,b,")

    assert setting_list("ANNING_TEST", "", doc="列表") == ["a", "b"]
