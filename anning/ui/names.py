"""A form field for several people, posts and units, typed as names."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from anning.accounts.models import Organisation, Person, Post
from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor

SEPARATOR = re.compile(r"[、,，;；\n]+")
PLACED = re.compile(r"(?P<name>[^@＠]+)[@＠](?P<unit>.+)")  # 张三@芦台街道: which one of that name
MOST = 500


class NamesField(forms.CharField):
    """Names separated by 、 or by lines; each must name exactly one row inside the actor's scope.

    ``models`` are the kinds that may be named. A name that several have is told apart as 姓名@单位.
    """

    def __init__(
        self, *, actor: Actor, models: Sequence[type[Model]] = (Person, Post, Organisation), **options: Any
    ) -> None:
        self.actor, self.models = actor, models
        options.setdefault("help_text", _("可填多个，用顿号或换行隔开；同名时写“姓名@单位”"))
        options.setdefault("widget", forms.Textarea({"rows": 2}))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """Return the rows that were named, each once. Raises ValidationError for what names none, or several."""
        text = super().to_python(value)
        names = [name.strip() for name in SEPARATOR.split(str(text or "")) if name.strip()]
        if len(names) > MOST:
            raise ValidationError(_("一次最多填写 %s 个") % MOST)
        return list(dict.fromkeys(self._one(name[:120]) for name in names))

    def validate(self, value: Any) -> None:
        """Require at least one when required."""
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Rows have nothing more to check."""

    def _one(self, name: str) -> Any:
        placed = PLACED.fullmatch(name)
        found = [row for model in self.models for row in self._named(model, placed["name"] if placed else name)]
        if placed:
            found = [row for row in found if placed["unit"].strip() in _unit_names(row)]
        if not found:
            raise ValidationError(_("没有找到“%s”，请核对名称，或确认其在您的管辖范围内") % name)
        if len(found) > 1:
            which = "、".join(f"{row}@{min(_unit_names(row), key=len)}" for row in found[:3])
            raise ValidationError(_("“%(name)s”有多个：%(which)s，请写明是哪一个") % {"name": name, "which": which})
        return found[0]

    def _named(self, model: type[Model], name: str) -> list[Any]:
        rows = scoped(model._default_manager.all(), self.actor)
        match = Q(name=name.strip())
        if model is Organisation:
            match |= Q(short_name=name.strip())
        else:
            rows = rows.select_related("organisation")
        if model is Person:
            rows = rows.filter(is_active=True, erased_at=None)
        return list(rows.filter(match)[:4])


def _unit_names(row: Any) -> set[str]:
    unit = row if isinstance(row, Organisation) else row.organisation
    return {name for name in (unit.name, unit.short_name) if name}
