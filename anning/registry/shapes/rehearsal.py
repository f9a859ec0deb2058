"""The dry run: each feature of a file as a row of the register, with what is wrong, asked or mended."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from anning.accounts.models import Area
from anning.kernel.actor import Actor
from anning.kernel.errors import AnningError, Refused
from anning.kernel.geo import Position
from anning.registry.models import BaseFeature
from anning.registry.shapes.checking import Limits, check
from anning.registry.shapes.features import Drawing, Feature
from anning.registry.shapes.findings import Checked, Question
from anning.registry.shapes.gazetteer import Gazetteer
from anning.registry.shapes.options import SYSTEMS, Options, most_vertices
from anning.registry.shapes.values import BadValue, Values, reader_of
from anning.ui.records import fields, rows, selectors
from anning.ui.records.register import Register

MOST_ROWS = 5000


@dataclass(slots=True)
class Row:
    """One row to be: what it would do, and what stands against it."""

    number: int  # of the feature in the file, from 1
    name: str
    kind: str = ""
    values: Values = field(default_factory=dict)
    existing: Any = None
    action: str = ""  # "new", "change", "same", "" when it cannot be taken
    troubles: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def is_ready(self, confirmed: set[str]) -> bool:
        """Whether it can be written: no trouble, each question confirmed, for the row (``3:outside``) or for all."""
        return not self.troubles and all(confirmed & {f"{self.number}:{q.doubt}", q.doubt} for q in self.questions)


@dataclass(slots=True)
class Rehearsal:
    """The outcome for the whole file; ``doubt`` is what must be confirmed about all of it."""

    rows: list[Row]
    doubt: str = ""

    def count(self, action: str) -> int:
        """How many rows would be new, changed or the same."""
        return sum(1 for row in self.rows if row.action == action and not row.troubles)

    @property
    def bad(self) -> int:
        """How many rows cannot be taken."""
        return sum(1 for row in self.rows if row.troubles)


def rehearse(register: Register, actor: Actor, drawing: Drawing, options: Options) -> Rehearsal:
    """Return what an import of the file would do. Raises Refused for a file with too many rows."""
    known = Gazetteer()
    limits = Limits(most_vertices(), known.district)
    read = reader_of(register, actor, known, options)
    found: list[Row] = []
    names: list[tuple[str, Position]] = []
    for feature in _joined(register, drawing, options):
        if len(found) == MOST_ROWS:
            raise Refused(_("文件里的图形超过 %s 个") % MOST_ROWS, _("请按镇街或类别拆分后分别导入"))
        checked = check(feature.geometry, limits, options.system)
        row = _row(feature, checked, read)
        found.append(row)
        if (
            not options.system.is_projected
            and row.name in known.positions
            and (raw := check(feature.geometry, Limits(limits.vertices)).point)
        ):
            names.append((row.name, raw))
    _mark_doubles(register, found)
    for row in found:
        _judge(register, actor, row)
    return Rehearsal(found, _doubt(known, options, names))


def _row(feature: Feature, checked: Checked, read: Callable[[Feature, Checked], Values]) -> Row:
    """Return the row of one feature, not yet compared with what is stored."""
    row = Row(feature.number, "", questions=checked.questions, notes=checked.notes)
    row.troubles = [str(each) for each in checked.troubles]
    try:
        row.values = read(feature, checked)
    except BadValue as error:
        row.name, row.troubles = error.name, [*row.troubles, *error.troubles]
        return row
    row.name = str(row.values.get("name", "")) or str(row.values.get("existing", ""))
    return row


def _judge(register: Register, actor: Actor, row: Row) -> None:
    """Find the stored row of the same key, and check what the row would be."""
    if row.troubles:
        return
    row.existing = row.values.pop("existing", None) or stored(register, actor, row.values)
    row.kind = fields.show(register.field("kind"), row.values["kind"]) if "kind" in row.values else ""
    if row.existing is None and register.model is Area:
        row.troubles.append(_("没有这个区划；请先导入区划表，再导入图形"))
        return
    made = row.existing or register.model()
    before = fields.facts_of(register, made, tuple(row.values)) if row.existing else {}
    for name, value in row.values.items():
        setattr(made, name, value)
    verb = "change" if row.existing else "add"
    try:
        actor.require(register.permission(verb))
        rows.check(register, made, actor)
    except Refused as error:
        row.troubles += [f"{register.label(n)}：{text}" if n else text for n, text in error.fields.items()]
        row.troubles = row.troubles or [f"{error.message}；{error.remedy}"]
    except AnningError as error:
        row.troubles.append(f"{error.message}；{error.remedy}")
    same = bool(row.existing) and fields.facts_of(register, made, tuple(row.values)) == before
    row.action = "same" if same else "change" if row.existing else "new"


def stored(register: Register, actor: Actor, values: Values) -> Any:
    """Return the stored row that the values mean, by the register's key or its spare one; None when it is new."""
    for names in filter(None, (register.key, register.spare_key)):
        wanted = {name: values.get(name) for name in names}
        if any(value not in (None, "") for value in wanted.values()):
            return selectors.rows(register, actor).filter(**wanted).first()
    return None


def _mark_doubles(register: Register, found: Iterable[Row]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for row in found:
        if row.troubles:
            continue
        if existing := row.values.get("existing"):
            key: tuple[Any, ...] = (existing.pk,)
        else:
            names = next((k for k in (register.key, register.spare_key) if any(row.values.get(n) for n in k)), ())
            key = tuple(fields.plain(None, row.values.get(name)) for name in names)
        first = seen.setdefault(key, row.number)
        if key and first != row.number:
            row.troubles.append(_("与第 %s 行重复；请保留一个，或改名") % first)


def _doubt(known: Gazetteer, options: Options, names: list[tuple[str, Position]]) -> str:
    better = known.better_datum(options.system.datum, names)
    if better is None:
        return ""
    datum, count, off = better
    return _("与本区已知的 %(count)s 个同名地点比，按所选坐标系偏约 %(off).0f 米，按 %(datum)s 更吻合") % {
        "count": count,
        "off": off,
        "datum": str(dict(SYSTEMS).get(datum, datum)),
    }


def _joined(register: Register, drawing: Drawing, options: Options) -> Iterator[Feature]:
    """Yield the features, those of the base map with one name and kind joined: a road comes in many pieces."""
    if register.model is not BaseFeature:
        yield from drawing.features
        return
    together: dict[tuple[str, str, str], list[Feature]] = {}
    for each in drawing.features:
        name = str(each.attributes.get(options.name_from) or options.name_otherwise).strip()
        kind = options.kind or str(each.attributes.get("kind") or each.attributes.get(register.label("kind")) or "")
        shaped = _base_type(each.geometry)
        together.setdefault((name, kind, shaped) if name and shaped else (str(each.number), "", ""), []).append(each)
    for pieces in together.values():
        yield (
            pieces[0]
            if len(pieces) == 1
            else Feature(pieces[0].number, pieces[0].attributes, _collected([piece.geometry for piece in pieces]))
        )


def _base_type(geometry: Any) -> str:
    kind = str(geometry.get("type", "")).removeprefix("Multi") if isinstance(geometry, dict) else ""
    return kind if kind in {"LineString", "Polygon"} else ""


def _collected(geometries: list[dict[str, Any]]) -> dict[str, Any]:
    parts: list[Any] = []
    for each in geometries:
        given = each.get("coordinates")
        parts.extend(given if str(each["type"]).startswith("Multi") and isinstance(given, list) else [given])
    return {"type": f"Multi{_base_type(geometries[0])}", "coordinates": parts}
