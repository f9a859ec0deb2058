"""What is missing, town by town: villages without a position, enterprises without a code, people without a guardian."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.models import Area, Organisation, Person
from anning.accounts.selectors import vacant_posts, visible_areas
from anning.kernel.actor import Actor
from anning.registry.models import ResponsiblePerson
from anning.registry.selectors import questions
from anning.ui.records import selectors
from anning.ui.records.register import Register, find
from anning.ui.registries import Text

TOWN = 9  # digits of a town's code
Cut = Callable[[QuerySet[Any]], QuerySet[Any]]


def _all(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that may be missing: the rows of which register, cut to those that lack it."""

    title: Text
    register: str
    lacking: Cut
    area: str  # lookup of the area's key
    among: Cut = _all  # the rows that should have it
    only: str = ""  # the register's own question of the same meaning


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of how many lack it, and where they are listed."""

    lacking: int
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class Report:
    """Towns against measures."""

    titles: list[str]
    rows: list[tuple[Area, list[Cell]]]
    sums: list[Cell]


def _villages(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(level=Area.Level.VILLAGE)


def _committees(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(kind=Organisation.Kind.VILLAGE)


def _nobody(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return units without anybody."""
    return rows.filter(~Exists(Person.objects.filter(organisation=OuterRef("pk"), is_active=True)))


def _never(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return rows that nobody has verified, ever."""
    return rows.filter(verified_on=None)


def _contacts_never(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return enterprises whose responsible persons nobody has verified, ever."""
    checked = ResponsiblePerson.objects.filter(enterprise=OuterRef("pk")).exclude(verified_on=None)
    return rows.filter(~Exists(checked))


AREA, ITSELF = "area", "pk"
MEASURES = (
    Measure(gettext_lazy("村（社区）无位置"), "areas", questions.without_position, ITSELF, _villages),
    Measure(gettext_lazy("村（社区）无人员"), "organisations", _nobody, AREA, _committees),
    Measure(gettext_lazy("24小时岗位空缺"), "posts", vacant_posts, "organisation__area", only="vacant"),
    Measure(
        gettext_lazy("企业无信用代码"), "enterprises", questions.without_code, AREA, questions.living, "without_code"
    ),
    Measure(gettext_lazy("企业无位置"), "enterprises", questions.without_position, AREA, questions.living),
    Measure(
        gettext_lazy("企业第一责任人不全"),
        "enterprises",
        questions.without_first_persons,
        AREA,
        questions.living,
        "without_first_persons",
    ),
    Measure(gettext_lazy("企业联系方式从未核实"), "enterprises", _contacts_never, AREA, questions.living),
    Measure(gettext_lazy("场所无电话"), "sites", questions.without_phone, AREA, only="without_phone"),
    Measure(gettext_lazy("场所从未核实"), "sites", _never, AREA),
    Measure(gettext_lazy("设施无位置"), "facilities", questions.without_position, AREA, only="without_position"),
    Measure(gettext_lazy("设施防汛责任人不全"), "facilities", questions.without_duties, AREA, only="without_duties"),
    Measure(gettext_lazy("住户无位置"), "households", questions.without_position, AREA, only="without_position"),
    Measure(gettext_lazy("重点人员无包保人"), "households", questions.without_guardian, AREA, only="without_guardian"),
    Measure(gettext_lazy("住户从未核实"), "households", _never, AREA),
    Measure(gettext_lazy("报告点无电话"), "report-points", questions.without_phone, AREA, only="without_phone"),
)


def report(actor: Actor) -> Report:
    """Return what is missing in the towns that the actor sees, in the registers that the actor may see."""
    shown = [measure for measure in MEASURES if actor.may(find(measure.register).permission("view"))]
    towns = list(visible_areas(actor).filter(level=Area.Level.TOWN).order_by("code"))
    counted = _Counts(actor).of(shown)
    rows = [(town, [_cell(m, *both, town) for m, both in zip(shown, counted, strict=True)]) for town in towns]
    sums = [
        Cell(sum(lacking.values()), sum(total.values()), _url(m, None))
        for m, (lacking, total) in zip(shown, counted, strict=True)
    ]
    return Report([str(measure.title) for measure in shown], rows, sums)


class _Counts:
    """Counts by town, grouped by area and added up here; what several measures share is counted once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.town_of = {pk: code[:TOWN] for pk, code in Area.objects.values_list("pk", "code")}
        self.totals: dict[tuple[str, Cut], dict[str, int]] = {}

    def of(self, measures: list[Measure]) -> list[tuple[dict[str, int], dict[str, int]]]:
        """Return how many lack it and how many there are, for each measure."""
        return [(self._by_town(m.lacking(self._rows(m)), m.area), self._total(m)) for m in measures]

    def _rows(self, measure: Measure) -> QuerySet[Any]:
        return measure.among(selectors.rows(find(measure.register), self.actor))

    def _total(self, measure: Measure) -> dict[str, int]:
        key = measure.register, measure.among
        if key not in self.totals:
            self.totals[key] = self._by_town(self._rows(measure), measure.area)
        return self.totals[key]

    def _by_town(self, rows: QuerySet[Any], area: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for key, number in rows.order_by().values_list(area).annotate(number=Count("pk")):
            town = self.town_of.get(key, "")
            found[town] = found.get(town, 0) + number
        return found


def _cell(measure: Measure, lacking: dict[str, int], total: dict[str, int], town: Area) -> Cell:
    return Cell(lacking.get(town.code, 0), total.get(town.code, 0), _url(measure, town))


def _url(measure: Measure, town: Area | None) -> str:
    """Return where the rows are listed; only a question of the register lists exactly them."""
    register = find(measure.register)
    if not measure.only:
        return ""
    asked = {"only": measure.only}
    if town is not None and (name := _area_filter(register)):
        asked[name] = str(town.pk)
    elif town is not None:
        return ""
    return f"{reverse('records:list', args=[register.name])}?{urlencode(asked)}"


def _area_filter(register: Register) -> str:
    return next((name for name in register.filters if name.rpartition("__")[2] == "area"), "")


def sheet_rows(found: Report) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of the report as a spreadsheet shows them."""
    headings = [_("镇街"), *(name for title in found.titles for name in (title, _("总数")))]
    rows = [[str(town), *(n for c in cells for n in (c.lacking, c.total))] for town, cells in found.rows]
    return headings, [*rows, [_("合计"), *(n for c in found.sums for n in (c.lacking, c.total))]]
