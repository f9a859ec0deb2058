from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.rulebook import PACKAGED, BadRulePack
from anning.kernel.workdays import Calendar, NoCalendar, add_workdays, count_workdays, is_workday

CALENDAR = Calendar.load(PACKAGED / "holidays")
days = st.dates(date(2025, 3, 1), date(2026, 6, 30))


def days_off(year):
    day = date(year, 1, 1)
    while day.year == year:
        if not CALENDAR.is_workday(day):
            yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_as_many_days_off_as_weekends_and_legal_holidays(year):
    # 全国年节及纪念日放假办法 (2024 修订)：全体公民放假 13 天；其余是周末调换
    first = date(year, 1, 1)
    weekend = sum((first + timedelta(days=n)).weekday() >= 5 for n in range(365))

    assert len(list(days_off(year))) in (weekend + 13, weekend + 12)  # one legal day may fall on a weekend unreplaced


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 24), True),
        (date(2026, 10, 10), True),
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),
        (date(2025, 1, 26), True),
        (date(2025, 10, 8), False),
    ],
)
def test_holidays_and_make_up_days_of_the_notice_are_known(day, works):
    assert is_workday(day) is works


def test_the_first_day_does_not_count():
    assert add_workdays(date(2026, 11, 24), 1) == date(2026, 11, 25)
    assert add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_workdays(date(2026, 10, 8), -1) == date(2026, 9, 30)


def test_zero_days_from_a_day_off_is_the_next_working_day():
    assert add_workdays(date(2026, 10, 3), 0) == date(2026, 10, 8)
    assert add_workdays(date(2026, 10, 8), 0) == date(2026, 10, 8)


@given(days, st.integers(1, 60))
def test_counting_undoes_adding(day, count):
    end = CALENDAR.add_workdays(day, count)

    assert CALENDAR.is_workday(end)
    assert CALENDAR.count_workdays(day, end) == count
    assert count_workdays(day, end) == count


@given(days, st.integers(1, 30), st.integers(1, 30))
def test_adding_twice_is_adding_the_sum(day, first, second):
    assert CALENDAR.add_workdays(CALENDAR.add_workdays(day, first), second) == CALENDAR.add_workdays(
        day, first + second
    )


def test_a_year_without_its_notice_is_refused_by_name():
    with pytest.raises(NoCalendar, match="2031"):
        CALENDAR.is_workday(date(2031, 5, 1))
    with pytest.raises(NoCalendar, match="2027"):
        CALENDAR.add_workdays(date(2026, 12, 30), 5)


def test_an_estimate_over_a_year_without_its_notice_counts_weekends_and_says_so():
    known, unknown = CALENDAR.estimate(date(2026, 9, 30), 1), CALENDAR.estimate(date(2026, 12, 31), 1)

    assert (known.day, known.is_certain) == (date(2026, 10, 8), True)
    assert (unknown.day, unknown.is_certain) == (date(2027, 1, 1), False)


def test_a_term_beyond_ten_years_is_refused():
    with pytest.raises(ValueError, match="ten years"):
        CALENDAR.estimate(date(2026, 1, 1), 4000)


GOOD = """year: 2030
source: 测试
confidence: uncertain
holidays: [{name: 元旦, from: 2030-01-01, to: 2030-01-01}]
make_up_days: [2030-01-05]
"""


def test_a_later_folder_replaces_the_year(tmp_path):
    (tmp_path / "CN-2026.yaml").write_text(GOOD.replace("2030-01-05", "2026-01-10").replace("2030", "2026"), "utf-8")
    calendar = Calendar.load(PACKAGED / "holidays", tmp_path)

    assert calendar.is_workday(date(2026, 2, 16))
    assert not calendar.is_workday(date(2025, 1, 29))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (GOOD.replace("2030-01-05", "2030-01-04"), "2030-01-04 不能是调休上班日"),
        (GOOD.replace("2030-01-05", "2031-01-04"), "2031-01-04 不能是调休上班日"),
        (GOOD.replace("from: 2030-01-01", "from: 2029-12-31"), "不在 2030 年"),
        (GOOD.replace("uncertain", "sure"), "confidence"),
        (GOOD.replace("year: 2030", "year: 2029"), "CN-2029.yaml"),
        (GOOD.replace("source: 测试\n", ""), "source"),
        (GOOD.replace("2030-01-05", "某日"), "某日 不能是调休上班日"),
        ("[", "不是正确的 YAML"),
    ],
)
def test_a_malformed_notice_is_refused_with_what_is_wrong(tmp_path, text, what):
    (tmp_path / "CN-2030.yaml").write_text(text, "utf-8")

    with pytest.raises(BadRulePack) as caught:
        Calendar.load(tmp_path)
    assert what in caught.value.message and "CN-2030.yaml" in caught.value.message
