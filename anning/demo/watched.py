"""安防网 of the demo district: 74 enterprises, 370 points, half of them cameras; a dozen firms dark for months."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from anning.demo.ledger import Ledger
from anning.demo.sheets import add_missing, read_sheet
from anning.demo.wires import device_of, give_keys, key_of, point_of
from anning.kernel import clock
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import CameraState, Datastream, Device, Fault
from anning.registry.models import Enterprise

__all__ = ["add_watched", "key_of"]

SEED = 370
DARK = ("木制品加工，涉爆粉尘", "喷涂和表面处理")  # where a dozen firms have switched off
DARK_FIRMS = 12
ONE_WIRE = ("mqtt", "http")  # cameras report their state over the same device
CAMERA_SPOTS = (
    "大门",
    "主通道",
    "作业区",
    "库区",
    "装卸区",
    "周界东",
    "周界西",
    "中控室",
    "消防泵房",
    "配电室",
    "厂区北门",
)
SHORT = {"combustible_gas": "GAS", "toxic_gas": "TOX", "oxygen": "O2", "level": "LVL", "pressure": "PRS",
         "temperature": "TMP", "dust": "DST"}  # fmt: skip
WRONG_CAMERAS = {17: CameraState.BLOCKED, 43: CameraState.BLACK, 71: CameraState.BLOCKED, 96: CameraState.BLACK,
                 120: CameraState.OFFLINE, 143: CameraState.BLACK, 165: CameraState.OFFLINE}  # fmt: skip
MODBUS = "127.0.0.1:5020/1"


@dataclass(slots=True)
class Wiring:
    """What one enterprise gets: its devices, and its points with the limits that its design asks for."""

    firm: Enterprise
    number: int
    rows: list[dict[str, str]]

    @property
    def protocol(self) -> str:
        """What its logger speaks."""
        return self.rows[0]["protocol"]

    def devices(self) -> Iterator[Device]:
        """Yield the logger, and the gateway of the cameras where the logger cannot speak for them."""
        code = f"AF-{self.number:03d}"
        identity = {"hj212": f"YX12011700{self.number:014d}", "modbus": MODBUS}.get(self.protocol, code)
        logger = device_of(code, f"{self.firm.name}数采仪", self.protocol, identity, enterprise=self.firm)
        if self.protocol == "modbus":
            logger.parameters = {"period_s": 5, "timeout_s": 2, "registers": list(self._registers())}
        yield logger
        if self.protocol not in ONE_WIRE:
            name = f"{self.firm.name}视频网关"
            yield device_of(f"{code}-V", name, "mqtt", f"{code}-V", enterprise=self.firm)

    def points(self, devices: dict[str, Device]) -> Iterator[tuple[Datastream, dict[str, str]]]:
        """Yield the probes, each with its row of the sheet, then the cameras."""
        code = f"AF-{self.number:03d}"
        logger, video = devices[code], devices.get(f"{code}-V", devices[code])
        for place, (row, number) in enumerate(self._probes(), 1):
            label = f"{row['name']}{number}" if int(row["count"]) > 1 else row["name"]
            short = f"AF{self.number:03d}_{SHORT[row['kind']]}{place}"
            channel = f"a99{place:03d}" if self.protocol == "hj212" else f"{row['kind']}{place}"
            yield (
                self._placed(
                    point_of(short, f"{self.firm.name}{label}", row["kind"], device=logger, channel=channel, facts=row),
                    row["zone"],
                    place,
                ),
                row,
            )
        for place in range(1, sum(int(row["cameras"] or 0) for row in self.rows) + 1):
            spot = CAMERA_SPOTS[place - 1]
            name = f"{self.firm.name}{spot}摄像机"
            camera = point_of(
                f"AF{self.number:03d}_CAM{place}", name, "camera", device=video, channel=f"cam{place}", facts={}
            )
            yield self._placed(camera, spot, -place), {}

    def _probes(self) -> Iterator[tuple[dict[str, str], int]]:
        for row in self.rows:
            for number in range(1, int(row["count"]) + 1):
                yield row, number

    def _registers(self) -> Iterator[dict[str, Any]]:
        for place, (row, _number) in enumerate(self._probes(), 1):
            yield {
                "channel": f"{row['kind']}{place}",
                "table": "holding",
                "address": 2 * (place - 1),
                "type": "float32",
                "order": "ABCD",
            }

    def _placed(self, point: Datastream, zone: str, step: int) -> Datastream:
        """Return the point a few metres from the middle of the enterprise."""
        point.zone, point.position = zone, zone
        if self.firm.longitude is not None and self.firm.latitude is not None:
            point.longitude = round(self.firm.longitude + step * 0.00012, 6)
            point.latitude = round(self.firm.latitude + (step % 3) * 0.00008, 6)
        return point


def add_watched(ledger: Ledger, now: datetime | None = None) -> dict[str, dict[str, str]]:
    """Write devices, keys and points of the watched enterprises; return the sheet's row of each probe by its code."""
    now = now or clock.now()
    random = Random(SEED)  # noqa: S311 - facts for show
    wirings = _wirings()
    dark = {firm.pk for firm in _dark([each.firm for each in wirings])}
    devices = add_missing(
        (_heard(device, device.enterprise_id in dark, random, now) for each in wirings for device in each.devices()),
        lambda device: device.code,
    )
    give_keys(devices.values(), now)
    made = [pair for each in wirings for pair in each.points(devices)]
    _care([point for point, _row in made], dark, now)
    points = add_missing((point for point, _row in made), lambda point: point.code)
    _keep_dark([points[point.code] for point, _row in made if point.device.enterprise_id in dark])
    for point, _row in made:
        where = (point.longitude, point.latitude)
        ledger.add("datastream", point.code, point.kind, point.name, *where)
    return {point.code: row for point, row in made if row}


