"""The workbook of an answer: sums, villages, places to tell first, and addresses. No resident is named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from anning.accounts.models import Person
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.registry.crowd.answers import AreaCount, Inside
from anning.registry.models import Household
from anning.ui.records.workbooks import cell, text_cell


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes into the workbook; ``listed`` says whether households are named by address at all."""

    words: str
    inside: Inside
    areas: list[AreaCount]
    homes: list[Household]
    listed: bool


def write(out: IO[bytes], answer: Answer, actor: Actor) -> None:
    """Write the workbook."""
    book = Workbook(write_only=True)
    inside = answer.inside
    _sheet(book, _("汇总"), (_("项目"), _("数量")), _sums(inside), _about(answer, actor))
    by_area = ([area.name or area.code, area.households, area.people, area.key_people] for area in answer.areas)
    _sheet(book, _("各村（社区）"), (_("村（社区）"), _("户数"), _("人数"), _("重点人员")), by_area)
    places = (
        [place.label, place.name, place.address, place.phone, place.people, place.longitude, place.latitude]
        for place in inside.sensitive
    )
    told = (_("类别"), _("名称"), _("地址"), _("电话"), _("常有人数"), _("经度"), _("纬度"))
    _sheet(book, _("重点场所"), told, places)
    if answer.listed:
        homes = (
            [home.area and home.area.name, home.address, home.people, home.key_people, post_of(home.guardian)]
            for home in answer.homes
        )
        _sheet(book, _("住户"), (_("村（社区）"), _("门牌"), _("人数"), _("重点人员"), _("包保岗位")), homes)
    book.save(out)


def post_of(person: Person | None) -> str:
    """Return the unit and posts of somebody today, without the name."""
    if person is None:
        return ""
    today = clock.today()
    held = [
        each.post.name
        for each in person.appointments.all()
        if each.since_on <= today and (not each.until_on or each.until_on >= today)
    ]
    return " ".join([str(person.organisation), *sorted(held)])


def _sums(inside: Inside) -> Iterable[Sequence[Any]]:
    yield _("面积（平方公里）"), round(inside.area_km2, 3)
    yield _("住户"), inside.households
    yield _("人数"), inside.people
    yield _("重点人员"), inside.key_people
    for kind in inside.kinds:
        yield kind.label, kind.count


def _about(answer: Answer, actor: Actor) -> list[str]:
    inside = answer.inside
    at = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    lines = [answer.words, _("导出人：%(who)s　导出时间：%(at)s") % {"who": actor.title, "at": at}]
    if inside.unplaced:
        lines.append(_("另有 %s 户没有坐标，未计入") % inside.unplaced)
    if inside.more_sensitive:
        lines.append(_("重点场所另有 %s 处未列出，请缩小范围") % inside.more_sensitive)
    if not answer.listed:
        lines.append(_("住户过多或无住户导出权限，只列各村（社区）合计"))
    return lines


def _sheet(
    book: Any, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], about: Sequence[str] = ()
) -> None:
    sheet = book.create_sheet(title)
    for place, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(place)].width = max(14, len(heading) * 2 + 6)
    sheet.freeze_panes = f"A{len(about) + 2}"
    for line in about:
        sheet.append([text_cell(sheet, line)])
    sheet.append([text_cell(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append([cell(sheet, value) for value in row])
