"""Judgements about sign-ins, passwords and roles: values in, values out."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from django.utils.translation import gettext as _

from anning.kernel import clock, rulebook

CLASSES = (r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9]")
LEGIBLE = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"  # without I, l, O, 0, 1


def password_complaints(password: str, username: str, *, length: int, classes: int) -> list[str]:
    """Return what is wrong with a new password, in plain Chinese; nothing when it is good."""
    complaints = []
    if len(password) < length:
        complaints.append(_("至少 %(length)s 位，现为 %(number)s 位") % {"length": length, "number": len(password)})
    used = sum(1 for each in CLASSES if re.search(each, password))
    if used < classes:
        complaints.append(
            _("大写字母、小写字母、数字、符号至少含 %(classes)s 类，现为 %(used)s 类")
            % {"classes": classes, "used": used}
        )
    if username and username.lower() in password.lower():
        complaints.append(_("不能包含账号名"))
    return complaints


def fresh_password(length: int) -> str:
    """Return a random one-time password that every rule accepts and that can be read on the telephone."""
    body = "".join(secrets.choice(LEGIBLE) for _ in range(max(length, 12) - 4))
    return f"{body}-{secrets.choice('ABCDEFGH')}{secrets.choice('abcdefgh')}{secrets.choice('23456789')}"


def secret_digest(secret: str) -> str:
    """Return what is kept of a long random secret (token, device cookie): it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two secrets in equal time."""
    return hmac.compare_digest(one.encode(), other.encode())


def minutes_left(until: datetime, now: datetime) -> int:
    """Return the whole minutes until ``until``, at least one."""
    return max(1, -int((now - until).total_seconds() // 60))


def really(span: timedelta) -> timedelta:
    """Return how much the clock shows while ``span`` really passes: a quick clock must sign nobody out early."""
    return span / clock.real_seconds(timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lives: without use (``idle``) and at most (``whole``)."""

    idle: timedelta
    whole: timedelta

    @classmethod
    def real(cls) -> "SessionLimits":
        """Return the limits of the rulebook, in real time."""
        return cls(
            timedelta(minutes=rulebook.value("ACC-SESSION-IDLE-MINUTES")),
            timedelta(hours=rulebook.value("ACC-SESSION-HOURS")),
        )

    @classmethod
    def on_the_clock(cls) -> "SessionLimits":
        """Return the same limits as the clock shows them."""
        real = cls.real()
        return cls(really(real.idle), really(real.whole))

    def is_over(self, *, began: float, seen: float, now: float) -> bool:
        """Whether a session has ended; instants in seconds since 1970."""
        return now - seen > self.idle.total_seconds() or now - began > self.whole.total_seconds()


def separation_complaint(separations: Iterable[str]) -> str:
    """Say why these roles must not meet in one user (三员分立), given the separation of each; "" when they may."""
    held = list(separations)
    special = {each for each in held if each}
    if len(special) > 1:
        return _("系统管理员、安全管理员、审计员须由不同的人担任（三员分立）")
    if special and len(held) > len([each for each in held if each]):
        return _("三员不得兼任业务角色，也不得查看业务数据（三员分立）")
    return ""


def totp_step(secret: str, code: str, *, at_s: float, used: int) -> int:
    """Return the time step whose code this is, one step of drift allowed; 0 when it is wrong or was used before."""
    if not re.fullmatch(r"[0-9]{6}", code):
        return 0
    totp = pyotp.TOTP(secret)
    now = int(at_s) // totp.interval
    fitting = [step for step in (now - 1, now, now + 1) if same(totp.generate_otp(step), code)]
    return next((step for step in fitting if step > used), 0)
