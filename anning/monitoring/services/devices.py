"""Decisions about devices: their lives, their keys, and what the gateways saw of them."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from anning.accounts.selectors import find_scoped
from anning.journal import personal
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor, system
from anning.kernel.errors import Refused
from anning.monitoring import logic, permissions
from anning.monitoring.lifecycle import ALARM, ANNUNCIATED, DEVICE
from anning.monitoring.models import Alarm, Device, DeviceKey, Refusal
from anning.monitoring.services.acting import JOINED
from anning.monitoring.services.entries import keep, where
from anning.monitoring.services.escalating import unsilence
from anning.vault.cipher import blind_index

PLATFORM = system()
MOST_DRIFT_MS = 2**31 - 1
MOST_STRANGERS = 2_000  # kinds of refusals that are told apart; beyond, a flood of made-up names would fill the disk


class Sight(Protocol):
    """The newest sign of life of a device: when (ms since 1970), from where, how far its clock is off (ms)."""

    at_ms: int
    address: str
    drift_ms: int | None


class Cause(Protocol):
    """Who was refused and why; ``device`` 0 is a stranger, told by ``identity`` and ``address``."""

    @property
    def protocol(self) -> str: ...
    @property
    def device(self) -> int: ...
    @property
    def identity(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def reason(self) -> str: ...


class Page(Protocol):
    """What the gateways saw in some seconds: signs of life by device, refusals with their counts."""

    @property
    def sights(self) -> Mapping[int, Sight]: ...
    @property
    def refusals(self) -> Mapping[Any, int]: ...


@transaction.atomic
def move_device(
    device_id: int,
    move: str,
    actor: Actor,
    *,
    reason: str = "",
    version: int | None = None,
    now: datetime | None = None,
) -> Device:
    """Take a device through one move of its life; alarms of its points go out of service with it and come back with it.

    Raises IllegalMove, and Refused for a stop or retirement without a reason or the start of a device without points.
    """
    actor.require(permissions.MOVE_DEVICE)
    now = now or clock.now()
    rows = Device.all_objects.select_for_update(of=("self",)).select_related("area", "organisation")
    device = find_scoped(rows, actor, device_id)
    before, device.state = device.state, DEVICE.after(device.state, move)
    if move in ("stop", "retire") and not reason.strip():
        raise Refused(_("没有写明原因"), _("请填写后再提交"), fields={"reason": _("必填")})
    if move == "start" and not device.datastreams.exists():
        raise Refused(_("这台设备还没有点位，不能投入使用"), _("请先登记它的点位"))
    device.version += 1
    device.save()
    record(
        f"fielddevice.{move}",
        device.subject,
        actor,
        **where(device),
        before=before,
        after=device.state,
        reason=personal.protect(device.subject, reason.strip()),
    )
    if before == "in_service":
        _take_out(device, actor, now)
    elif device.state == "in_service":
        _put_back(device, actor, now)
    return device


@transaction.atomic
def issue_key(device_id: int, actor: Actor, *, now: datetime | None = None) -> tuple[DeviceKey, str]:
    """Make a key for a device; return it with its secret, which is kept nowhere. The one before holds for some hours.

    Raises Refused for a retired device.
    """
    actor.require(permissions.KEY_DEVICE)
    now = now or clock.now()
    rows = Device.all_objects.select_for_update(of=("self",)).select_related("area", "organisation")
    device = find_scoped(rows, actor, device_id)
    if device.state == "retired":
        raise Refused(_("设备已报废，不能签发密钥"), _("请核对设备"))
    secret = new_secret(device.protocol)
    key = keep_key(device, secret, actor, now)
    return key, secret


def keep_key(device: Device, secret: str, actor: Actor, now: datetime) -> DeviceKey:
    """Let ``secret`` hold for the device from now on, the one before it some hours more, older ones no longer."""
    overlap = now + timedelta(hours=rulebook.value("ALM-KEY-OVERLAP-HOURS", now))
    valid = list(device.keys.filter(Q(until_at=None) | Q(until_at__gt=now)).order_by("-since_at", "-pk"))
    for number, old in enumerate(valid):
        until = overlap if number == 0 else now
        old.until_at = min(old.until_at or until, until)
        old.save(update_fields=["until_at"])
    key = DeviceKey.objects.create(device=device, digest=digest_of(secret), since_at=now, made_by=actor.name)
    record("fielddevice.key", device.subject, actor, **where(device), key=key.pk)
    return key


@transaction.atomic
def end_key(key_id: int, actor: Actor, *, now: datetime | None = None) -> None:
    """End a key at once, such as one that got into wrong hands."""
    actor.require(permissions.KEY_DEVICE)
    now = now or clock.now()
    key = DeviceKey.objects.select_for_update(of=("self",)).filter(pk=key_id).first()
    device = find_scoped(Device.all_objects.select_related("area", "organisation"), actor, key.device_id if key else 0)
    assert key is not None, "a device was found by the key"
    if key.until_at is None or key.until_at > now:
        key.until_at = now
        key.save(update_fields=["until_at"])
        record("fielddevice.end_key", device.subject, actor, **where(device), key=key.pk)


def new_secret(protocol: str) -> str:
    """Return a fresh secret in the form that the protocol can carry."""
    if protocol == "hj212":  # PW: six characters (HJ 212-2017 表2)
        return f"{secrets.randbelow(10**6):06d}"
    if protocol == "jt808":
        return secrets.token_hex(8)
    if protocol == "sl651":  # 密码: two bytes (SL 651-2014 6.2.2)
        return secrets.token_hex(2)
    return secrets.token_urlsafe(24)


def digest_of(secret: str) -> str:
    """Return the keyed digest by which a secret is known again."""
    return blind_index(secret)


@transaction.atomic
def note_devices(page: Page) -> None:
    """Keep what the gateways saw: who is alive, from where, how far its clock is off, and what was refused."""
    for device, sight in sorted(page.sights.items()):
        at = logic.moment(sight.at_ms)
        seen: dict[str, Any] = {"last_seen_at": at, "address": sight.address[:60]}
        if sight.drift_ms is not None:
            seen["clock_drift_ms"] = max(-MOST_DRIFT_MS, min(sight.drift_ms, MOST_DRIFT_MS))
        rows = Device.all_objects.filter(pk=device)
        rows.filter(is_online=False).update(is_online=True, online_since=at)
        rows.update(**seen)
    now = clock.now()
    for cause, count in page.refusals.items():
        _count_refusal(cause, count, now)


@transaction.atomic
def note_silence(now: datetime | None = None) -> int:
    """Mark as offline the devices that have been silent too long; return how many."""
    now = now or clock.now()
    since = now - timedelta(seconds=rulebook.value("ALM-SILENCE-SECONDS", now))
    rows = Device.all_objects.filter(is_online=True, last_seen_at__lt=since)
    return rows.update(is_online=False, online_since=now)


def _count_refusal(cause: Cause, count: int, now: datetime) -> None:
    """Count one cause; beyond a bound of strangers they are counted together, for names can be made up without end."""
    spot: dict[str, Any] = {"device_id": cause.device or None, "reason": cause.reason[:40]}
    if not cause.device:
        spot |= {"protocol": cause.protocol, "identity": cause.identity[:80], "address": cause.address[:60]}
    rows = Refusal.all_objects.filter(**spot)
    if rows.update(count=F("count") + count, last_at=now):
        return
    if not cause.device and Refusal.all_objects.filter(device=None).count() >= MOST_STRANGERS:
        spot |= {"identity": "", "address": ""}
        if Refusal.all_objects.filter(**spot).update(count=F("count") + count, last_at=now):
            return
    facts: dict[str, Any] = {"protocol": cause.protocol, "count": count, "first_at": now, "last_at": now}
    if cause.device:
        device = Device.all_objects.filter(pk=cause.device).first()
        if device is None:  # deleted meanwhile
            return
        facts |= {"area_id": device.area_id, "organisation_id": device.organisation_id}
    Refusal.all_objects.create(**(facts | spot))


def _take_out(device: Device, actor: Actor, now: datetime) -> None:
    rows = Alarm.all_objects.select_for_update(of=("self",)).select_related(*JOINED)
    for alarm in rows.filter(datastream__device=device, state__in=(*ANNUNCIATED, "shelved", "suppressed")):
        alarm.state = ALARM.after(alarm.state, "remove")
        alarm.due_at = alarm.tier_due_at = alarm.check_due_at = alarm.step_due_at = None
        alarm.acknowledged_until = alarm.shelved_until = None
        keep(alarm, "remove", actor, now)


def _put_back(device: Device, actor: Actor, now: datetime) -> None:
    rows = Alarm.all_objects.select_for_update(of=("self",)).select_related(*JOINED)
    for alarm in rows.filter(datastream__device=device, state="out_of_service"):
        unsilence(alarm, actor, now)
