"""What else is watched in the demo district: fire units, gauges, waterlogging, wells, vehicles, weighing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from anning.accounts.models import Organisation
from anning.demo.ground import Ground
from anning.demo.ledger import Ledger
from anning.demo.sheets import add_missing, read_sheet
from anning.demo.wires import device_of, give_keys, point_of
from anning.kernel import clock
from anning.monitoring.models import Datastream, Device
from anning.registry.models import Enterprise, Facility

FIRE = (  # channel, kind, name, unit, low, high
    ("1.1.01000100/fire", "fire", "一层感烟探测", "", "0", "1"),
    ("1.1.02000100/fire", "fire", "二层感烟探测", "", "0", "1"),
    ("1.1.03000100/fire", "fire", "手动报警按钮", "", "0", "1"),
    ("11.1.01000100/5", "hydrant_pressure", "最不利点消火栓水压", "kPa", "0", "1600"),
    ("23.1.01000100/9", "residual_current", "总配电剩余电流", "A", "0", "1"),
    ("23.1.02000100/3", "cable_temperature", "总配电线缆温度", "℃", "-20", "140"),
)
TRACK = (
    ("longitude", "longitude", "经度", "°"),
    ("latitude", "latitude", "纬度", "°"),
    ("speed", "speed", "车速", "km/h"),
)
FLEETS = (("道路危险货物运输", "WX", "危货运输车", 24), ("道路旅客运输", "KY", "客运车", 12))
VILLAGE_GAS = 8
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
WEIGHBRIDGES = (("唐津线治超站", 117.86, 39.36), ("津榆线治超站", 117.70, 39.29))


@dataclass(frozen=True, slots=True)
class Made:
    """One device with its points."""

    device: Device
    points: list[Datastream]


def add_instruments(ground: Ground, ledger: Ledger, now: datetime | None = None) -> None:
    """Write the devices, keys and points of all families but 安防网."""
    now = now or clock.now()
    made = [
        one for make in (_fire_units, _gauges, _low_places, _village_gas, _vehicles, _scales) for one in make(ground)
    ]
    for one in made:
        one.device.last_seen_at, one.device.is_online = now, True
        one.device.online_since = now - timedelta(days=11)
    devices = add_missing((one.device for one in made), lambda device: device.code)
    give_keys(devices.values(), now)
    points = []
    for one in made:
        for point in one.points:
            point.device = devices[one.device.code]
            points.append(point)
            ledger.add("datastream", point.code, point.kind, point.name, point.longitude, point.latitude)
    add_missing(points, lambda point: point.code)


def _fire_units(_ground: Ground) -> Iterator[Made]:
    """Yield a transmission unit for each of the 30 enterprises of the fire IoT."""
    firms = (
        Enterprise.objects.filter(is_in_fire_iot=True).select_related("area", "organisation").order_by("credit_code")
    )
    for number, firm in enumerate(firms, 1):
        identity = number.to_bytes(6, "little").hex()
        unit = device_of(f"XF-{number:03d}", f"{firm.name}用户信息传输装置", "gb26875", identity, enterprise=firm)
        unit.family, unit.networks = "fire", "127.0.0.0/8 ::1"
        points = []
        for place, (channel, kind, name, measure, low, high) in enumerate(FIRE, 1):
            facts = {"unit": measure, "low": low, "high": high}
            point = point_of(
                f"XF{number:03d}_{place}", f"{firm.name}{name}", kind, device=unit, channel=channel, facts=facts
            )
            point.zone, point.is_latching = "消防控制室", kind == "fire"
            point.longitude, point.latitude = firm.longitude, firm.latitude
            points.append(point)
        yield Made(unit, points)


def _gauges(ground: Ground) -> Iterator[Made]:
    """Yield the stations of rivers and rain."""
    water = ground.places.units["区水务局"]
    for number, row in enumerate(read_sheet("gauges"), 1):
        position = float(row["longitude"]), float(row["latitude"])
        spot = ground.spot_at(position)
        device = device_of(f"SW-{number:03d}", row["name"], "sl651", f"00120117{number:02d}", organisation=water)
        device.family, device.area = "water", spot.area if spot else ground.places.areas["120117"]
        points = []
        if "stage" in row["kinds"]:
            facts = {"unit": "m", "low": "-2", "high": "12"}
            points.append(
                point_of(
                    f"SW{number:03d}_Z", f"{row['name']}水位", "river_stage", device=device, channel="39", facts=facts
                )
            )
        facts = {"unit": "mm", "low": "0", "high": "60"}
        points.append(
            point_of(f"SW{number:03d}_P", f"{row['name']}5分钟雨量", "rain", device=device, channel="F4", facts=facts)
        )
        for point in points:
            point.position = "大沽高程" if point.kind == "river_stage" else ""
            point.longitude, point.latitude = position
        yield Made(device, points)


def _low_places(ground: Ground) -> Iterator[Made]:
    """Yield a depth gauge for every underpass and place that floods."""
    works = Facility.objects.filter(kind__in=("waterlogging", "underpass")).select_related("area", "organisation")
    owner = ground.places.units.get("区城管委") or ground.places.units["区水务局"]
    for number, work in enumerate(works.order_by("kind", "name", "pk"), 1):
        code = f"JS-{number:03d}"
        device = device_of(
            code, f"{work.name}积水监测仪", "mqtt", code, facility=work, family="city", organisation=owner
        )
        facts = {"unit": "cm", "low": "0", "high": "200"}
        point = point_of(
            f"JS{number:03d}_H", f"{work.name}积水深度", "waterlogging", device=device, channel="depth", facts=facts
        )
        point.longitude, point.latitude = work.longitude, work.latitude
        yield Made(device, [point])


def _village_gas(_ground: Ground) -> Iterator[Made]:
    """Yield the regulator stations of villages that heat with gas."""
    stations = Facility.objects.filter(kind="gas").select_related("area", "organisation").order_by("name", "pk")
    for number, work in enumerate(stations[:VILLAGE_GAS], 1):
        code = f"RQ-{number:03d}"
        device = device_of(code, f"{work.name}监测终端", "http", code, facility=work, family="gas")
        gas = {"unit": "%LEL", "low": "0", "high": "100", "medium": "天然气"}
        pressure = {"unit": "MPa", "low": "0", "high": "0.6", "medium": "天然气"}
        points = [
            point_of(
                f"RQ{number:03d}_GAS",
                f"{work.name}可燃气体",
                "combustible_gas",
                device=device,
                channel="methane",
                facts=gas,
            ),
            point_of(
                f"RQ{number:03d}_PRS",
                f"{work.name}出口压力",
                "pressure",
                device=device,
                channel="pressure",
                facts=pressure,
            ),
        ]
        for point in points:
            point.zone, point.longitude, point.latitude = "调压站", work.longitude, work.latitude
        yield Made(device, points)


def _vehicles(_ground: Ground) -> Iterator[Made]:
    """Yield the terminals of tank trucks and coaches."""
    for business, short, title, count in FLEETS:
        firm = (
            Enterprise.objects.filter(business=business).select_related("area", "organisation").order_by("pk").first()
        )
        for number in range(1, count + 1) if firm else ():
            plate = f"津{LETTERS[number % len(LETTERS)]}{short}{number:03d}"
            phone = f"160{1 if short == 'WX' else 2}{number:07d}"
            device = device_of(f"{short}-{number:03d}", f"{plate}{title}", "jt808", phone, enterprise=firm)
            device.family, device.parameters = "road", {"plate": plate}
            points = []
            for channel, kind, name, unit in TRACK:
                point_code = f"{short}{number:03d}_{kind[:3].upper()}"
                point = point_of(point_code, plate + name, kind, device=device, channel=channel, facts={"unit": unit})
                points.append(point)
            yield Made(device, points)


def _scales(ground: Ground) -> Iterator[Made]:
    """Yield the weighbridges on two roads."""
    owner: Organisation | None = ground.places.units.get("区交通运输局")
    for number, (name, longitude, latitude) in enumerate(WEIGHBRIDGES, 1):
        code = f"ZC-{number:03d}"
        spot = ground.spot_at((longitude, latitude))
        device = device_of(code, f"{name}称重设备", "http", code, family="road", organisation=owner)
        device.area = spot.area if spot else ground.places.areas["120117"]
        facts = {"unit": "t", "low": "0", "high": "200"}
        point = point_of(
            f"ZC{number:03d}_W", f"{name}车货总重", "axle_weight", device=device, channel="weight", facts=facts
        )
        point.longitude, point.latitude = longitude, latitude
        yield Made(device, [point])
