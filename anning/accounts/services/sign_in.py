"""Sign-in: the password, then the second factor where there is one. Opening the session is the web's part."""

import time

from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts import logic
from anning.accounts.models import User
from anning.accounts.services import guards
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused

NOBODY = Actor("anonymous")


def check_password(username: str, password: str, *, address: str) -> User:
    """Return the user whose name and password these are, in equal time for unknown names.

    Raises Refused: in the same words whether name or password is wrong, and with the minutes left when locked.
    """
    guards.admit(username, address)
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        known = User.objects.filter(username=username).first()
        _fail(known, username, "password")
        raise Refused(_("账号或密码不正确"), _("请核对后重试；忘记密码或账号已停用，请联系安全管理员"))
    guards.forgive(username, address)
    return user


def check_totp(user_id: int, code: str, *, address: str) -> User:
    """Return the user whose present one-time code this is; every code counts once. Raises Refused."""
    user = User.objects.get(pk=user_id, is_active=True)
    guards.admit(user.username, address)
    if not _use_code(user_id, code):
        _fail(user, user.username, "totp")
        raise Refused(
            _("动态口令不正确或已使用过"), _("请等待手机上显示下一个口令后再输入"), fields={"code": _("动态口令不正确")}
        )
    guards.forgive(user.username, address)
    return user


@transaction.atomic
def _use_code(user_id: int, code: str) -> bool:
    user = User.objects.select_for_update().get(pk=user_id)
    # The phone shows real time, whatever clock a drill runs on.
    step = logic.totp_step(user.totp_secret, code.replace(" ", ""), at_s=time.time(), used=user.totp_step)
    if step:
        User.objects.filter(pk=user_id).update(totp_step=step)
    return bool(step)


@transaction.atomic
def _fail(user: User | None, username: str, reason: str) -> None:
    """Journal a failure without name or address, and lock the name when it has no try left."""
    subject = user.subject if user else "user:unknown"
    record("user.sign_in_failed", subject, NOBODY, reason=reason)
    if guards.lock_when_spent(username):
        record("user.lock", subject, NOBODY, reason="failures")
