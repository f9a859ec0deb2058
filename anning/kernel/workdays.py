"""Working days (工作日): weekdays, less the holidays and plus the make-up days of the State Council's yearly notice.

The notices are data: ``anning/rules/holidays/CN-<year>.yaml``, over which a site may lay its own in
``ANNING_HOME/rules/holidays``. A year without its notice raises NoCalendar; ``estimate`` counts such a year by weekends
and says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Self

from anning.kernel import rulebook
from anning.kernel.errors import AnningError
from anning.kernel.rulebook import CONFIDENCES, BadRulePack
from anning.kernel.words import gettext as _
from anning.kernel.yamlfile import BadYaml, read_yaml

DAY = timedelta(days=1)
FARTHEST = 3660  # working days; a longer term than ten years is a mistake


class NoCalendar(AnningError):
    """The notice of that year is not there yet."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A day counted in working days; ``is_certain`` is False when a year had to be counted by weekends alone."""

    day: date
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Year:
    """One year's notice: ``holidays`` are days off with their names, ``make_up_days`` are worked weekends."""

    year: int
    holidays: dict[date, str]
    make_up_days: frozenset[date]
    source: str
    confidence: str


class Calendar:
    """The notices that are known, by year."""

    def __init__(self, years: Iterable[Year] = ()) -> None:
        self.years = {year.year: year for year in years}

    @classmethod
    def load(cls, *folders: Path) -> Self:
        """Read the notices of the folders; a later folder replaces a whole year. Raises BadRulePack."""
        return cls(read_year(file) for folder in folders for file in sorted(folder.glob("CN-*.yaml")))

    def is_workday(self, day: date) -> bool:
        """Whether offices work on ``day``. Raises NoCalendar."""
        if day.year not in self.years:
            raise NoCalendar(
                _("没有%s年的节假日安排，无法计算工作日") % day.year,
                _("请按国务院办公厅通知在数据目录 rules/holidays 中补充 CN-%s.yaml") % day.year,
            )
        return self._is_workday(day)

    def add_workdays(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``, which itself is not counted; before it when negative.

        For 0: ``day``, or the next working day when it is a day off. Raises NoCalendar.
        """
        return self._walk(day, count, self.is_workday)

    def count_workdays(self, after: date, through: date) -> int:
        """Return how many working days there are after one day, through another. Raises NoCalendar."""
        return sum(self.is_workday(after + DAY * step) for step in range(1, (through - after).days + 1))

    def estimate(self, day: date, count: int) -> Estimate:
        """Return what ``add_workdays`` does, counting years without a notice by weekends and saying so."""
        end = self._walk(day, count, self._is_workday)
        return Estimate(end, all(y in self.years for y in range(min(day, end).year, max(day, end).year + 1)))

    def _is_workday(self, day: date) -> bool:
        year = self.years.get(day.year)
        if year and day in year.make_up_days:
            return True
        return day.weekday() < 5 and not (year and day in year.holidays)

    def _walk(self, day: date, count: int, works: Callable[[date], bool]) -> date:
        if abs(count) > FARTHEST:
            raise ValueError(f"{count} working days are more than ten years")
        step = -DAY if count < 0 else DAY
        if count == 0:
            while not works(day):
                day += step
        for _step in range(abs(count)):
            day += step
            while not works(day):
                day += step
        return day


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """Return the calendar of this installation; read once."""
    return Calendar.load(rulebook.PACKAGED / "holidays", rulebook.site_folder() / "holidays")


def is_workday(day: date) -> bool:
    """Whether offices work on ``day``; see ``Calendar.is_workday``."""
    return calendar().is_workday(day)


def add_workdays(day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day``; see ``Calendar.add_workdays``."""
    return calendar().add_workdays(day, count)


def count_workdays(after: date, through: date) -> int:
    """Return how many working days lie after one day, through another; see ``Calendar.count_workdays``."""
    return calendar().count_workdays(after, through)


def read_year(file: Path) -> Year:
    """Return one year's notice. Raises BadRulePack."""
    try:
        facts = read_yaml(file)
        year = Year(
            int(facts["year"]),
            {day: entry["name"] for entry in facts["holidays"] for day in _days(entry["from"], entry["to"])},
            frozenset(facts["make_up_days"]),
            facts["source"],
            facts["confidence"],
        )
    except BadYaml as error:
        raise BadRulePack(file, "", str(error)) from None
    except (KeyError, TypeError, ValueError) as error:
        raise BadRulePack(file, "", f"应有 year、source、confidence、holidays、make_up_days（{error}）") from None
    for complaint in _complaints(file, year):
        raise BadRulePack(file, "", complaint)
    return year


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * step for step in range((last - first).days + 1)]


def _complaints(file: Path, year: Year) -> Iterable[str]:
    if file.stem != f"CN-{year.year}":
        yield f"文件名应为 CN-{year.year}.yaml"
    if year.confidence not in CONFIDENCES:
        yield f"confidence 应为 {'、'.join(CONFIDENCES)} 之一"
    for day in sorted(year.make_up_days, key=str):
        if type(day) is not date or day.year != year.year or day.weekday() < 5 or day in year.holidays:
            yield f"{day} 不能是调休上班日"
    for day in year.holidays:
        if day.year != year.year:
            yield f"{day} 不在 {year.year} 年"
