"""The filters of a list, in the URL: a django-filter set made from the declaration."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from anning.accounts.models import Area
from anning.accounts.selectors import below
from anning.kernel.actor import Actor
from anning.kernel.clock import ZONE
from anning.ui.records import selectors
from anning.ui.records.fields import show
from anning.ui.records.inputs import FEW, DaySpan, RowField
from anning.ui.records.register import Register

IN_ROW = 3  # beside the search box, so that four fields stand in the row


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, and the query that is left without it."""

    label: str
    text: str
    rest: str


class SpanFilter(django_filters.Filter):  # type: ignore[misc]
    """Days from and to, both included, for columns of days and of instants."""

    field_class = DaySpan

    def filter(self, found: QuerySet[Any], span: slice | None) -> QuerySet[Any]:
        """Cut to the span; an instant counts by its Asia/Shanghai day."""
        if span is None:
            return found
        is_instant = isinstance(found.model._meta.get_field(self.field_name), models.DateTimeField)
        if span.start:
            start = _midnight(span.start) if is_instant else span.start
            found = found.filter(**{f"{self.field_name}__gte": start})
        if span.stop:
            last = {"lt": _midnight(span.stop + timedelta(days=1))} if is_instant else {"lte": span.stop}
            found = found.filter(**{f"{self.field_name}__{op}": end for op, end in last.items()})
        return found


class RowFilter(django_filters.Filter):  # type: ignore[misc]
    """Rows of a foreign key; what lies in a town also lies in its villages."""

    field_class = RowField

    def filter(self, found: QuerySet[Any], row: Any) -> QuerySet[Any]:
        """Cut to the row; where a place is asked for, to all below it."""
        if isinstance(row, Area) and self.field_name.rpartition("__")[2] == "area":
            kept_in_row = found.model.scope_area == "area_code"
            return found.filter(below("area_code" if kept_in_row else f"{self.field_name}__code", row.code))
        kept: QuerySet[Any] = super().filter(found, row)
        return kept


class TextFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Text anywhere in a column; ``=text`` is the whole of it, ``!text`` is what does not contain it."""

    def filter(self, found: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Cut to the text."""
        mark, rest = text[:1], text[1:].strip()
        if rest and mark == "=":
            return found.filter(**{self.field_name: rest})
        if rest and mark == "!":
            return found.exclude(**{f"{self.field_name}__icontains": rest})
        return found.filter(**{f"{self.field_name}__icontains": text}) if text else found


class Filters(django_filters.FilterSet):  # type: ignore[misc]
    """The search box and the declared filters of one register."""

    register: Register

    def search(self, found: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Filter by the search box."""
        return found.filter(selectors.matching(self.register, text))

    def only(self, found: QuerySet[Any], _name: str, question: str) -> QuerySet[Any]:
        """Filter by one of the register's questions."""
        return self.register.questions[question][1](found)

    def chips(self, query: QueryDict) -> Iterator[Chip]:
        """Yield each filter in force, removable."""
        for name, bound in self.form.fields.items():
            keys = [key for key in (name, f"{name}_min", f"{name}_max") if query.get(key)]
            value = self.form.cleaned_data.get(name) if self.form.is_valid() else None
            if keys and value not in (None, ""):
                rest = query.copy()
                for key in (*keys, "page"):
                    rest.pop(key, None)
                yield Chip(str(bound.label), _spoken(self.register, name, value), rest.urlencode())

    def words(self, query: QueryDict) -> str:
        """Return the filters in force as one line, for papers and spreadsheets."""
        return "；".join(f"{chip.label}：{chip.text}" for chip in self.chips(query))


def filters_of(register: Register, actor: Actor, query: Any, found: QuerySet[Any]) -> Filters:
    """Return the filters of ``register`` bound to a query."""
    made: dict[str, Any] = {"register": register, "Meta": type("Meta", (), {"model": register.model, "fields": []})}
    if register.search:
        box = forms.TextInput({"placeholder": _("名称、简拼、编码"), "type": "search", "data-key": "/"})
        made["q"] = django_filters.CharFilter(method="search", label=_("搜索"), widget=box, max_length=80)
    for path in dict.fromkeys((*((register.chips,) if register.chips else ()), *register.filters)):
        made[path] = _filter(register, actor, path)
    if register.questions:
        asked = [(name, label) for name, (label, _cut) in register.questions.items()]
        made["only"] = django_filters.ChoiceFilter(method="only", label=_("只看"), choices=asked, empty_label=_("全部"))
    return type("RegisterFilters", (Filters,), made)(query, queryset=found)  # type: ignore[no-any-return]


def _filter(register: Register, actor: Actor, path: str) -> Any:
    field, label = register.field(path), register.label(path)
    if field.choices:
        return django_filters.ChoiceFilter(
            field_name=path, label=label, choices=field.flatchoices, empty_label=_("全部")
        )
    if isinstance(field, models.BooleanField):
        yes_no = forms.Select(choices=[("", _("全部")), ("true", _("是")), ("false", _("否"))])
        return django_filters.BooleanFilter(field_name=path, label=label, widget=yes_no)
    if isinstance(field, models.DateField):
        return SpanFilter(field_name=path, label=label)
    if isinstance(field, models.ForeignKey | models.ManyToManyField):
        return RowFilter(
            field_name=path, label=label, column=field, actor=actor, limit=FEW, url=_choices(register, path)
        )
    return TextFilter(field_name=path, label=label, max_length=80)


def _spoken(register: Register, name: str, value: Any) -> str:
    if isinstance(value, slice):
        return _("%(since)s 至 %(until)s") % {"since": value.start or "…", "until": value.stop or "…"}
    if name == "only":
        return str(register.questions[value][0])
    return str(value) if name == "q" else show(register.field(name), value)


def _choices(register: Register, path: str) -> str:
    return reverse("records:choices", args=[register.name, path])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE)
