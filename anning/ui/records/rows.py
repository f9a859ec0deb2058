"""Handling one row inside a service: lock it, check it, save it, journal it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from anning.accounts.classified import refuse_classified
from anning.accounts.selectors import place_of, scoped
from anning.journal import personal
from anning.journal.models import Entry, Record
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from anning.ui.records import fields
from anning.ui.records.register import Register, bare, of_model

Values = Mapping[str, Any]


def lock(register: Register, actor: Actor, key: int) -> Any:
    """Return the row, locked, as far as the actor may see it. Raises NotFound."""
    actor.require(register.permission("view"))
    rows = scoped(register.model.all_objects.select_for_update(of=("self",)), actor)
    try:
        return rows.get(pk=key)
    except register.model.DoesNotExist:
        raise NotFound(_("没有找到这条记录"), _("它可能已被删除，或不在您的管辖范围内")) from None


def check(register: Register, row: Any, actor: Actor, *, trusted: Iterable[str] = (), skip: Iterable[str] = ()) -> None:
    """Validate a row that is not yet saved: fields, the row as a whole, uniqueness, constraints, place.

    ``trusted`` fields need no look-up of their own (a relation just read); ``skip`` fields are known to be bad.
    Raises Refused naming each bad field, NotAllowed for a place outside the actor's scope.
    """
    refuse_classified({f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.editable})
    known_bad = {"uid", *skip}
    errors: dict[str, Any] = {}
    stages: tuple[Callable[[], Any], ...] = (
        lambda: row.clean_fields(exclude={*known_bad, *trusted}),
        lambda: None if errors or len(known_bad) > 1 else _derive(row),  # what derives needs good fields
        lambda: None if errors or len(known_bad) > 1 else row.clean(),
        lambda: row.validate_unique(exclude={*known_bad, *errors}),
        lambda: row.validate_constraints(exclude={*known_bad, *errors}),
    )
    for stage in stages:
        try:
            stage()
        except ValidationError as error:
            errors = error.update_error_dict(errors)
    if errors:
        raise refusal(ValidationError(errors))
    if len(known_bad) > 1:
        return
    if is_placed(row):
        require_inside(row, actor)


def _derive(row: Any) -> None:
    if hasattr(row, "derive"):
        row.derive()


def is_placed(row: Any) -> bool:
    """Whether it is known where the row lies; a new unit's path is known only when it has its key."""
    return row.pk is not None or "__" in row.scope_organisation or not row.scope_organisation


def require_inside(row: Any, actor: Actor) -> None:
    """Raise NotAllowed when the row lies outside the actor's scope."""
    if not (row.scope_area or row.scope_organisation):
        return
    area_code, path = place_of(row)
    if not actor.scope.covers(area_code=area_code, organisation_path=path):
        raise NotAllowed(_("记录所属的区域或单位不在您的管辖范围内"), _("请选择您管辖范围内的区域或单位"))


def refusal(error: ValidationError) -> Refused:
    """Return a ValidationError as the house's own, with one text per field."""
    bad = getattr(error, "message_dict", None) or {NON_FIELD_ERRORS: error.messages}
    named = {("" if name == NON_FIELD_ERRORS else name): "；".join(texts) for name, texts in bad.items()}
    return Refused(_("有内容未通过检查"), _("请改正标出的内容后再提交"), fields=named)


def save(register: Register, row: Any, values: Values, actor: Actor, *, fresh: bool = False) -> None:
    """Check and write the row with its lists of relations. Raises Refused, and NotAllowed for a place outside."""
    check(register, row, actor)
    try:
        with transaction.atomic():  # a lost race on a unique column must not break the caller's transaction
            is_new = fresh or row.pk is None
            row.save(force_insert=is_new)
            if is_new and hasattr(row, "derive"):
                row.derive()  # once more: a path needs the key
                row.save()
            for name, chosen in values.items():
                if isinstance(register.field(name), models.ManyToManyField):
                    getattr(row, name).set(chosen)
    except IntegrityError:
        raise Refused(_("已有相同的记录，或所引用的记录刚被删除"), _("请刷新后再试")) from None
    require_inside(row, actor)


