"""Sessions and bound devices: opened at sign-in, limited in number and time, ended at will."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from anning.accounts import logic, permissions, selectors
from anning.accounts.models import Device, SignInSession, User
from anning.accounts.services.roles import user_key
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import NotAllowed

GRACE = timedelta(seconds=60)  # parallel requests of one phone still carry the secret from before the rotation


@transaction.atomic
def open_session(
    user: User, session_key: str, *, address: str = "", browser: str = "", device: Device | None = None
) -> SignInSession:
    """Keep a new session of ``user`` and journal the sign-in; the oldest ones above the parallel limit end."""
    user = User.objects.select_for_update().get(pk=user.pk)
    now = clock.now()
    session = SignInSession.objects.create(
        user=user,
        session_key=session_key,
        device=device,
        address=address,
        browser=browser[:120],
        started_at=now,
        seen_at=now,
    )
    who = selectors.actor_for(user)
    record("user.sign_in", user.subject, who, session=session.pk, by="device" if device else "password")
    _end_dead(user)
    surplus = selectors.open_sessions(user)[rulebook.value("ACC-SESSION-PARALLEL") :]
    for old in list(surplus):
        _end(old, who, "parallel")
    return session


@transaction.atomic
def end_session(session_id: int, actor: Actor, *, reason: str = "user") -> None:
    """End one of one's own sessions, or anybody's with the permission to lock accounts. Raises NotAllowed, NotFound."""
    rows = SignInSession.objects.select_for_update(of=("self",)).select_related("user")
    session = selectors.find_row(rows, session_id)
    _require_own(session.user, actor)
    if session.ended_at is None:
        _end(session, actor, reason)


@transaction.atomic
def sign_out(session_key: str, actor: Actor) -> None:
    """End the session of this browser and journal it; a session that is gone already is fine."""
    session = SignInSession.objects.select_for_update().filter(session_key=session_key, ended_at=None).first()
    if session:
        _end(session, actor, "sign_out")
        if session.device:
            _revoke(session.device, actor, "sign_out")


@transaction.atomic
def bind_device(user: User, *, label: str) -> tuple[Device, str]:
    """Bind this browser to its user for the days of the rulebook; return it and its secret."""
    secret = secrets.token_urlsafe(32)
    device = Device.objects.create(
        user=user,
        label=label[:120],
        digest=logic.secret_digest(secret),
        expires_at=clock.now() + timedelta(days=rulebook.value("ACC-DEVICE-DAYS")),
        last_seen_at=clock.now(),
    )
    who = selectors.actor_for(user)
    record("device.create", device.subject, who, user=user.subject, expires_at=device.expires_at.isoformat())
    return device, secret


@dataclass(frozen=True, slots=True)
class Recognised:
    """A bound device that came back; ``secret`` is the next one for its cookie, "" to keep the present one."""

    device: Device
    secret: str


@transaction.atomic
def recognise_device(device_id: int, secret: str) -> Recognised | None:
    """Return the bound device with this secret, whose secret then rotates; None when it is not known or over.

    A secret from before the last rotation means that somebody has copied the cookie: the device is revoked.
    """
    device = Device.objects.select_for_update(of=("self",)).select_related("user").filter(pk=device_id).first()
    now = clock.now()
    if device is None or device.revoked_at or device.expires_at <= now or not device.user.is_active:
        return None
    digest = logic.secret_digest(secret)
    if logic.same(digest, device.digest):
        fresh = secrets.token_urlsafe(32)
        device.previous_digest, device.digest = device.digest, logic.secret_digest(fresh)
        device.rotated_at = device.last_seen_at = now
        device.save(update_fields=["previous_digest", "digest", "rotated_at", "last_seen_at"])
        return Recognised(device, fresh)
    if not logic.same(digest, device.previous_digest):
        return None
    if device.rotated_at and now - device.rotated_at <= GRACE:
        return Recognised(device, "")
    _revoke(device, selectors.actor_for(device.user), "copied")
    return None


@transaction.atomic
def revoke_device(device_id: int, actor: Actor) -> None:
    """End a bound device and its sessions, one's own or with the permission to lock. Raises NotAllowed, NotFound."""
    device = selectors.find_row(Device.objects.select_for_update(of=("self",)).select_related("user"), device_id)
    _require_own(device.user, actor)
    if device.revoked_at is None:
        _revoke(device, actor, "user")


def end_everything(user: User, actor: Actor, *, reason: str, keep_session: str = "") -> None:
    """End every session and bound device of the user, but ``keep_session`` (and its device); in a transaction."""
    for session in selectors.open_sessions(user).exclude(session_key=keep_session):
        _end(session, actor, reason)
    kept = SignInSession.objects.filter(session_key=keep_session).exclude(device=None).values("device")
    for device in user.devices.filter(revoked_at=None).exclude(pk__in=kept):
        _revoke(device, actor, reason)


@transaction.atomic
def touch_session(session_key: str) -> None:
    """Keep when a session was last used (called once a minute, not at every request)."""
    SignInSession.objects.filter(session_key=session_key, ended_at=None).update(seen_at=clock.now())


@transaction.atomic
def rename_session(old_key: str, new_key: str) -> None:
    """Follow a session that was given a new key."""
    SignInSession.objects.filter(session_key=old_key, ended_at=None).update(session_key=new_key)


@transaction.atomic
def sweep_sessions() -> int:
    """Close sessions that ran out, and forget ended ones after the retention time; return how many."""
    now = clock.now()
    closed = _dead(now).update(ended_at=now)
    kept = now - timedelta(days=rulebook.value("ACC-SESSION-KEEP-DAYS"))
    return closed + SignInSession.objects.filter(ended_at__lt=kept).delete()[0]


def _dead(now: datetime) -> QuerySet[SignInSession]:
    limits = logic.SessionLimits.on_the_clock()
    over = Q(seen_at__lt=now - limits.idle) | Q(started_at__lt=now - limits.whole)
    return SignInSession.objects.filter(over, ended_at=None)


def _end_dead(user: User) -> None:
    now = clock.now()
    _dead(now).filter(user=user).update(ended_at=now)


def _end(session: SignInSession, actor: Actor, reason: str) -> None:
    Session.objects.filter(session_key=session.session_key).delete()
    session.ended_at = clock.now()
    session.save(update_fields=["ended_at"])
    record("user.sign_out", f"user:{session.user_id}", actor, session=session.pk, reason=reason)


def _revoke(device: Device, actor: Actor, reason: str) -> None:
    device.revoked_at = clock.now()
    device.save(update_fields=["revoked_at"])
    for session in device.sessions.filter(ended_at=None):
        _end(session, actor, reason)
    record("device.revoke", device.subject, actor, user=f"user:{device.user_id}", reason=reason)


def _require_own(user: User, actor: Actor) -> None:
    if user_key(actor) == user.pk:
        return
    actor.require(permissions.LOCK_USER)
    if not selectors.visible_users(actor).filter(pk=user.pk).exists():
        raise NotAllowed(_("该账号不在您的管辖范围内"), _("请联系安全管理员"))
