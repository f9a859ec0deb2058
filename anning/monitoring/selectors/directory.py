"""Who may speak at the gateways' doors: devices with their keys, networks and points, in one reading."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from anning.kernel import clock
from anning.monitoring.models import Datastream, Device, DeviceKey

SPEAKING = ("commissioned", "in_service", "maintenance")


@dataclass(frozen=True, slots=True)
class Point:
    """One datastream as a gateway needs it."""

    pk: int
    channel: str
    kind: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """One device as a gateway needs it; ``keys`` are digests (``services.digest_of``), each with its end."""

    pk: int
    protocol: str
    identity: str
    name: str
    state: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    keys: tuple[tuple[str, datetime | None], ...] = ()
    points: Mapping[str, Point] = field(default_factory=dict)

    def may_come_from(self, address: str) -> bool:
        """Whether the allow-list has this address; an empty list has every one."""
        return not self.networks or any(ip_address(address) in network for network in self.networks)

    def accepts(self, digest: str, now: datetime) -> bool:
        """Whether a key with this digest holds."""
        return any(digest == each and (until is None or until > now) for each, until in self.keys)

    @property
    def in_maintenance(self) -> bool:
        """Whether its values are kept, but marked as those of maintenance."""
        return self.state != "in_service"


def directory(protocol: str = "", now: datetime | None = None) -> dict[tuple[str, str], Known]:
    """Return the devices that may speak, by (protocol, identity)."""
    now = now or clock.now()
    rows = Device.objects.filter(state__in=SPEAKING)
    rows = rows.filter(protocol=protocol) if protocol else rows
    keys: dict[int, list[tuple[str, datetime | None]]] = defaultdict(list)
    for key in DeviceKey.objects.filter(device__in=rows, since_at__lte=now).exclude(until_at__lte=now):
        keys[key.device_id].append((key.digest, key.until_at))
    points: dict[int, dict[str, Point]] = defaultdict(dict)
    columns = ("device", "pk", "channel", "kind", "unit")
    for device, pk, channel, kind, unit in Datastream.objects.filter(device__in=rows).values_list(*columns):
        points[device][channel] = Point(pk, channel, kind, unit)
    return {
        (device.protocol, device.identity): Known(
            pk=device.pk,
            protocol=device.protocol,
            identity=device.identity,
            name=device.name,
            state=device.state,
            parameters=device.parameters,
            networks=tuple(ip_network(text, strict=False) for text in device.networks.split()),
            keys=tuple(keys[device.pk]),
            points=points[device.pk],
        )
        for device in rows
    }


def directory_stamp() -> str:
    """Return a text that changes when ``directory`` would."""
    keys = DeviceKey.objects.aggregate(
        count=Count("pk"), last=Max("since_at"), ends=Count("until_at"), end=Max("until_at")
    )
    rows = (Device.objects.all(), Datastream.objects.all())
    return "|".join([*map(stamp_of, rows), *map(str, keys.values())])


def stamp_of(rows: QuerySet[Any]) -> str:
    """Return a text that changes when one of the records is added, changed or deleted."""
    found = rows.order_by().aggregate(count=Count("pk"), versions=Sum("version"), last=Max("changed_at"))
    return f"{found['count']}.{found['versions']}.{found['last']}"
