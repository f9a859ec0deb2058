"""Accounts: made and changed by the system administrator, locked and unlocked by the security administrator."""

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts import logic, permissions, selectors
from anning.accounts.models import Person, User
from anning.accounts.services import guards
from anning.accounts.services.roles import user_key
from anning.accounts.services.sessions import end_everything
from anning.journal.personal import protect, protect_changes
from anning.journal.services import record
from anning.kernel import rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, NotAllowed, Refused

NAME = re.compile(r"[\w.-]{2,40}")
CHANGEABLE = ("person", "oidc_subject", "sensitivity")


@transaction.atomic
def create_user(
    username: str, actor: Actor, *, person: Person | None = None, oidc_subject: str = ""
) -> tuple[User, str]:
    """Make an account without any role; return it and its one-time password, which is kept nowhere.

    Raises NotFound for a person outside the actor's scope, Refused for a name that is taken or cannot be used.
    """
    actor.require(permissions.ADD_USER)
    if person:
        selectors.find_scoped(Person.objects.filter(erased_at=None), actor, person.pk)
    username = username.strip()
    if not NAME.fullmatch(username):
        raise Refused(
            _("账号名不合规"), _("请用 2 至 40 个字母、数字、汉字、点或横线"), fields={"username": _("账号名不合规")}
        )
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(
            _("账号名“%(username)s”已被使用") % {"username": username},
            _("请换一个账号名"),
            fields={"username": _("已被使用")},
        )
    _refuse_bound(oidc_subject)
    fresh = logic.fresh_password(rulebook.value("ACC-PASSWORD-LENGTH"))
    user = User(username=username, person=person, oidc_subject=oidc_subject)
    user.set_password(fresh)
    user.save()
    area_code, organisation_path = selectors.place_of(user)
    record(
        "user.create",
        user.subject,
        actor,
        area_code=area_code,
        organisation_path=organisation_path,
        version=user.version,
        person=person.subject if person else "",
        username=protect(user.subject, username),
    )
    return user, fresh


@transaction.atomic
def change_user(user_id: int, actor: Actor, *, version: int | None = None, **facts: Any) -> User:
    """Change whose account it is, or its name at the identity provider. Raises Conflict when it changed meanwhile."""
    actor.require(permissions.CHANGE_USER)
    user = selectors.find_scoped(User.objects.select_for_update(of=("self",)), actor, user_id)
    if version is not None and user.version != version:
        raise Conflict(_("该账号刚被他人修改"), _("请刷新后核对差异再保存"))
    if user_id == user_key(actor):
        raise NotAllowed(_("不能修改自己的账号"), _("请由另一名系统管理员修改"))
    if strange := set(facts) - set(CHANGEABLE):
        raise Refused(
            _("账号的%(names)s不能在此修改") % {"names": "、".join(sorted(strange))},
            _("角色、密码和停用由安全管理员办理"),
        )
    if facts.get("oidc_subject", user.oidc_subject) != user.oidc_subject:
        _refuse_bound(facts["oidc_subject"])
    if facts.get("person"):
        selectors.find_scoped(Person.objects.filter(erased_at=None), actor, facts["person"].pk)
    changes = {name: [getattr(user, name), after] for name, after in facts.items() if getattr(user, name) != after}
    if changes:
        for name, (_before, after) in changes.items():
            setattr(user, name, after)
        user.version += 1
        user.save()
        plain = {name: [getattr(value, "subject", value) for value in pair] for name, pair in changes.items()}
        record("user.change", user.subject, actor, version=user.version, changes=protect_changes(user, plain))
    return user


@transaction.atomic
def lock_user(user_id: int, actor: Actor, *, reason: str) -> User:
    """Stop an account: its sessions and devices end at once. Raises NotAllowed for one's own account."""
    user = _other(user_id, actor)
    if not reason.strip():
        raise Refused(_("请填写停用原因"), _("写明依据，如调离、离职、异常登录"), fields={"reason": _("必填")})
    if user.is_active:
        user.is_active = False
        user.version += 1
        user.save(update_fields=["is_active", "version", "changed_at"])
        end_everything(user, actor, reason="locked")
        record("user.lock", user.subject, actor, version=user.version, reason=protect(user.subject, reason))
    return user


@transaction.atomic
def unlock_user(user_id: int, actor: Actor) -> User:
    """Let an account sign in again, and forget its failures. Raises NotAllowed for one's own account."""
    user = _other(user_id, actor)
    if user.username.startswith("erased-"):
        raise Refused(_("该账号所属人员的信息已删除，不能重新启用"), _("如此人返岗，请重新登记人员并新建账号"))
    guards.lift(user.username)
    user.version += not user.is_active
    user.is_active = True
    user.save(update_fields=["is_active", "version", "changed_at"])
    record("user.unlock", user.subject, actor, version=user.version)
    return user


def _other(user_id: int, actor: Actor) -> User:
    actor.require(permissions.LOCK_USER)
    if user_id == user_key(actor):
        raise NotAllowed(_("不能停用或启用自己的账号"), _("请由另一名安全管理员办理"))
    return selectors.find_scoped(User.objects.select_for_update(of=("self",)), actor, user_id)


def _refuse_bound(oidc_subject: str) -> None:
    if oidc_subject and User.objects.filter(oidc_subject=oidc_subject).exists():
        raise Refused(
            _("该统一认证标识已绑定其他账号"), _("请先解除原绑定"), fields={"oidc_subject": _("已绑定其他账号")}
        )
