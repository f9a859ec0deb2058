"""Counting failed sign-ins per account name and per address, without telling names that exist from others."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts import logic
from anning.accounts.models import SignInGuard
from anning.kernel import clock, rulebook
from anning.kernel.errors import Refused
from anning.vault.cipher import blind_index


def admit(username: str, address: str) -> None:
    """Count one try beforehand, so that a hundred tries at once are no more than a hundred in a row.

    Raises Refused, with the minutes left, while the name or the address is locked.
    """
    until = _count(username, address)
    if until:
        minutes = logic.minutes_left(until, clock.now())
        raise Refused(
            _("登录失败次数过多，已暂时锁定，请 %(minutes)s 分钟后再试") % {"minutes": minutes},
            _("如急需使用，请联系安全管理员解除锁定"),
            fields={"locked": str(minutes)},
        )


@transaction.atomic
def _count(username: str, address: str) -> datetime | None:
    """Add one try to both counts; return until when they are locked, if they are."""
    # The address first: one order, no deadlock.
    now, until = clock.now(), None
    for key, limit in ((_address(address), "ACC-ADDRESS-FAILURES"), (_name(username), "ACC-LOCK-FAILURES")):
        guard = _fresh(key, now)
        if guard.locked_until is None and guard.failed >= rulebook.value(limit):
            guard.locked_until = now + _span()
        if guard.locked_until:
            until = max(until or now, guard.locked_until)
        guard.failed += not guard.locked_until
        guard.save()
    return until


@transaction.atomic
def forgive(username: str, address: str) -> None:
    """After a success: clear the count of the name, and take this one try from the address.

    The address keeps the rest: else one good account would let its neighbour guess for ever.
    """
    guard = SignInGuard.objects.select_for_update().filter(key=_address(address)).first()
    if guard and guard.failed:
        guard.failed -= 1
        guard.save()
    SignInGuard.objects.filter(key=_name(username)).delete()


@transaction.atomic
def lock_when_spent(username: str) -> bool:
    """After a failure: lock the name when it has no try left; return whether it is locked now."""
    guard = SignInGuard.objects.select_for_update().filter(key=_name(username)).first()
    if guard is None or guard.locked_until or guard.failed < rulebook.value("ACC-LOCK-FAILURES"):
        return False
    guard.locked_until = clock.now() + _span()
    guard.save()
    return True


def lift(username: str) -> None:
    """Forget the failures of a name (a security administrator unlocked it)."""
    SignInGuard.objects.filter(key=_name(username)).delete()


def locked_until(username: str) -> datetime | None:
    """Return until when sign-in under this name is locked, if it is."""
    guard = SignInGuard.objects.filter(key=_name(username), locked_until__gt=clock.now()).first()
    return guard.locked_until if guard else None


def sweep() -> int:
    """Forget counts whose time has passed; return how many."""
    return SignInGuard.objects.filter(since_at__lt=clock.now() - 2 * _span()).delete()[0]


def _fresh(key: str, now: datetime) -> SignInGuard:
    """Return the locked row of this key, starting anew when its time has passed."""
    SignInGuard.objects.get_or_create(key=key, defaults={"since_at": now})
    guard = SignInGuard.objects.select_for_update().get(key=key)
    over = guard.locked_until <= now if guard.locked_until else guard.since_at <= now - _span()
    if over:
        guard.failed, guard.since_at, guard.locked_until = 0, now, None
    return guard


def _span() -> timedelta:
    return logic.really(timedelta(minutes=rulebook.value("ACC-LOCK-MINUTES")))


def _address(address: str) -> str:
    return f"address:{address}"


def _name(username: str) -> str:
    return f"name:{blind_index(username.strip().lower())}"
