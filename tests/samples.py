"""One plausible row of any record, in a given place, whose every text carries a marker that can be looked for."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import models

from anning.accounts.models import Area, Organisation, User
from anning.kernel.creditcode import check_sign

_numbers = count(1)
# What must be written in its own way to be saved again.
WRITTEN: dict[str, Any] = {
    "fielddevice.networks": "10.0.0.0/8", "rule.text": "1 > 2", "datastream.range_high": 100.0,
    "limitversion.low": 2.0, "limitversion.high": 3.0, "limitversion.high_high": 4.0,
}  # fmt: skip
DAY = date(2026, 11, 23)
INSTANT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def make_row(model: type[models.Model], marker: str, organisation: Organisation, **facts: Any) -> Any:
    """Make a row of ``model`` that belongs to ``organisation`` and its area."""
    values: dict[str, Any] = {}
    if model is Area:
        values = {"parent": organisation.area, "level": Area.Level.VILLAGE, "code": _code_below(organisation.area)}
    values |= facts
    for field in model._meta.concrete_fields:
        if field.name not in values and (value := _value(field, marker, organisation)) is not None:
            values[field.name] = value
    row = model(**values)
    for _ in range(2):  # a path needs the key
        if hasattr(row, "derive"):
            row.derive()
        row.save()
    return row


def _value(field: Any, marker: str, organisation: Organisation) -> Any:
    """Return a plausible value; None leaves the field's own default."""
    if field.name in {"uid", "sensitivity"} or field.primary_key or _is_stamp(field):
        return None
    if field.is_relation:
        return _related(field, marker, organisation)
    if field.choices:
        return next(value for value, _label in field.flatchoices if value)
    return _plain(field, marker)


def _is_stamp(field: Any) -> bool:
    return bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))


def _related(field: Any, marker: str, organisation: Organisation) -> Any:
    model = field.related_model
    if model is Area:
        return organisation.area
    if model is Organisation:
        return organisation
    if field.null and field.model is not User:
        return None
    if model is User:
        return make_row(User, marker, organisation, username=f"{marker}-{next(_numbers)}")
    return make_row(model, marker, organisation)


def _plain(field: Any, marker: str) -> Any:
    number = next(_numbers)
    if written := WRITTEN.get(f"{field.model._meta.model_name}.{field.name}"):
        return written
    if field.name == "credit_code":
        body = f"91120117MA{number:07}"
        return body + check_sign(body)  # a wrong one could not be saved again
    if isinstance(field, models.EmailField):
        return f"{marker}{number}@example.cn"
    if isinstance(field, models.CharField | models.TextField):
        if not field.editable and not field.unique:
            return None  # what is derived
        text = f"{marker}{number}" if field.unique else f"{marker}的{field.verbose_name}{number}"
        return text[-field.max_length :] if field.max_length and len(text) > field.max_length else text
    if isinstance(field, models.DateTimeField):
        return None if field.null else INSTANT + timedelta(seconds=number)  # an end after its beginning
    if isinstance(field, models.DateField):
        return DAY
    if isinstance(field, models.FloatField):
        return {"longitude": 117.8, "latitude": 39.3}.get(field.name, 1.0)
    if isinstance(field, models.IntegerField) and not (field.has_default() or field.null):
        return 1 + number % 30_000  # a small integer holds it
    return None


def _code_below(area: Area) -> str:
    return f"{area.code}{300 + next(_numbers) % 700}"[:12]
