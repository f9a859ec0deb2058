"""Exports: what is filtered, as .xlsx or .csv; at once when small, as a job when large; each one journaled."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from anning.journal import personal
from anning.journal.models import Sensitivity
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.ui.records import fields, selectors, tables, workbooks
from anning.ui.records.filters import filters_of
from anning.ui.records.listing import slim
from anning.ui.records.register import Register, find

STEP = 1000  # rows read at a time
Tell = Callable[[int, int], None]
FORMATS = ("xlsx", "csv")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported: a register, its filters or some keys, columns, format; ``full`` shows masked values."""

    register: str
    query: str = ""
    keys: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    format: str = "xlsx"
    full: bool = False
    reason: str = ""

    def facts(self) -> dict[str, Any]:
        """Return the order as plain JSON."""
        return asdict(self)

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Order":
        """Return the order that ``facts`` describe."""
        return cls(**{**facts, "keys": tuple(facts["keys"]), "columns": tuple(facts["columns"])})


def rows_of(order: Order, actor: Actor) -> tuple[QuerySet[Any], str]:
    """Return the rows of an order, and its filters in words. Raises NotAllowed, Refused."""
    register = find(order.register)
    actor.require(register.permission("export"))
    if order.full:
        actor.require(register.permission("reveal"))
        if not order.reason.strip():
            raise Refused(_("未填写导出完整信息的原因"), _("请写明因何工作需要"), fields={"reason": _("请填写原因")})
    seen = selectors.rows(register, actor)
    query = QueryDict(order.query)
    filters = filters_of(register, actor, query, seen)
    if not filters.form.is_valid():
        raise Refused(_("筛选条件有误"), _("请返回列表重新筛选"))
    found = filters.qs.filter(pk__in=order.keys) if order.keys else filters.qs
    words = _("勾选的 %s 条") % len(order.keys) if order.keys else filters.words(query)
    columns = order.columns or register.columns
    return _sorted(register, slim(register, found, columns), query.get("sort", ""), columns), words


def is_large(count: int) -> bool:
    """Whether an export of so many rows becomes a job (rule EXP-JOB-ROWS)."""
    return count > int(rulebook.value("EXP-JOB-ROWS"))


def write(order: Order, actor: Actor, out: IO[bytes], tell: Tell = lambda done, total: None) -> int:
    """Write the file of an order and journal it; return how many rows."""
    register = find(order.register)
    found, words = rows_of(order, actor)
    columns = tuple(order.columns) or register.columns
    count = found.count()
    journal(register, actor, rows=count, words=words, format=order.format, full=order.full, reason=order.reason)
    headings = [register.label(path) for path in columns]
    rows = _cells(register, found, columns, full=order.full, tell=tell, count=count)
    if order.format == "csv":
        workbooks.write_csv(out, headings=headings, rows=rows)
        return count
    lines = [
        _("筛选：%s") % (words or _("全部")),
        _("导出人：%(who)s　导出时间：%(at)s　共 %(count)s 条") % {"who": actor.title, "at": _now(), "count": count},
    ]
    notes = _notes(register, lines, columns, full=order.full)
    workbooks.write_export(out, title=str(register.plural), lines=lines, headings=headings, rows=rows, notes=notes)
    return count


def journal(register: Register, actor: Actor, *, rows: int, words: str, **facts: Any) -> None:
    """Write the entry of an export, print or Word file of many rows; what may name people stays out."""
    subject = f"register:{register.name}"
    with transaction.atomic():
        if reason := facts.pop("reason", ""):
            facts["reason"] = personal.protect(subject, reason)
        record(
            f"{register.noun}.export", subject, actor,
            sensitivity=Sensitivity.INTERNAL, rows=rows, filtered=bool(words), **facts,
        )  # fmt: skip


def filename(register: Register, suffix: str) -> str:
    """Return a file name that says what and when."""
    return f"{register.plural}_{clock.local(clock.now()):%Y%m%d_%H%M}.{suffix}"


def _cells(
    register: Register, found: QuerySet[Any], columns: tuple[str, ...], *, full: bool, tell: Tell, count: int
) -> Iterator[list[Any]]:
    for done, row in enumerate(found.iterator(chunk_size=STEP), 1):
        yield [fields.cell_of(register, row, path, full=full) for path in columns]
        if done % STEP == 0:
            tell(done, count)


def _sorted(register: Register, found: QuerySet[Any], sort: str, columns: tuple[str, ...]) -> QuerySet[Any]:
    path = sort.removeprefix("-")
    return found.order_by(sort, "pk") if path in columns and tables.sortable(register, path) else found


def _notes(register: Register, lines: list[str], columns: tuple[str, ...], *, full: bool) -> list[list[str]]:
    notes = [[str(register.plural)], *[[line] for line in lines], []]
    if register.masked:
        names = "、".join(register.label(name) for name in register.masked)
        notes.append([_("%s为完整信息，请按规定保管") % names if full else _("%s已隐去中间部分") % names])
    notes.append([_("编码、电话为文本；日期和数字可直接计算。")])
    return [*notes, [], [_("列名")], *[[register.label(path)] for path in columns]]


def _now() -> str:
    return f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
