"""A form field for several people, posts, units and roles: typed as names, with JavaScript found while typing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from anning.accounts.models import Organisation, Person, Post, Role
from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor
from anning.kernel.pinyin import initials_key

SEPARATOR = re.compile(r"[、,，;；\n]+")
PLACED = re.compile(r"(?P<name>[^@＠]+)[@＠](?P<unit>.+)")  # 张三@芦台街道: which one of that name
MOST = 500
KINDS: dict[str, type[Model]] = {"person": Person, "post": Post, "unit": Organisation, "role": Role}
SUGGESTED = 5  # of each kind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a name that is being typed may become: the text that the field takes, and what tells it apart."""

    key: str
    text: str
    more: str


class NamesInput(forms.TextInput):
    """The text, and for JavaScript where to ask for names."""

    template_name = "ui/_names.html"

    def __init__(self, models: Iterable[type[Model]], most: int, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.kinds = [kind for kind, model in KINDS.items() if model in tuple(models)]
        self.most = most

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the address and how many names are taken."""
        url = f"{reverse('ui:names')}?kinds={','.join(self.kinds)}"
        return super().get_context(name, value, attrs) | {"url": url, "most": self.most}


class NamesField(forms.CharField):
    """Names separated by 、 or by lines; each must name exactly one row inside the actor's scope.

    ``models`` are the kinds that may be named, ``most`` how many names (0: up to 500). A name that several have is
    told apart as 姓名@单位.
    """

    def __init__(
        self,
        *,
        actor: Actor,
        models: Sequence[type[Model]] = (Person, Post, Organisation),
        most: int = 0,
        **options: Any,
    ) -> None:
        self.actor, self.models = actor, models
        if most != 1:
            options.setdefault("help_text", _("可填多个，用顿号隔开；同名时写“姓名@单位”"))
        options.setdefault("widget", NamesInput(models, most))
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

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other names were typed."""
        return str(initial or "").strip() != str(data or "").strip()

    def _one(self, name: str) -> Any:
        placed = PLACED.fullmatch(name)
        found = [row for model in self.models for row in self._named(model, placed["name"] if placed else name)]
        if placed:
            found = [row for row in found if placed["unit"].strip() in _unit_names(row)]
        if not found:
            raise ValidationError(_("没有找到“%s”，请核对名称，或确认其在您的管辖范围内") % name)
        if len(found) > 1:
            which = "、".join(written(row) for row in found[:3])
            raise ValidationError(_("“%(name)s”有多个：%(which)s，请写明是哪一个") % {"name": name, "which": which})
        return found[0]

    def _named(self, model: type[Model], name: str) -> list[Any]:
        match = Q(name=name.strip())
        if model is Organisation:
            match |= Q(short_name=name.strip())
        return list(_rows(model, self.actor).filter(match)[:4])


def suggestions(actor: Actor, kinds: Iterable[str], text: str) -> list[Suggestion]:
    """Return the people, posts, units and roles that the text finds by name or initials, inside the actor's scope."""
    words = text.replace("\0", "").split()[:3]
    found: list[Suggestion] = []
    for kind in kinds:
        model = KINDS.get(kind)
        if model and (model is Role or actor.may(f"accounts.view_{model._meta.model_name}")):
            rows = _roles(words) if model is Role else _matching(model, actor, words)[:SUGGESTED]
            found += [Suggestion(f"{kind}:{row.pk}", written(row), _more(row)) for row in rows]
    return found


def written(row: Any) -> str:
    """Return how the field takes a row: its name, for people and posts with the unit."""
    if isinstance(row, Organisation | Role):
        return str(row.name)
    return f"{row.name}@{min(_unit_names(row), key=len)}"


def _rows(model: type[Model], actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = scoped(model._default_manager.all(), actor)
    if model is Person:
        rows = rows.filter(is_active=True, erased_at=None)
    return rows.select_related("organisation") if model in (Person, Post) else rows


def _matching(model: type[Model], actor: Actor, words: Sequence[str]) -> QuerySet[Any]:
    rows = _rows(model, actor)
    for word in words:
        match = Q(name__icontains=word)
        if model is Organisation:
            match |= Q(short_name__icontains=word)
        else:  # 芦台 wang: also by the unit, to tell people of one name apart
            match |= Q(organisation__name__icontains=word) if not word.isascii() else Q()
        if word.isascii():
            match |= Q(initials__startswith=word.lower()) | Q(initials__contains=f" {word.lower()}")
        rows = rows.filter(match)
    return rows


def _roles(words: Sequence[str]) -> list[Role]:
    """Return the roles found; there are a dozen, and they keep no initials."""

    def fits(role: Role, word: str) -> bool:
        keys = initials_key(role.name).split()
        return word in role.name or any(key.startswith(word.lower()) for key in keys)

    return [role for role in Role.objects.all() if all(fits(role, word) for word in words)][:SUGGESTED]


def _more(row: Any) -> str:
    """Return what helps to choose: a person's title, what kind of thing else."""
    if isinstance(row, Person):
        return row.title
    return str(row._meta.verbose_name)


def _unit_names(row: Any) -> set[str]:
    if isinstance(row, Role):
        return set()
    unit = row if isinstance(row, Organisation) else row.organisation
    return {name for name in (unit.name, unit.short_name) if name}
