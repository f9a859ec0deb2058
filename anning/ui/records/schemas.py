"""The API's types of a register, made from the declaration."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db import models
from ninja import Schema
from pydantic import AfterValidator, BaseModel, Field, create_model

from anning.kernel.clock import ZONE
from anning.ui.records import fields
from anning.ui.records.inputs import FIRST_DAY, LAST_DAY
from anning.ui.records.register import Register
from anning.ui.records.selectors import LARGEST_KEY

Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]


class Ref(Schema):
    """Another record: its key and what it is called."""

    id: int
    title: str


class Problem(Schema):
    """Why a request was refused, what to do, and which fields are wrong."""

    message: str
    remedy: str = ""
    fields: dict[str, str] = {}


def _in_reach(value: Any) -> Any:
    day = value.date() if isinstance(value, datetime) else value
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"must be between {FIRST_DAY} and {LAST_DAY}")
    return value


def _placed(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=ZONE)


def _without_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("must not contain NUL")
    return value


Text = Annotated[str, AfterValidator(_without_nul)]
Day = Annotated[date, AfterValidator(_in_reach)]
Instant = Annotated[datetime, AfterValidator(_in_reach), AfterValidator(_placed)]
Whole = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Real = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Exact = Annotated[Decimal, Field(allow_inf_nan=False, ge=Decimal(-(10**15)), le=Decimal(10**15))]
# In this order: an instant is also a day.
KINDS: tuple[tuple[type, Any], ...] = (
    (models.BooleanField, bool),
    (models.DateTimeField, Instant),
    (models.DateField, Day),
    (models.IntegerField, Whole),
    (models.FloatField, Real),
    (models.DecimalField, Exact),
    (models.JSONField, Any),
)


def input_type(column: Any) -> Any:
    """Return the type of a column in requests."""
    if isinstance(column, models.ForeignKey):
        return Key
    if isinstance(column, models.ManyToManyField):
        return list[Key]
    if column.choices:
        values = tuple(value for value, _label in column.flatchoices if value != "")
        return Literal[(*values, "")] if column.blank else Literal[values]
    for kind, python in KINDS:
        if isinstance(column, kind):
            return python
    limits = {"max_length": column.max_length, "min_length": 0 if column.blank else 1}
    return Annotated[Text, Field(**limits)]


def output_type(column: Any) -> Any:
    """Return the type of a column in answers; choices stand as their values."""
    if isinstance(column, models.ForeignKey):
        return Ref
    if isinstance(column, models.ManyToManyField):
        return list[Ref]
    is_choice = bool(column.choices)
    for kind, python in KINDS:
        if isinstance(column, kind) and not is_choice:
            return {Day: date, Instant: datetime, Whole: int, Real: float, Exact: Decimal}.get(python, python)
    return str if not isinstance(column, models.IntegerField) else int


def name_of(register: Register) -> str:
    """Return the name of a register's types (``EscalationPolicies``)."""
    return "".join(part.capitalize() for part in register.name.split("-"))


def out_schema(register: Register) -> type[BaseModel]:
    """Return the type of a record in answers. Masked fields are masked."""
    shown: dict[str, Any] = {"id": (int, ...), "uid": (str, ...), "version": (int, ...), "title": (str, ...)}
    for name in (*register.fields, *_stored_facts(register)):
        column = register.field(name)
        python = str if name in register.masked else output_type(column)
        shown[free(name)] = (python | None if column.null else python, ...)
    shown |= {"created_at": (datetime, ...), "changed_at": (datetime, ...)}
    return create_model(f"{name_of(register)}Out", __base__=Schema, **shown)


def in_schema(register: Register) -> type[BaseModel]:
    """Return the type of a new record."""
    asked: dict[str, Any] = {}
    for name in register.fields:
        column = register.field(name)
        python = input_type(column)
        is_needed = not column.blank and not column.has_default()
        asked[free(name)] = (python, ...) if is_needed else (python | None, None)
    return create_model(f"{name_of(register)}In", __base__=Schema, **asked)


def change_schema(register: Register) -> type[BaseModel]:
    """Return the type of a change: any fields, and the version that the caller saw."""
    asked: dict[str, Any] = {"version": (Annotated[int, Field(ge=0, le=2**31 - 1)], ...)}
    for name in register.fields:
        asked[free(name)] = (input_type(register.field(name)) | None, None)
    return create_model(f"{name_of(register)}Change", __base__=Schema, **asked)


def page_schema(register: Register, item: Any) -> type[BaseModel]:
    """Return the type of a page of records."""
    facts: dict[str, Any] = {"items": (list[item], ...)}
    facts |= dict.fromkeys(("total", "page", "per_page"), (int, ...))
    return create_model(f"{name_of(register)}Page", __base__=Schema, **facts)


def query_schema(register: Register, names: list[str]) -> type[BaseModel]:
    """Return the type of the filters of a list: texts, as in the page's address."""
    text = Annotated[Text, Field(max_length=200)]
    asked: dict[str, Any] = {free(name): (text | None, None) for name in names}
    asked["sort"] = (text | None, None)
    asked["page"] = (Annotated[int, Field(ge=1, le=10**6)], 1)
    asked["per_page"] = (Annotated[int, Field(ge=1, le=200)], 20)
    return create_model(f"{name_of(register)}Query", __base__=Schema, **asked)


def record_out(register: Register, row: Any) -> dict[str, Any]:
    """Return a record as the API answers it."""
    facts: dict[str, Any] = {"id": row.pk, "uid": row.uid, "version": row.version, "title": str(row)}
    for name in (*register.fields, *_stored_facts(register)):
        facts[free(name)] = _value(register, row, name)
    return facts | {"created_at": row.created_at, "changed_at": row.changed_at}


def _value(register: Register, row: Any, name: str) -> Any:
    column, value = register.field(name), getattr(row, name)
    if name in register.masked:
        return fields.mask(value)
    if isinstance(column, models.ManyToManyField):
        return [{"id": one.pk, "title": str(one)} for one in value.all()]
    return {"id": value.pk, "title": str(value)} if isinstance(value, models.Model) else value


def _stored_facts(register: Register) -> tuple[str, ...]:
    names = {f.name for f in (*register.options.concrete_fields, *register.options.many_to_many)}
    return tuple(n for n in register.facts if n in names and n not in register.fields)


def free(name: str) -> str:
    """Return a name that does not hide the record's own ``title`` or ``version``."""
    return f"{name}_" if name in {"id", "uid", "version"} else name
