"""How the devices of the demo district are wired: identities and keys that its simulator finds again."""

import hmac
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from anning.monitoring.models import Datastream, Device, DeviceKey
from anning.monitoring.services import digest_of
from anning.vault import keys

KEYED = ("hj212", "jt808", "sl651", "mqtt", "http")  # the others are known by address


def key_of(device: Device) -> str:
    """Return the key of a device of the demo: of this installation alone, and the same at every asking."""
    secret = keys.secret(settings.HOME, "demo").encode()
    made = hmac.new(secret, f"{device.protocol}:{device.identity}".encode(), sha256).hexdigest()
    if device.protocol == "hj212":
        return f"{int(made[:12], 16) % 10**6:06d}"
    return made[:4] if device.protocol == "sl651" else made[:32]


def device_of(code: str, name: str, protocol: str, identity: str, **facts: Any) -> Device:
    """Return a device in service."""
    return Device(code=code, name=name[:120], protocol=protocol, identity=identity, state="in_service", **facts)


def point_of(code: str, name: str, kind: str, *, device: Device, channel: str, facts: dict[str, str]) -> Datastream:
    """Return a point with unit and range as a sheet gives them."""
    return Datastream(
        code=code,
        name=name[:120],
        kind=kind,
        device=device,
        channel=channel,
        medium=facts.get("medium", ""),
        unit=facts.get("unit", ""),
        range_low=number(facts.get("low", "")),
        range_high=number(facts.get("high", "")),
    )


def number(text: str) -> float | None:
    """Return a number, None for an empty text."""
    return float(text) if text else None


def give_keys(devices: Iterable[Device], now: datetime) -> None:
    """Let each device that needs one have the key of the demo."""
    have = set(DeviceKey.objects.values_list("device", flat=True))
    fresh = [device for device in devices if device.protocol in KEYED and device.pk not in have]
    DeviceKey.objects.bulk_create(
        DeviceKey(device=device, digest=digest_of(key_of(device)), since_at=now, made_by="system") for device in fresh
    )
