"""One value of a record: as the journal keeps it, as screens show it, as a spreadsheet holds it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from anning.kernel import clock
from anning.ui.records.register import Register

NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)


def plain(field: Any, value: Any) -> Any:
    """Return ``value`` as plain JSON: keys for relations, ISO text for days and instants."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(field, models.ManyToManyField):
        return sorted(getattr(one, "pk", one) for one in value or ())
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).isoformat()  # one text for one instant, whoever wrote it
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def facts_of(register: Register, row: models.Model, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the plain values of a row, by field; without ``names``, of all that people enter.

    What derives from other fields stays out: initials of a name would betray it in the chain.
    """
    if names:
        return {name: plain(f := register.field(name), _stored(f, row)) for name in names}
    entered = [f for f in row._meta.concrete_fields if f.editable and not f.primary_key]
    return {f.name: plain(f, _stored(f, row)) for f in entered}


def _stored(field: Any, row: models.Model) -> Any:
    if isinstance(field, models.ManyToManyField):
        return getattr(row, field.name).all() if row.pk else ()
    return getattr(row, field.attname)


def value_of(row: Any, path: str) -> Any:
    """Return what ``path`` leads to, starting at ``row``; a property may end it."""
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row() if callable(row) and not isinstance(row, models.Manager) else row


def text_of(register: Register, row: Any, path: str, *, full: bool = False) -> str:
    """Return the text that screens show; masked unless ``full``."""
    value = value_of(row, path)
    if not full and path in register.masked:
        return mask(value)
    return show(_field_or_none(register, path), value)


def show(field: Any, value: Any) -> str:
    """Return one value as text: labels of choices, 是 and 否, local time."""
    if value is None or value == "":
        return ""
    if field is not None and getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    shown = next((show_kind for kind, show_kind in KINDS if isinstance(value, kind)), str)
    return shown(value)


def show_shape(value: dict[str, Any]) -> str:
    """Return a geometry as text: what it is, and by how many points it is drawn; other facts as they are kept."""
    kind = {"Line": _("线"), "Poly": _("面")}.get(str(value.get("type", "")).removeprefix("Multi")[:4], "")
    if not kind:
        return json.dumps(value, ensure_ascii=False) if value else ""
    return _("%(kind)s，%(count)s 个点") % {"kind": kind, "count": _points(value.get("coordinates"))}


def _points(part: Any) -> int:
    if not isinstance(part, list) or not part:
        return 0
    return 1 if isinstance(part[0], int | float) else sum(map(_points, part))


# In this order: bool before numbers, instants before days.
KINDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: _("是") if value else _("否")),
    (datetime, lambda value: clock.local(value).strftime("%Y-%m-%d %H:%M")),
    (date, lambda value: value.isoformat()),
    (float, lambda value: f"{value:.6f}".rstrip("0").rstrip(".")),
    (dict, show_shape),
    (models.Manager, lambda value: "、".join(str(one) for one in value.all())),
)


def show_plain(field: Any, value: Any) -> str:
    """Return a plain value of the journal as text; a key of a relation becomes what it names now."""
    if value in (None, "", []):
        return ""
    if isinstance(field, models.ForeignKey | models.ManyToManyField):
        keys = value if isinstance(value, list) else [value]
        numbers = [key for key in keys if isinstance(key, int)]  # some services journal codes, which say themselves
        found = {row.pk: str(row) for row in field.related_model._base_manager.filter(pk__in=numbers)}
        return "、".join(key if isinstance(key, str) else found.get(key, _("（已删除 %s）") % key) for key in keys)
    if isinstance(field, models.DateTimeField):
        return show(field, datetime.fromisoformat(value))
    return show(field, value)


def cell_of(register: Register, row: Any, path: str, *, full: bool = False) -> Any:
    """Return what a spreadsheet cell holds: real dates and numbers, all else as text."""
    field = _field_or_none(register, path)
    value = value_of(row, path)
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None)
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if isinstance(value, date) or (is_number and not getattr(field, "choices", None)):
        return value
    return text_of(register, row, path, full=full)


def mask(value: Any) -> str:
    """Return a value with its middle hidden: telephones keep 3+4, longer numbers 6+4, all else its first sign."""
    text = str(value or "")
    if not text:
        return ""
    if len(text) >= 15:
        return text[:6] + "*" * (len(text) - 10) + text[-4:]
    if len(text) >= 7:
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    return text[0] + "*" * max(1, len(text) - 1)


def is_number(register: Register, path: str) -> bool:
    """Whether the column is numeric (aligned right)."""
    field = _field_or_none(register, path)
    return isinstance(field, NUMBERS) and not field.choices


def is_short(register: Register, path: str) -> bool:
    """Whether the column's texts should stay on one line: days, choices, yes and no."""
    field = _field_or_none(register, path)
    return bool(isinstance(field, models.DateField | models.BooleanField) or getattr(field, "choices", None))


def _field_or_none(register: Register, path: str) -> Any:
    try:
        return register.field(path)
    except FieldDoesNotExist:
        return None
