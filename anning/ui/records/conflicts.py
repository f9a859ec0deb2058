"""Two officers edited one record: what it was, what the other made of it, what I want; field by field."""

import json
from dataclasses import dataclass
from typing import Any, cast

from django.http import QueryDict

from anning.journal import personal
from anning.journal.models import Entry
from anning.ui.records import fields, history
from anning.ui.records.forms import RecordForm
from anning.ui.records.register import Register

TAKE = "take_"  # take_<field>=theirs drops what I typed there


@dataclass(frozen=True, slots=True)
class Choice:
    """One field where mine and the stored value differ."""

    name: str
    label: str
    base: str
    theirs: str
    mine: str
    is_theirs_new: bool  # the other changed it
    inputs: list[tuple[str, str]]  # what my form sent for it


def choices(register: Register, row: Any, form: RecordForm, version: int) -> list[Choice]:
    """Return the fields where what I sent differs from what is stored now."""
    base = facts_at(register, row, version)
    made = []
    for name in form.fields:
        field = register.field(name)
        mine, theirs = fields.plain(field, form.cleaned_data.get(name)), fields.facts_of(register, row, (name,))[name]
        if mine == theirs:
            continue
        before = base.get(name, theirs)
        was, is_now, wanted = (history.text_of(register, name, field, value) for value in (before, theirs, mine))
        made.append(Choice(name, register.label(name), was, is_now, wanted, before != theirs, _sent(form, name)))
    return made


def settled(register: Register, row: Any, data: QueryDict) -> QueryDict:
    """Return the form's data with the stored value in every field where theirs was chosen.

    A conflict page sends only the fields in dispute; what it does not send stays as it is stored.
    """
    if "settle" not in data:
        return data
    kept = data.copy()
    for name in register.fields:
        if data.get(f"{TAKE}{name}", "theirs") == "theirs":
            for key in [k for k in kept if k == name or k.startswith(f"{name}__")]:
                kept.pop(key)
            _put(kept, register, row, name)
    return kept


def facts_at(register: Register, row: Any, version: int) -> dict[str, Any]:
    """Return the values that changed since ``version``, as they were then; from the journal."""
    later = Entry.objects.filter(subject=row.subject, content_version__gt=version).order_by("id")
    base: dict[str, Any] = {}
    for entry in later:
        for name, (before, _after) in personal.resolve(entry.data).get("changes", {}).items():
            base.setdefault(name, before)
    return base


def last_hand(register: Register, row: Any) -> Any:
    """Return the newest event of the record: who changed it and when."""
    newest = Entry.objects.filter(subject=row.subject).order_by("-id")[:1]
    return next(iter(history.events(register, newest)), None)


def _sent(form: RecordForm, name: str) -> list[tuple[str, str]]:
    data = cast(QueryDict, form.data)
    keys = [key for key in data if key == name or key.startswith(f"{name}__")]
    return [(key, value) for key in keys for value in data.getlist(key)]


def _put(data: QueryDict, register: Register, row: Any, name: str) -> None:
    value = fields.facts_of(register, row, (name,))[name]
    if name in register.masked or value is None or value is False:
        return  # empty keeps a masked value; an unticked box sends nothing
    if isinstance(value, dict):
        data[name] = json.dumps(value)
    elif isinstance(value, list):
        data.setlist(name, [str(one) for one in value])
    else:
        data[name] = "on" if value is True else str(value)
