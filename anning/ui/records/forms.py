"""The form of one record, made from the declaration."""

from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.ui.records import fields
from anning.ui.records.inputs import DayField, RowField
from anning.ui.records.register import Register

CLEAR = gettext_lazy("清空")  # typed into a masked field, it empties it


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """Editable fields of one record. A masked value is never shown: left empty, it stays as it is."""

    register: Register

    def clean(self) -> dict[str, Any]:
        """Keep masked values that were left empty."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.kept(cleaned):
            cleaned[name] = getattr(self.instance, name)
        for name in set(self.register.masked) & set(cleaned):
            cleaned[name] = "" if cleaned[name] == CLEAR else cleaned[name]
        return cleaned

    def kept(self, cleaned: dict[str, Any]) -> set[str]:
        """Return the masked fields that were left empty on a record that has a value there."""
        hidden = set(self.register.masked) & set(cleaned)
        return {name for name in hidden if not cleaned[name] and self.instance.pk and getattr(self.instance, name)}

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Return the bound fields by group."""
        return [(str(title), [self[n] for n in names if n in self.fields]) for title, names in self.register.groups]

    def refuse(self, error: Refused) -> None:
        """Show the reasons of a service at their fields."""
        for name, why in error.fields.items():
            self.add_error(name if name in self.fields else None, why)
        if not error.fields:
            self.add_error(None, f"{error.message}。{error.remedy}")


def form_of(register: Register, actor: Actor, data: Any = None, row: Any = None, names: Any = None) -> RecordForm:
    """Return the form of a new record, or of ``row``; ``names`` limits it to some fields."""

    def field_of(column: Any, **options: Any) -> Any:
        if isinstance(column, models.ForeignKey):
            url = reverse("records:choices", args=[register.name, column.name])
            return RowField(
                column=column, actor=actor, url=url, label=column.verbose_name, required=not column.blank,
                help_text=column.help_text,
            )  # fmt: skip
        if isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField):
            return column.formfield(form_class=DayField, **options)
        if isinstance(column, models.DateTimeField):
            options["widget"] = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        if isinstance(column, models.TextField) and not column.choices:
            options["widget"] = forms.Textarea({"rows": 4})
        if column.name in register.masked:
            options["widget"] = forms.TextInput({"autocomplete": "off"})
        return column.formfield(**options)

    made: Any = forms.modelform_factory(
        register.model, form=RecordForm, fields=names or register.fields, formfield_callback=field_of
    )
    made.register = register
    form: RecordForm = made(data, instance=row, initial=_hidden(register, row))
    for name in set(register.masked) & set(form.fields):
        _guard(form.fields[name], getattr(row, name, ""))
    for name, bound in form.fields.items():
        if register.labels.get(name):
            bound.label = register.label(name)
    return form


def _hidden(register: Register, row: Any) -> dict[str, Any]:
    return dict.fromkeys(register.masked, "") if row is not None else {}


def _guard(field: forms.Field, value: str) -> None:
    if not value:
        return
    field.required = False
    field.widget.attrs["placeholder"] = fields.mask(value)
    field.help_text = _("留空表示不修改；填“%s”可删除") % CLEAR
