"""The second factor: a one-time code from the user's phone (RFC 6238)."""

import time

import pyotp
from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts import logic, permissions, selectors
from anning.accounts.models import User
from anning.accounts.services.roles import user_key
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.kernel.errors import NotAllowed, Refused


@transaction.atomic
def enrol_totp(user_id: int, actor: Actor) -> str:
    """Return the otpauth address that the phone scans; nothing is asked for until a first code confirms it."""
    user = _own(user_id, actor)
    if user.has_totp:
        raise Refused(_("已启用动态口令"), _("更换手机请先停用，再重新绑定"))
    user.totp_pending = user.totp_pending or pyotp.random_base32()
    user.save(update_fields=["totp_pending"])
    return pyotp.TOTP(user.totp_pending).provisioning_uri(name=user.username, issuer_name=_("安宁"))


@transaction.atomic
def confirm_totp(user_id: int, code: str, actor: Actor) -> None:
    """Turn the second factor on, once the phone has shown a right code. Raises Refused for a wrong one."""
    user = _own(user_id, actor)
    step = user.totp_pending and logic.totp_step(user.totp_pending, code.replace(" ", ""), at_s=time.time(), used=0)
    if not step:
        raise Refused(
            _("动态口令不正确"),
            _("请核对手机时间是否准确，再输入手机上显示的 6 位数字"),
            fields={"code": _("动态口令不正确")},
        )
    user.totp_secret, user.totp_pending, user.totp_step = user.totp_pending, "", step
    user.save(update_fields=["totp_secret", "totp_pending", "totp_step"])
    record("user.totp_on", user.subject, actor)


@transaction.atomic
def disable_totp(user_id: int, actor: Actor, *, password: str = "") -> None:
    """Turn the second factor off: one's own with the password, or another's as security administrator (lost phone)."""
    if user_key(actor) == user_id:
        user = _own(user_id, actor)
        if not user.check_password(password):
            raise Refused(_("密码不正确"), _("请输入登录密码后再停用"), fields={"password": _("密码不正确")})
    else:
        actor.require(permissions.RESET_USER)
        user = selectors.find_scoped(User.objects.select_for_update(of=("self",)), actor, user_id)
    user.totp_secret, user.totp_pending = "", ""
    user.save(update_fields=["totp_secret", "totp_pending"])
    record("user.totp_off", user.subject, actor)


def _own(user_id: int, actor: Actor) -> User:
    if user_key(actor) != user_id:
        raise NotAllowed(_("只能设置本人的动态口令"), _("请本人登录后设置"))
    return User.objects.select_for_update().get(pk=user_id)
