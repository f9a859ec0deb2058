"""Which devices of the demo district speak, and what each of their points says."""

from collections import defaultdict

from anning.accounts.models import User
from anning.demo.devices.playing import SPOKEN
from anning.demo.devices.units import Unit, seed_of
from anning.demo.sheets import points, read_sheet
from anning.demo.signals import Levels, Road, Spot, Track, track_of
from anning.demo.watched import dark_firms
from anning.demo.wires import key_of
from anning.journal.models import Entry
from anning.kernel.errors import Refused
from anning.monitoring import selectors
from anning.monitoring.models import Datastream, Device, DeviceKey
from anning.registry.models import Enterprise

LOADED = "demo.load"
SPEAKING = ("commissioned", "in_service", "maintenance")


def require_demo() -> None:
    """Raise Refused unless this is the demo district: loaded as such, with its accounts in use."""
    is_demo = User.objects.filter(is_demo=True, is_active=True).exists()
    if not is_demo or not Entry.objects.filter(kind=LOADED).exists():
        raise Refused("这里不是演示环境，没有启动演示设备", "演示设备只用于载入了演示数据、演示账号仍在使用的数据目录")


def units(only: str = "") -> list[Unit]:
    """Return the devices that speak, of one protocol when ``only`` names it; dark firms have none."""
    dark, roads = dark_firms(), _roads()
    devices = Device.objects.filter(state__in=SPEAKING, protocol__in=[only] if only else SPOKEN)
    spots, keyed = _spots(), set(DeviceKey.objects.values_list("device", flat=True))
    return [
        Unit(
            protocol=device.protocol,
            identity=device.identity,
            key=key_of(device) if device.pk in keyed else "",
            pk=device.pk,
            enterprise=device.enterprise_id or 0,
            home=_home(device),
            parameters=device.parameters,
            spots=spots[device.pk],
            track=_track(device, roads),
        )
        for device in devices.order_by("pk")
        if spots[device.pk] and not (device.family == "watch" and device.enterprise_id in dark)
    ]


def leaking(name: str) -> Enterprise:
    """Return the enterprise with gas sensors whose name contains this text. Raises Refused when there is none."""
    has_gas = Datastream.objects.filter(
        kind__in=("combustible_gas", "toxic_gas"), device__state="in_service", device__enterprise__isnull=False
    )
    firms = Enterprise.objects.filter(pk__in=has_gas.values("device__enterprise"), name__contains=name)
    found: Enterprise | None = firms.exclude(pk__in=dark_firms()).order_by("pk").first()
    if found is None:
        raise Refused(f"没有找到名称含“{name}”、装有气体探测器的企业", "请填写企业名称或其中几个字")
    return found


def spots_of(device: Device) -> dict[str, Spot]:
    """Return the points of one device by channel."""
    return _spots().get(device.pk, {})


def _spots() -> dict[int, dict[str, Spot]]:
    """Return by device its points by channel."""
    levels = {each.datastream: each for each in selectors.ruleset().limits}
    found: dict[int, dict[str, Spot]] = defaultdict(dict)
    for point in Datastream.objects.select_related("device").order_by("pk"):
        limits = levels.get(point.pk)
        found[point.device_id][point.channel] = Spot(
            seed=seed_of(point.code),
            kind=point.kind,
            home=_home(point.device),
            unit=point.unit,
            medium=point.medium,
            range_low=point.range_low,
            range_high=point.range_high,
            levels=Levels(limits.low_low, limits.low, limits.high, limits.high_high) if limits else Levels(),
            channel=point.channel,
        )
    return found


def _home(device: Device) -> int:
    """Return with what a device loses its power; fire units, vehicles and gauges have batteries."""
    is_wired = device.protocol in ("hj212", "mqtt", "http", "modbus") and device.enterprise_id is not None
    return seed_of("home", device.code.removesuffix("-V")) if is_wired else 0


def _roads() -> list[Road]:
    return [tuple(points(row["points"])) for row in read_sheet("basemap") if row["kind"] == "road"]


def _track(device: Device, roads: list[Road]) -> Track | None:
    return track_of(seed_of(device.code), roads) if device.protocol == "jt808" else None
