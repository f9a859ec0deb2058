"""Passwords: changed by their users, reset by the security administrator."""

from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts import logic, permissions, selectors
from anning.accounts.models import PasswordHistory, User
from anning.accounts.services import guards
from anning.accounts.services.roles import user_key
from anning.accounts.services.sessions import end_everything
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import NotAllowed, Refused


@transaction.atomic
def change_password(user_id: int, old: str, new: str, actor: Actor, *, keep_session: str = "") -> User:
    """Change one's own password; every other session and bound device of the user ends.

    Raises NotAllowed for somebody else's account, and Refused, naming each rule that the new password breaks.
    """
    if user_key(actor) != user_id:
        raise NotAllowed(_("只能修改本人的密码"), _("忘记密码请联系安全管理员重置"))
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.check_password(old):
        raise Refused(
            _("原密码不正确"), _("请重新输入原密码；忘记密码请联系安全管理员重置"), fields={"old": _("原密码不正确")}
        )
    refuse_bad_password(user, new)
    _remember(user)
    user.must_change_password = False
    user.password_changed_at = clock.now()
    user.set_password(new)
    user.save()
    end_everything(user, actor, reason="password", keep_session=keep_session)
    record("user.change_password", user.subject, actor)
    return user


@transaction.atomic
def reset_password(user_id: int, actor: Actor) -> str:
    """Give a user a one-time password, which is returned and kept nowhere; the user must change it at sign-in.

    Raises NotAllowed for one's own account and NotFound outside the actor's scope.
    """
    actor.require(permissions.RESET_USER)
    if user_id == user_key(actor):
        raise NotAllowed(_("不能重置自己的密码"), _("请在“我的账号”中修改密码"))
    user = selectors.find_scoped(User.objects.select_for_update(of=("self",)), actor, user_id)
    fresh = logic.fresh_password(rulebook.value("ACC-PASSWORD-LENGTH"))
    _remember(user)
    user.set_password(fresh)
    user.must_change_password = True
    user.save()
    guards.lift(user.username)
    end_everything(user, actor, reason="reset")
    record("user.reset_password", user.subject, actor)
    return fresh


def refuse_bad_password(user: User, new: str) -> None:
    """Refuse a new password that breaks the rules of the rulebook, naming all of them. Raises Refused."""
    complaints = logic.password_complaints(
        new,
        user.username,
        length=rulebook.value("ACC-PASSWORD-LENGTH"),
        classes=rulebook.value("ACC-PASSWORD-CLASSES"),
    )
    times = rulebook.value("ACC-PASSWORD-HISTORY")
    if not complaints and user.pk and _was_used(user, new, times):
        complaints = [_("不得与最近 %(times)s 次用过的密码相同") % {"times": times}]
    if complaints:
        raise Refused(
            _("新密码不符合规定：") + "；".join(complaints), _("请换一个密码"), fields={"new": "；".join(complaints)}
        )


def is_password_old(user: User) -> bool:
    """Whether the password has passed its age (0 days in the rulebook: passwords do not age)."""
    days = rulebook.value("ACC-PASSWORD-DAYS")
    changed = user.password_changed_at
    return bool(days and changed and clock.now() - changed > timedelta(days=days))


def _was_used(user: User, new: str, times: int) -> bool:
    used = [user.password, *user.old_passwords.values_list("password", flat=True)[: max(0, times - 1)]]
    return any(check_password(new, each) for each in used if each)


def _remember(user: User) -> None:
    """Put the present password into the history, and forget those that no rule asks for."""
    if user.has_usable_password():
        PasswordHistory.objects.create(user=user, password=user.password, until_at=clock.now())
    kept = user.old_passwords.values_list("pk", flat=True)[: rulebook.value("ACC-PASSWORD-HISTORY")]
    user.old_passwords.exclude(pk__in=list(kept)).delete()
