"""Setting a district up from a folder of filled templates: everything in one transaction, or nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.models import User
from anning.accounts.selectors import actor_for
from anning.kernel.actor import Actor
from anning.kernel.errors import AnningError, Refused
from anning.registry.permissions import SETUP
from anning.registry.setup import services
from anning.registry.setup.steps import BOOKS, SHAPES, UNITS
from anning.registry.shapes import reading
from anning.registry.shapes import services as shapes
from anning.registry.shapes.options import Options, likely_name
from anning.registry.shapes.rehearsal import rehearse
from anning.ui.models import ImportBatch
from anning.ui.records import importing
from anning.ui.records.register import find
from anning.ui.records.resources import heading_of
from anning.vault import store

TABLES = (".xlsx", ".csv")
AREAS = "areas"
MOST_SAID = 50


@dataclass(slots=True)
class Outcome:
    """What became of one file, or would have."""

    file: str
    title: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: the folder, who answers for it, which district, in which datum the geometry is."""

    folder: Path
    users: tuple[User, ...]
    code: str = ""
    name: str = ""
    datum: str = ""
    make_units: bool = False
    commit: bool = False


class _Rehearsed(Exception):
    """Takes everything back after a dry run, or when a file is not good."""


def set_up(order: Order) -> list[Outcome]:
    """Bring every file of the folder in, in the order that they need each other; keep it only when all are good.

    Raises Refused for a folder without any file that a register knows.
    """
    outcomes: list[Outcome] = []
    kept: list[str] = []
    try:
        with transaction.atomic():
            _begin(order)
            for file, register in _files(order.folder):
                outcomes.append(_bring(order, file, register, kept))
                if register == AREAS and order.make_units and file.suffix in TABLES:
                    services.make_units(_who(order, "registry.setup_district").actor)
            if not outcomes:
                raise Refused(_("文件夹里没有认得的文件"), _("文件名用台账的名称，例如“企业.xlsx”“底图要素.geojson”"))
            if not order.commit or any(each.problems for each in outcomes):
                raise _Rehearsed
    except _Rehearsed:
        store.remove_unnamed(kept)
    return outcomes


@dataclass(frozen=True, slots=True)
class _Answering:
    user: User
    actor: Actor


def _who(order: Order, permission: str) -> _Answering:
    """Return the first of the users who may do it. Raises Refused."""
    for user in order.users:
        actor = actor_for(user)
        if actor.may(permission):
            return _Answering(user, actor)
    names = "、".join(user.username for user in order.users)
    raise Refused(
        _("%(names)s 都没有权限 %(permission)s") % {"names": names, "permission": permission},
        _("请用 --user 再加一个有此权限的账号"),
    )


def _begin(order: Order) -> None:
    if order.code:
        services.name_district(_who(order, SETUP).actor, order.code, order.name)


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files that a register knows by name or title, in the order that they need each other."""
    sequence: tuple[tuple[str, Iterable[str]], ...] = (
        *((name, TABLES) for name in (AREAS, *UNITS)),
        *((name, reading.SUFFIXES) for name in SHAPES[:2]),
        *((name, TABLES) for name in BOOKS),
        *((name, reading.SUFFIXES) for name in SHAPES[2:]),
    )
    for name, suffixes in sequence:
        titles = {name, str(find(name).plural), str(find(name).options.verbose_name)}
        for file in sorted(folder.iterdir()):
            if file.suffix.lower() in tuple(suffixes) and file.name.split(".")[0] in titles:
                yield file, name


def _bring(order: Order, file: Path, register: str, kept: list[str]) -> Outcome:
    outcome = Outcome(file.name, str(find(register).plural))
    try:
        who = _who(order, find(register).permission("import"))
        if register == AREAS and file.suffix.lower() in TABLES:
            batch = services.receive_areas(who.user, file.name, file.read_bytes())
            kept.append(batch.sha256)
            _areas(batch, outcome)
        elif file.suffix.lower() in TABLES:
            batch = importing.receive(find(register), who.user, file.name, file.read_bytes(), update=True)
            kept.append(batch.sha256)
            _rows(batch, outcome)
        else:
            batch = shapes.receive(find(register), who.user, file.name, file.read_bytes())
            kept.append(batch.sha256)
            _shapes(order, who.actor, batch, outcome)
    except AnningError as error:
        outcome.problems.append(f"{error.message}；{error.remedy}")
    return outcome


def _areas(batch: ImportBatch, outcome: Outcome) -> None:
    rows = services.rows_of(batch)
    for row in rows:
        outcome.problems += [_row(row.number, row.name, text) for text in (*row.troubles, row.question) if text]
    if not outcome.problems:
        _take(outcome, services.import_areas(batch, set()))


def _rows(batch: ImportBatch, outcome: Outcome) -> None:
    batch = importing.check(batch)
    register = find(batch.register)
    for number, name, text in batch.problems[:MOST_SAID]:
        outcome.problems.append(_row(number, heading_of(register, name) if name else "", text))
    if not outcome.problems:
        _take(outcome, importing.carry_out(importing.confirm(batch, only_good=False)), unchanged=batch.unchanged)


def _shapes(order: Order, actor: Actor, batch: ImportBatch, outcome: Outcome) -> None:
    """Import geometry; what a page would ask is trouble here, for nobody is there to answer."""
    drawing = shapes.drawing_of(batch)
    options = Options.of({"datum": order.datum, "name_from": likely_name(drawing)}, drawing)
    found = rehearse(find(batch.register), actor, drawing, options)
    outcome.problems += [found.doubt] if found.doubt else []
    for row in found.rows:
        texts = (*row.troubles, *(question.text for question in row.questions))
        outcome.problems += [_row(row.number, row.name, text) for text in texts]
    if not outcome.problems:
        _take(outcome, shapes.carry_out(batch, options, set(), only_good=False))


def _take(outcome: Outcome, batch: ImportBatch, *, unchanged: int | None = None) -> None:
    outcome.created, outcome.changed = batch.created, batch.changed
    outcome.unchanged = batch.unchanged if unchanged is None else unchanged


def _row(number: int, name: str, text: str) -> str:
    return _("第 %(row)s 行 %(name)s：%(text)s") % {"row": number, "name": name, "text": text}