def journal(
    register: Register, row: Any, actor: Actor, verb: str, *, changes: dict[str, list[Any]], cause: str = ""
) -> Entry:
    """Write the entry of one change, personal values protected."""
    safe = personal.protect_changes(row.subject, changes, register.personal)
    return record(
        f"{register.noun}.{verb}", row.subject, actor, **where(row), version=row.version, cause=cause, changes=safe
    )


def journal_deletion(register: Register, row: Any, actor: Actor, verb: str, *, reason: str, cause: str) -> Entry:
    """Write the entry of a deletion with all facts that a restore needs."""
    facts = fields.facts_of(register, row) | fields.facts_of(
        register, row, tuple(f.name for f in row._meta.many_to_many if f.remote_field.through._meta.auto_created)
    )
    safe = personal.protect_changes(row.subject, {n: [v, None] for n, v in facts.items()}, register.personal)
    return record(
        f"{register.noun}.{verb}",
        row.subject,
        actor,
        **where(row),
        version=row.version,
        cause=cause,
        reason=personal.protect(row.subject, reason),
        uid=row.uid,
        changes=safe,
    )


def where(row: Any) -> dict[str, Any]:
    """Return the facts of place and 密级 that every entry about the row carries."""
    area_code, path = place_of(row)
    return {
        "area_code": area_code,
        "organisation_path": path,
        "sensitivity": row.sensitivity,
        "exercise": row.exercise,
    }


def revive(register: Register, actor: Actor, entry: Entry) -> Any:
    """Write a deleted row again from its entry of deletion. Raises Conflict when it is there."""
    key = int(entry.subject.rpartition(":")[2])
    if register.model.all_objects.filter(pk=key).exists():
        raise Conflict(_("这条记录已经恢复"), _("请在列表中查看"))
    facts = {name: before for name, (before, _after) in personal.resolve(entry.data)["changes"].items()}
    model: Any = register.model
    row, many = model(pk=key, uid=entry.data["uid"], exercise=entry.exercise), {}
    for name, value in facts.items():
        field = register.field(name)
        if isinstance(field, models.ManyToManyField):
            many[name] = value
        else:
            setattr(row, field.attname, value if field.is_relation else field.to_python(value))
    row.version = entry.content_version + 1
    save(register, row, many, actor, fresh=True)
    changes = {name: [None, value] for name, value in facts.items()}
    journal(register, row, actor, "restore", changes=changes, cause=entry.uid)
    return row


def own_columns(register: Register, values: Values) -> dict[str, Any]:
    """Return the values that stand in the row itself."""
    return {n: v for n, v in values.items() if not isinstance(register.field(n), models.ManyToManyField)}


def many_columns(register: Register, row: Any, values: Values) -> dict[str, list[Any]]:
    """Return the changes of a new row's lists of relations."""
    names = tuple(n for n in values if isinstance(register.field(n), models.ManyToManyField))
    return {n: [None, kept] for n, kept in fields.facts_of(register, row, names).items() if kept} if names else {}


def hanging(row: Any) -> list[tuple[Any, Register]]:
    """Return the records that would be deleted together with ``row``, with their registers."""
    collector = Collector(using=row._state.db)
    try:
        collector.collect([row])
    except (ProtectedError, RestrictedError):
        return []  # the deletion itself will say so
    every = [one for ones in collector.data.values() for one in ones]
    every += [one for ones in collector.fast_deletes for one in ones]
    return [(one, of_model(type(one)) or bare(type(one))) for one in every if isinstance(one, Record) and one != row]


def who_points(error: ProtectedError | RestrictedError, actor: Actor) -> tuple[str, str]:
    """Return message and remedy for a deletion that other rows stand against; names only what the actor may see."""
    pointing = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
    by_model: dict[type[models.Model], list[Any]] = {}
    for one in pointing:
        by_model.setdefault(type(one), []).append(one)
    parts = []
    for model, ones in by_model.items():
        seen = ones
        if issubclass(model, Record):
            inside = scoped(model.all_objects.filter(pk__in=[o.pk for o in ones[:200]]), actor)
            seen = list(inside[:3])
        names = "、".join(str(one) for one in seen[:3])
        parts.append(
            _("%(kind)s %(count)s 条") % {"kind": model._meta.verbose_name, "count": len(ones)}
            + (f"（{names}）" if names else "")
        )
    return _("还有记录引用它，不能删除：%s") % "；".join(parts), _("请先修改或删除这些记录，再删除本条")
