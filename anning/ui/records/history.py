"""What happened to a record, in words: who, when, which fields from what to what, and where the entry is sealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.models import User
from anning.journal import labels, personal
from anning.journal import selectors as journal
from anning.journal.models import Entry, Record
from anning.kernel.actor import Actor
from anning.ui.records import fields
from anning.ui.records.register import Register

MADE = (".create", ".import")
BESIDE = {"attachment": gettext_lazy("附件")}  # what changes beside a row's columns


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the journal, ready to be shown."""

    entry: Entry
    verb: str
    who: str
    reason: str
    differences: list[Difference]


def of_row(row: Record, actor: Actor, most: int) -> list[Entry]:
    """Return the newest entries about a row, back to how it came to be: by an entry of its own, or among a load."""
    found = list(journal.history(row.subject, actor)[:most])
    if len(found) < most and not any(entry.kind.endswith(MADE) for entry in found) and (load := journal.loading(row)):
        found.append(load)
    return found


def events(register: Register, entries: Iterable[Entry]) -> list[Event]:
    """Return the entries in words; personal values as far as they still exist, masked where they must be."""
    found = list(entries)
    facts = personal.resolve([entry.data for entry in found])
    names = names_of({entry.actor for entry in found})
    return [
        Event(
            entry=entry,
            verb=labels.deed(entry.kind),
            who=names[entry.actor],
            reason=str(data.get("reason", "")),
            differences=differences(register, data.get("changes", {})),
        )
        for entry, data in zip(found, facts, strict=True)
    ]


def differences(register: Register, changes: dict[str, list[Any]]) -> list[Difference]:
    """Return what changed as text, field by field."""
    shown = []
    for name, (before, after) in changes.items():
        try:
            field = register.field(name)
        except FieldDoesNotExist:
            field = None  # a column of an earlier release
        texts = [text_of(register, name, field, value) for value in (before, after)]
        shown.append(Difference(register.label(name) if field else str(BESIDE.get(name, name)), *texts))
    return shown


def text_of(register: Register, name: str, field: Any, value: Any) -> str:
    """Return one plain value of the journal as the screen may show it."""
    if name in register.masked:
        return fields.mask(value)
    return fields.show_plain(field, value)


def names_of(actors: set[str]) -> dict[str, str]:
    """Return what the actors of entries are called on screen."""
    keys = [int(name[5:]) for name in actors if name.startswith("user:") and name[5:].isdigit()]
    users = User.objects.filter(pk__in=keys).select_related("person")
    shown = {f"user:{user.pk}": str(user.person or user.username) for user in users}
    return {name: shown.get(name, _("系统") if name == "system" else name) for name in actors}
