"""The table of official codes (统计用区划代码), as an Excel or CSV file: read with suspicion, judged row by row."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from anning.accounts.models import Area
from anning.kernel import rulebook
from anning.kernel.errors import Refused
from anning.kernel.pinyin import full
from anning.ui.records.resources import text_of_cell
from anning.ui.records.sheets import Formula, read_sheet

HEADINGS = CODE, NAME, KIND = ("区划代码", "名称", "类别")
# What a village's name may carry or not without meaning another village.
ENDINGS = ("村民委员会", "居民委员会", "村委会", "居委会", "街道办事处", "社区", "街道", "村", "镇", "乡")
STREET, PARK, COMMUNITY = "街道", "园区", "社区"
KINDS = (STREET, COMMUNITY, PARK, "镇", "乡", "村")


@dataclass(slots=True)
class Row:
    """One area of the file: what it would become, and what stands against it."""

    number: int  # of the row in the file
    code: str = ""
    name: str = ""
    kind: str = ""
    level: str = ""
    existing: Area | None = None
    troubles: list[str] = field(default_factory=list)
    question: str = ""  # to be confirmed before the row is taken

    @property
    def action(self) -> str:
        """Whether it is new, a change, or the same."""
        if self.existing is None:
            return "new"
        same = (self.existing.name, self.existing.kind) == (self.name, self.kind or self.existing.kind)
        return "same" if same else "change"

    @property
    def parent_code(self) -> str:
        """The code of the area above."""
        if self.level == Area.Level.DISTRICT:
            return ""
        return self.code[:6] if self.level == Area.Level.TOWN else self.code[:9]


def read(filename: str, content: bytes, district: str) -> list[Row]:
    """Return the rows of a file, each judged by itself and against the others and what is stored.

    Raises Refused for a file that is no such table, and before the district has a code.
    """
    if not district:
        raise Refused(_("还没有确定本区的代码和名称"), _("请先完成第一步"))
    sheet = read_sheet(filename, content, HEADINGS, most=int(rulebook.value("IMP-MAX-ROWS")))
    if missing := [name for name in (CODE, NAME) if name not in sheet.headings]:
        raise Refused(_("缺少必需的列：%s") % "、".join(missing), _("请使用下载的模板，不要改动表头"))
    places = [sheet.headings.index(name) if name in sheet.headings else None for name in HEADINGS]
    rows = [_row(number, [None if p is None else cells[p] for p in places], district) for number, cells in sheet.rows]
    if not rows:
        raise Refused(_("表头下面没有数据"), _("请在表头下一行起填写"))
    _compare(rows, {area.code: area for area in Area.objects.all()})
    return rows


def _row(number: int, cells: list[Any], district: str) -> Row:
    row = Row(number)
    try:
        code, row.name, row.kind = ("" if c is None else text_of_cell(_plain(c)).strip() for c in cells)
    except ValueError as error:
        row.troubles.append(f"{CODE}：{error}")
        return row
    row.code, row.level = _cut(code)
    if not row.name:
        row.troubles.append(_("没有名称"))
    if len(row.name) > 60 or len(row.kind) > 20:
        row.troubles.append(_("名称或类别过长；名称不超过 60 字，类别不超过 20 字"))
    if why := _impossible(code, row.code, district):
        row.troubles.append(why)
    row.kind = row.kind or (kind_of(row.name) if row.parent_code else "")
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, Formula):
        raise ValueError(_("单元格是公式，请复制后“选择性粘贴为数值”"))
    return value


def _cut(code: str) -> tuple[str, str]:
    """Return an official code cut to its level: 130283001000 is the town 130283001."""
    filled = code.ljust(12, "0")
    if filled.endswith("000000"):
        return filled[:6], Area.Level.DISTRICT
    return (filled[:9], Area.Level.TOWN) if filled.endswith("000") else (filled, Area.Level.VILLAGE)


def _impossible(written: str, code: str, district: str) -> str:
    """Say why a code cannot be, "" when it can."""
    if not (written.isascii() and written.isdigit()) or len(written) not in {6, 9, 12}:
        return _("代码“%s”应为 12 位数字（镇街可为 9 位）；请把该列设为“文本”后重填") % written[:20]
    if not code.startswith(district):
        return _("代码 %(code)s 不属于本区（%(district)s）；请核对前六位") % {"code": written, "district": district}
    if len(code) == 12 and code[6:9] == "000":
        return _("代码 %s 缺少镇街一级（第7至9位为000）；请核对") % written
    return ""


def kind_of(name: str) -> str:
    """Return the kind of place that a name ends with, "" when it says none."""
    return next((kind for kind in KINDS if name.endswith(kind)), "")


def _compare(rows: list[Row], stored: dict[str, Area]) -> None:
    """Find doubles, villages without a town, and two spellings of one place."""
    by_code: dict[str, Row] = {}
    for row in rows:
        if row.troubles:
            continue
        first = by_code.setdefault(row.code, row)
        if first is not row:
            row.troubles.append(
                _("代码 %(code)s 与第 %(row)s 行“%(name)s”重复；请核对哪一个是对的")
                % {"code": row.code, "row": first.number, "name": first.name}
            )
        row.existing = stored.get(row.code)
    for row in by_code.values():
        if row.parent_code and row.parent_code not in by_code and row.parent_code not in stored:
            row.troubles.append(_("上级 %s 不在文件里，也没有登记；请补上这个镇街") % row.parent_code)
    _find_spellings(list(by_code.values()), stored)


def _find_spellings(rows: list[Row], stored: dict[str, Area]) -> None:
    """Name two places of one name in one town (trouble), or of one sound (a question: they may be two)."""
    seen: dict[tuple[str, str], tuple[str, str, str]] = {}  # (town, sound) -> (code, name, where it stands)
    given = {row.code for row in rows}
    for area in stored.values():
        if area.code not in given:
            _remember(seen, area.code, area.name, _("已登记的"))
    for row in rows:
        if row.troubles:
            continue
        for key in _sounds(row.code, row.name):
            code, name, where = seen.get(key, (row.code, "", ""))
            if code == row.code:
                continue
            other = {"where": where, "name": name, "code": code}
            if name == row.name:
                row.troubles.append(_("与%(where)s“%(name)s”（%(code)s）同名同镇街；请核对是否重复登记") % other)
            else:
                row.question = _("与%(where)s“%(name)s”（%(code)s）可能是同一个地方的两种写法") % other
            break
        _remember(seen, row.code, row.name, _("第 %s 行") % row.number)


def _remember(seen: dict[tuple[str, str], tuple[str, str, str]], code: str, name: str, where: str) -> None:
    for key in _sounds(code, name):
        seen.setdefault(key, (code, name, where))


def _sounds(code: str, name: str) -> Iterable[tuple[str, str]]:
    """Return how the bare name may sound, within its town."""
    above = code[:9] if len(code) == 12 else code[:6]
    return [(f"{len(code)}{above}", sound) for sound in full(bare(name)) or (name,)]


def bare(name: str) -> str:
    """Return a name without the ending that says what kind of place it is."""
    ending = next((each for each in ENDINGS if name.endswith(each) and len(name) > len(each)), "")
    return name.removesuffix(ending)
