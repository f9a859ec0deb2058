"""Decisions about the rows of a register: permission, scope, lock, rules, write, journal; always in this order."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from anning.journal import personal
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, NotFound, Refused
from anning.ui.records import fields, rows
from anning.ui.records.register import Register, of_noun

Values = Mapping[str, Any]


@transaction.atomic
def create(register: Register, actor: Actor, values: Values, *, kind: str = "create", cause: str = "") -> Any:
    """Add a row and journal it, by the register's own service if it has one."""
    return _how(register, "create", create_row)(register, actor, values, kind=kind, cause=cause)


@transaction.atomic
def create_row(register: Register, actor: Actor, values: Values, *, kind: str = "create", cause: str = "") -> Any:
    """Add a row and journal it. Raises NotAllowed, and Refused naming each bad field."""
    actor.require(register.permission("add"))
    row = register.model(**rows.own_columns(register, values))
    rows.save(register, row, values, actor)
    changes = {name: [None, value] for name, value in fields.facts_of(register, row).items() if value not in (None, "")}
    changes |= rows.many_columns(register, row, values)
    rows.journal(register, row, actor, kind, changes=changes, cause=cause)
    return row


@transaction.atomic
def change(
    register: Register,
    actor: Actor,
    key: int,
    values: Values,
    *,
    version: int | None = None,
    kind: str = "change",
    cause: str = "",
) -> Any:
    """Change a row and journal what differs, by the register's own service if it has one."""
    how = _how(register, "change", change_row)
    return how(register, actor, key, values, version=version, kind=kind, cause=cause)


@transaction.atomic
def change_row(
    register: Register,
    actor: Actor,
    key: int,
    values: Values,
    *,
    version: int | None = None,
    kind: str = "change",
    cause: str = "",
) -> Any:
    """Change a row and journal what differs; nothing differs: nothing is written.

    Raises NotFound outside the actor's scope, Conflict when ``version`` is not the stored one, Refused
    for bad fields and for a target outside the actor's scope.
    """
    actor.require(register.permission("change"))
    row = rows.lock(register, actor, key)
    if version is not None and row.version != version:
        raise Conflict(_("这条记录在您编辑时已被他人修改"), _("请对照差异后决定保留哪一个"))
    names = tuple(values)
    before = fields.facts_of(register, row, names)
    for name, value in rows.own_columns(register, values).items():
        setattr(row, name, value)
    after = before | {n: fields.plain(register.field(n), values[n]) for n in names}
    changes = {name: [before[name], after[name]] for name in names if before[name] != after[name]}
    if not changes:
        return row
    row.version += 1
    rows.save(register, row, values, actor)
    rows.journal(register, row, actor, kind, changes=changes, cause=cause)
    return row


@transaction.atomic
def change_many(register: Register, actor: Actor, keys: Iterable[int], values: Values, *, cause: str = "") -> int:
    """Change the same fields of many rows, all or none; return how many differ now."""
    if strange := set(values) - set(register.bulk_fields):
        raise Refused(_("这些字段不能批量修改：%s") % "、".join(map(register.label, sorted(strange))))
    changed = 0
    for key in list(keys):
        version = rows.lock(register, actor, key).version
        changed += change(register, actor, key, values, cause=cause).version != version
    return changed


@transaction.atomic
def delete_many(register: Register, actor: Actor, keys: Iterable[int], *, reason: str) -> int:
    """Delete many rows for one reason, all or none; return how many."""
    return len([delete(register, actor, key, reason=reason) for key in list(keys)])


@transaction.atomic
def delete(register: Register, actor: Actor, key: int, *, reason: str, kind: str = "delete", cause: str = "") -> Entry:
    """Delete a row with what hangs on it, by the register's own service if it has one."""
    how = _how(register, "delete", delete_row)
    entry: Entry = how(register, actor, key, reason=reason, kind=kind, cause=cause)
    return entry


@transaction.atomic
def delete_row(
    register: Register, actor: Actor, key: int, *, reason: str, kind: str = "delete", cause: str = ""
) -> Entry:
    """Delete a row, keeping its facts in the journal for a restore; rows that hang on it go with it, each journaled.

    Raises Refused without a reason, and when something still points at the row (named).
    """
    actor.require(register.permission("delete"))
    row = rows.lock(register, actor, key)
    if not reason.strip():
        raise Refused(_("未填写删除原因"), _("请写明为什么删除"), fields={"reason": _("请填写删除原因")})
    entry = rows.journal_deletion(register, row, actor, kind, reason=reason.strip(), cause=cause)
    for child, its_register in rows.hanging(row):
        rows.journal_deletion(its_register, child, actor, "delete", reason=reason.strip(), cause=entry.uid)
    try:
        row.delete()
    except (ProtectedError, RestrictedError) as error:
        raise Refused(*rows.who_points(error, actor)) from None
    return entry


@transaction.atomic
def restore(register: Register, actor: Actor, entry: Entry) -> Any:
    """Bring back a deleted row, by the register's own service if it has one."""
    return _how(register, "restore", restore_row)(register, actor, entry)


@transaction.atomic
def restore_row(register: Register, actor: Actor, entry: Entry) -> Any:
    """Bring back a deleted row, and what went with it, from its entry of deletion, under the same key.

    Raises Conflict when it is back already, Refused when its place is taken or what it needs is gone.
    """
    actor.require(register.permission("delete"))
    row = rows.revive(register, actor, entry)
    for child in Entry.objects.filter(cause=entry.uid, kind__endswith=".delete", id__gt=entry.pk).order_by("id"):
        rows.revive(of_noun(child.subject.partition(":")[0]), actor, child)
    return row


@transaction.atomic
def reveal(register: Register, actor: Actor, key: int, name: str, *, reason: str) -> str:
    """Return a masked value in full, and journal who read it and why."""
    actor.require(register.permission("reveal"))
    row = rows.lock(register, actor, key)
    if name not in register.masked:
        raise NotFound(_("没有这个受保护的字段"))
    if not reason.strip():
        raise Refused(_("未填写查看原因"), _("请写明因何工作需要查看"), fields={"reason": _("请填写查看原因")})
    kept = personal.protect(row.subject, reason.strip())  # it may name somebody
    record(f"{register.noun}.reveal", row.subject, actor, **rows.where(row), field=name, reason=kept)
    return fields.text_of(register, row, name, full=True)


def _how(register: Register, verb: str, usual: Callable[..., Any]) -> Callable[..., Any]:
    """Return the service of a verb: the register's own, or the usual one."""
    return register.services.get(verb, usual)
