"""Roles: brought by the platform, changed by the security administrator, granted under the separation of three."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts import permissions, selectors
from anning.accounts.logic import separation_complaint
from anning.accounts.models import Role, User
from anning.journal.services import record
from anning.kernel import actor as actors
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, NotAllowed, Refused

SHIPPED = ("name", "permissions", "reach", "separation", "home", "position")
CHANGEABLE = ("name", "permissions", "reach", "home", "position")


@transaction.atomic
def load_roles() -> int:
    """Bring the roles of the platform into the database; return how many were made or changed.

    A fact that the site has changed since the last loading stays; the rest follows the platform.
    """
    platform = actors.system()
    changed = 0
    for facts in selectors.shipped_roles()["roles"]:
        shipped = {name: facts.get(name, "") for name in SHIPPED}
        role = Role.objects.select_for_update().filter(code=facts["code"]).first()
        if role is None:
            role = Role.objects.create(code=facts["code"], shipped=shipped, **shipped)
            record("role.create", role.subject, platform, code=role.code, permissions=role.permissions)
            changed += 1
        elif role.shipped != shipped:
            changed += _follow(role, shipped, platform)
    return changed


def _follow(role: Role, shipped: dict[str, Any], platform: Actor) -> int:
    """Take over what is new in ``shipped`` where the site has not gone its own way."""
    changes = {}
    for name, value in shipped.items():
        now = getattr(role, name)
        if now != value and now == role.shipped.get(name):
            changes[name] = [now, value]
            setattr(role, name, value)
    role.shipped = shipped
    role.version += bool(changes)
    role.save()
    if changes:
        record("role.change", role.subject, platform, version=role.version, changes=changes)
    return bool(changes)


@transaction.atomic
def change_role(role_id: int, actor: Actor, *, version: int | None = None, **facts: Any) -> Role:
    """Change name, permissions, reach, home or position of a role that the actor does not hold.

    Raises NotAllowed for an own role, Refused for patterns that match nothing, Conflict when it changed meanwhile.
    """
    actor.require(permissions.CHANGE_ROLE)
    role: Role = Role.objects.select_for_update().get(pk=role_id)
    if version is not None and role.version != version:
        raise Conflict(_("该角色刚被他人修改"), _("请刷新后核对差异再保存"))
    if role.users.filter(pk=user_key(actor)).exists():
        raise NotAllowed(_("不能修改自己担任的角色"), _("请由另一名安全管理员修改"))
    if strange := set(facts) - set(CHANGEABLE):
        raise Refused(_("角色的%(names)s不能修改") % {"names": "、".join(sorted(strange))}, _("三员属性由平台规定"))
    for pattern in facts.get("permissions", ()):
        if not permissions.expand([pattern]):
            raise Refused(
                _("没有名为“%(pattern)s”的权限") % {"pattern": pattern},
                _("请从权限表中选择"),
                fields={"permissions": pattern},
            )
    changes = {name: [getattr(role, name), value] for name, value in facts.items() if getattr(role, name) != value}
    if changes:
        for name, (_before, after) in changes.items():
            setattr(role, name, after)
        role.version += 1
        role.save()
        record("role.change", role.subject, actor, version=role.version, changes=changes)
    return role


@transaction.atomic
def grant_roles(user_id: int, role_codes: Iterable[str], actor: Actor) -> User:
    """Give a user exactly these roles.

    Raises NotAllowed for one's own account, NotFound outside the actor's scope, Refused for unknown
    roles or against the separation of system, security and audit administrators (三员分立).
    """
    actor.require(permissions.GRANT_ROLE)
    if user_id == user_key(actor):
        raise NotAllowed(_("不能给自己授予或收回角色"), _("请由另一名安全管理员办理"))
    user = selectors.find_scoped(User.objects.select_for_update(of=("self",)), actor, user_id)
    wanted = set(role_codes)
    roles = list(Role.objects.filter(code__in=wanted))
    if missing := wanted - {role.code for role in roles}:
        raise Refused(_("没有这样的角色：%(names)s") % {"names": "、".join(sorted(missing))}, _("请从角色表中选择"))
    if complaint := separation_complaint(role.separation for role in roles):
        raise Refused(complaint, _("请分别授予不同的人"))
    before = sorted(user.roles.values_list("code", flat=True))
    if before != sorted(wanted):
        user.roles.set(roles)
        user.version += 1
        user.save(update_fields=["version", "changed_at"])
        record("user.grant", user.subject, actor, version=user.version, changes={"roles": [before, sorted(wanted)]})
    return user


def user_key(actor: Actor) -> int:
    """Return the key of the user behind a signed-in actor; 0 for the platform, machines and nobody."""
    kind, _colon, key = actor.name.partition(":")
    return int(key) if kind == "user" and key.isdigit() else 0