def _wirings() -> list[Wiring]:
    rows = defaultdict(list)
    for row in read_sheet("points"):
        rows[row["business"]].append(row)
    firms = Enterprise.objects.filter(is_monitored=True).select_related("area", "organisation").order_by("credit_code")
    return [Wiring(firm, number, rows[firm.business]) for number, firm in enumerate(firms, 1)]


def _dark(firms: list[Enterprise]) -> list[Enterprise]:
    """Return the firms that went dark: every other one of two small trades."""
    small = [firm for firm in firms if firm.business in DARK]
    return small[::2][:DARK_FIRMS]


def dark_firms() -> set[int]:
    """Return the keys of the firms from whose devices nothing has come for months."""
    return {firm.pk for firm in _dark([each.firm for each in _wirings()])}


def _heard(device: Device, is_dark: bool, random: Random, now: datetime) -> Device:
    """Return the device as it stands: heard of just now, or last heard of months ago."""
    days = random.randint(45, 260)
    device.last_seen_at = now - timedelta(days=days) if is_dark else now
    device.is_online = not is_dark
    device.online_since = device.last_seen_at if is_dark else now - timedelta(days=days / 9)
    device.clock_drift_ms = random.randint(-900, 1500)
    return device


def _care(points: list[Datastream], dark: set[int], now: datetime) -> None:
    """Say when each instrument is due for calibration, some late, and how each camera is."""
    cameras = 0
    for number, point in enumerate(points):
        if point.kind != "camera":
            point.calibration_due_on = clock.today() + timedelta(days=(number * 37) % 400 - 25)
            continue
        cameras += 1
        state = WRONG_CAMERAS.get(cameras, CameraState.NORMAL)
        is_dark = point.device.enterprise_id in dark
        point.camera_state = CameraState.OFFLINE if is_dark else state
        point.camera_since = point.device.last_seen_at if is_dark else now - timedelta(hours=7 * cameras)


def _keep_dark(points: Iterable[Datastream]) -> None:
    """Keep since when the probes of dark firms are offline; somebody is on each already."""
    rows = []
    for point in points:
        since = point.device.last_seen_at
        if point.kind != "camera" and since and not point.faults.exists():
            at = since + timedelta(minutes=5)
            rows.append(
                Fault(
                    datastream=point,
                    condition="offline",
                    onset_ms=milliseconds(at),
                    onset_at=at,
                    area=point.area,
                    organisation=point.organisation,
                )
            )
    Fault.all_objects.bulk_create(rows)
