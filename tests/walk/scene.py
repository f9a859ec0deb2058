"""The scene of the walk: two towns with one marked row of every register each, and an officer of the first."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from anning.accounts.models import Organisation, Role, User
from anning.journal.sealer import seal
from anning.kernel.actor import Actor, Scope
from anning.tasks.models import Draft
from anning.ui.models import Attachment
from anning.ui.records import services
from anning.ui.records.register import Register, every
from anning.vault import store
from tests.district import District, make_user
from tests.samples import make_row

MARK_A, MARK_B, MARK_SHARED = "QZMARKA", "QZMARKB", "QZSHARED"
ROOMS = ("accounts", "office", "registry", "tasks", "delivery", "duty", "monitoring", "ops")
EVERYTHING = [f"{room}.*" for room in ROOMS]
JOURNAL = ["journal.view_live", "journal.view_entry", "journal.view_sensitive_entry", "journal.export_entry"]


@dataclass(frozen=True)
class Town:
    """The rows of one town, by register, whose every text carries ``mark``, and a file beside each."""

    mark: str
    government: Organisation
    rows: dict[str, Any]
    files: dict[str, Attachment]


def fill(mark: str, government: Organisation) -> Town:
    """Make one row of every register for the town; what is shared by all carries no town's mark."""
    marks = {
        each.name: mark if each.model.scope_area or each.model.scope_organisation else MARK_SHARED for each in every()
    }
    rows = {each.name: make_row(each.model, marks[each.name], government) for each in every()}
    make_row(Draft, mark, government, approval=rows["approval-book"], number=1)  # a paper always has a text
    files = {name: _file(rows[name], each) for name, each in marks.items()}
    return Town(mark, government, rows, files)


def _file(row: Any, mark: str) -> Attachment:
    """Keep a picture beside the row whose name and bytes carry the mark."""
    kept = store.keep([mark.encode()])
    named = {"name": f"{mark}.jpg", "kind": Attachment.Kind.PICTURE, "media_type": "image/jpeg", "by": "system"}
    made: Attachment = Attachment.all_objects.create(
        about=row.subject, sha256=kept.sha256, small_sha256=kept.sha256, size=kept.size, **named
    )
    return made


def scoped_registers() -> list[Register]:
    """Return the registers whose rows belong to a place."""
    return [register for register in every() if register.model.scope_area or register.model.scope_organisation]


def make_officer(district: District) -> User:
    """Make an officer of town A with every permission there is, and only the reach of the town."""
    permissions = [*EVERYTHING, *JOURNAL]
    role = Role(code="town-all", name="镇街全权", permissions=permissions, reach=Role.Reach.AREA, home="/todo")
    role.save()
    return make_user(role, organisation=district.town_a.government)


def with_history(*towns: Town) -> tuple[Town, ...]:
    """Change every row once and seal the changes."""
    for town in towns:
        for register in scoped_registers():
            if "change" in register.verbs:
                touch(register, town.rows[register.name], town.mark)
    seal()
    return towns


def whole_district() -> Actor:
    """Return somebody who may do everything everywhere, to prepare the scene."""
    held = frozenset(each.permission(verb) for each in every() for verb in each.all_verbs)
    return Actor("system", held, Scope.whole())


def touch(register: Register, row: Any, mark: str) -> None:
    """Change some text of the row through the service, so that an entry carries the marker."""
    texts = (models.CharField, models.TextField)
    plain = [n for n in register.fields if isinstance(f := register.field(n), texts) and not f.choices and not f.unique]
    if plain:
        name = plain[-1]
        value = f"{mark}改"[-(register.field(name).max_length or 40) :]
        services.change(register, whole_district(), row.pk, {name: value})
        row.refresh_from_db()


def subjects_of(*towns: Town) -> list[set[str]]:
    """Return the subjects of scoped rows of town A and of town B."""
    return [{town.rows[register.name].subject for register in scoped_registers()} for town in towns]
