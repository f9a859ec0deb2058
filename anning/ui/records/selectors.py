"""Questions about the rows of a register; every answer is cut by the actor's scope."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from anning.accounts.models import Area
from anning.accounts.selectors import scoped, visible_areas
from anning.journal.models import Entry
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound
from anning.kernel.uid import is_uid
from anning.ui.records.register import Register, of_model
from anning.vault.cipher import blind_index

TEXTS = (models.CharField, models.TextField)
IDENTIFYING = ("code", "name", "short_name", "title", "credit_code", "username", "uid")
LARGEST_KEY = 2**63 - 1


def rows(register: Register, actor: Actor) -> QuerySet[Any]:
    """All rows that the actor may see, in the register's order. Raises NotAllowed without the view permission."""
    actor.require(register.permission("view"))
    found = scoped(register.rows(), actor)
    order = register.order or tuple(register.options.ordering) or ("pk",)
    return found.order_by(*order, "pk")


def one(register: Register, actor: Actor, key: int | str) -> Any:
    """Return a row by its key or its ULID. Raises NotFound also for what lies outside the scope."""
    text = str(key)
    seen = rows(register, actor).select_related(*register.related((*register.fields, *register.facts)))
    found = None
    if text.isascii() and text.isdigit() and int(text) <= LARGEST_KEY:
        found = seen.filter(pk=int(text)).first()
    elif is_uid(text):
        found = seen.filter(uid=text).first()
    if found is None:
        raise NotFound(_("没有找到这条记录"), _("它可能已被删除，或不在您的管辖范围内"))
    return found


def neighbours(register: Register, actor: Actor, row: Any) -> tuple[Any, Any]:
    """Return the rows registered before and after ``row``, None at the ends."""
    seen = scoped(register.rows(), actor).select_related(None).only("pk")
    return seen.filter(pk__lt=row.pk).order_by("-pk").first(), seen.filter(pk__gt=row.pk).order_by("pk").first()


def matching(register: Register, text: str) -> Q:
    """Return the condition of the search box: each word must be found in some field of ``search``."""
    found = Q()
    for word in text.replace("\0", "").split()[:5]:
        found &= _word(register.model, register.search, word)
    return found


def choices(field: Any, actor: Actor) -> QuerySet[Any]:
    """Return the rows that a foreign key of a form offers: never outside the actor's scope."""
    model = field.related_model
    if model is Area:
        return visible_areas(actor)
    found = model.objects.all() if hasattr(model, "objects") else model._default_manager.all()
    return scoped(found, actor) if hasattr(model, "scope_area") else found


def matching_choices(field: Any, actor: Actor, text: str) -> QuerySet[Any]:
    """Return the choices of a foreign key that ``text`` finds by name, initials or code."""
    found = choices(field, actor)
    for word in text.replace("\0", "").split()[:5]:
        found = found.filter(_word(field.related_model, searched_fields(field.related_model), word))
    return found


def named(found: QuerySet[Any], text: str) -> list[Any]:
    """Return up to four rows whose name or code is exactly ``text``."""
    exact = Q(pk__in=[])
    for name in {*IDENTIFYING} & {f.name for f in found.model._meta.concrete_fields}:
        exact |= Q(**{name: text})
    return list(found.filter(exact)[:4])


def searched_fields(model: type[models.Model]) -> tuple[str, ...]:
    """Return what a model is looked up by: its register's ``search``, or name, code and initials."""
    if (its := of_model(model)) and its.search:
        return its.search
    names = {f.name for f in model._meta.concrete_fields}
    return tuple(name for name in ("initials", "name", "short_name", "title", "code", "credit_code") if name in names)


def count_by_chip(register: Register, found: QuerySet[Any]) -> dict[Any, int]:
    """How many of the rows stand at each value of the chips field."""
    counted = found.order_by().values_list(register.chips).annotate(number=Count("pk"))
    return dict(counted)


def deleted(register: Register, actor: Actor) -> QuerySet[Entry]:
    """Entries of deletion, newest first, whose rows are not back; cut by the actor's scope."""
    actor.require(register.permission("delete"))
    found = Entry.objects.filter(kind=f"{register.noun}.delete").order_by("-id")
    if register.model.scope_area or register.model.scope_organisation:
        found = found.filter(_inside(actor))
    latest = Entry.objects.filter(subject=models.OuterRef("subject")).order_by("-id").values("pk")[:1]
    return found.filter(pk=models.Subquery(latest))


def _inside(actor: Actor) -> Q:
    if actor.scope.everything:
        return Q()
    inside = Q(pk__in=[])
    for prefix in actor.scope.areas:
        inside |= Q(area_code__startswith=prefix)
    for prefix in actor.scope.organisations:
        inside |= Q(organisation_path__startswith=prefix)
    return inside


def _word(model: type[models.Model], paths: tuple[str, ...], word: str) -> Q:
    """Return where one word may stand: letters in initials, digits in codes, Chinese anywhere in a text."""
    found = Q(pk__in=[])
    for path in paths:
        field = _field(model, path)
        name = path.rpartition("__")[2]
        index = f"{path}_index"
        if name == "initials":
            if word.isascii():
                found |= Q(**{f"{path}__startswith": word.lower()}) | Q(**{f"{path}__contains": f" {word.lower()}"})
        elif _field(model, index) is not None:
            found |= Q(**{index: blind_index(word)})
        elif isinstance(field, TEXTS):
            found |= Q(**{f"{path}__icontains": word})
        elif isinstance(field, models.IntegerField) and word.isascii() and word.isdigit() and len(word) < 10:
            found |= Q(**{path: int(word)})
    return found


def _field(model: type[models.Model], path: str) -> Any:
    found: Any = None
    owner: Any = model
    for name in path.split("__"):
        try:
            found = owner._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        owner = found.related_model
    return found
