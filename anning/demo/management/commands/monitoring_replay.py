"""``anning monitoring_replay``: a table of real measurements, fed as a device would feed it."""

import asyncio
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from anning.demo.devices.client import Stage
from anning.demo.devices.pace import Pace, now_ms
from anning.demo.devices.playing import SPOKEN, ports, reachable
from anning.demo.devices.roster import spots_of
from anning.demo.replay.player import Recorded, RecordedTrack, replay_of
from anning.demo.replay.table import Table, open_table
from anning.demo.wires import key_of
from anning.kernel.errors import AnningError, Refused
from anning.monitoring.models import Device
from anning.monitoring.services import digest_of

TOLD_EVERY = 5_000  # lines
MOST_TOLD = 20  # bad lines that are named
PLAYED = tuple(name for name in SPOKEN if name != "modbus")


class Command(BaseCommand):
    help = "把实测数据表（CSV）按设备的协议回放到设备接入端口，逐行报告问题。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the table, the device, and how the one becomes the words of the other."""
        parser.add_argument("file", type=Path, metavar="文件", help="CSV，逗号、分号或制表符分隔，首行为列名")
        parser.add_argument("--device", required=True, metavar="设备", help="设备编码或通信标识")
        parser.add_argument("--protocol", choices=PLAYED, metavar="协议", help="设备的协议，可省略")
        parser.add_argument("--key", default="", metavar="密钥", help="设备的密钥；演示设备可省略")
        parser.add_argument("--time", default="", metavar="列名", help="时间列；分几列写时用逗号隔开")
        parser.add_argument("--column", action="append", default=[], type=_pair, metavar="列名=通道", help="可重复")
        parser.add_argument("--missing", default="", metavar="标记", help="表示缺测的写法，逗号分隔，如 -200,NA")
        parser.add_argument("--speed", type=float, default=0.0, metavar="N", help="按原来的间隔以 N 倍速回放；0 为尽快")
        parser.add_argument("--now", action="store_true", help="时间平移到现在；不加则用表中的时间")
        parser.add_argument("--host", default="", metavar="地址", help="设备接入地址，默认本机")

    def handle(self, **options: Any) -> None:
        """Check the table, send it, say what was wrong."""
        try:
            self._replay(options)
        except AnningError as error:
            raise CommandError(f"{error.message}。{error.remedy}。") from None

    def _replay(self, options: dict[str, Any]) -> None:
        device = _device(options["device"], options["protocol"] or "")
        spots = spots_of(device)
        times, missing = _listed(options["time"]), _listed(options["missing"])
        table = open_table(options["file"], spots, dict(options["column"]), times=times, missing=missing)
        span = _span(table)
        unit = Recorded(
            protocol=device.protocol,
            identity=device.identity,
            key=options["key"] or _demo_key(device),
            parameters=device.parameters,
            spots={channel: spots[channel] for channel in table.channels.values()},
        )
        if device.protocol == "jt808":
            object.__setattr__(unit, "track", RecordedTrack(unit))
        host = options["host"] or reachable(settings.HOST)
        connections.close_all()
        self._send(table, unit, Stage(host, ports(settings.GATEWAY_PORT, settings.MQTT_PORT), Pace()), span, options)

    def _send(
        self, table: Table, unit: Recorded, stage: Stage, span: tuple[int, int, int], options: dict[str, Any]
    ) -> None:
        count, first_ms, last_ms = span
        speed = max(0.0, options["speed"])
        shift = 0
        if options["now"]:  # played at N times the pace it ends now, too
            shift = now_ms() - last_ms + (round((last_ms - first_ms) / speed) if speed else 0)
        replay = replay_of(unit, stage, speed=speed, shift_ms=shift)
        replay.told = lambda sent: self._tell(sent, count)
        try:
            asyncio.run(replay.run(table.lines()))
        except (OSError, EOFError) as error:
            raise CommandError(f"已回放 {replay.sent} 行，其后设备接入端口不再应答：{error}") from None
        self.stdout.write(f"已回放 {replay.sent} 行，全部得到应答；{len(table.errors)} 行有误未送。")
        for number, why in table.errors[:MOST_TOLD]:
            self.stdout.write(f"  第 {number} 行：{why}")
        if len(table.errors) > MOST_TOLD:
            self.stdout.write(f"  ……其余 {len(table.errors) - MOST_TOLD} 行从略")

    def _tell(self, sent: int, count: int) -> None:
        if sent % TOLD_EVERY < 1 or sent == count:
            self.stdout.write(f"{sent}/{count} 行（{100 * sent // max(1, count)}%）")
            self.stdout.flush()


def _device(name: str, protocol: str) -> Device:
    """Return the device with this code or identity. Raises Refused."""
    rows = Device.objects.filter(code=name) | Device.objects.filter(identity=name)
    found: Device | None = rows.order_by("pk").first()
    if found is None:
        raise Refused(f"没有编码或通信标识为“{name}”的设备", "请先登记设备和点位")
    if protocol and found.protocol != protocol:
        raise Refused(f"设备的协议是 {found.protocol}，不是 {protocol}", "请核对设备，或省略 --protocol")
    if found.protocol not in PLAYED:
        raise Refused("这台设备由平台轮询，不能回放", "请换一台主动上报的设备")
    return found


def _demo_key(device: Device) -> str:
    """Return the key of a device of the demo; nothing when it has none of that kind."""
    key = key_of(device)
    return key if device.keys.filter(digest=digest_of(key)).exists() else ""


def _span(table: Table) -> tuple[int, int, int]:
    """Return how many good lines there are, the first moment and the last. Raises Refused for none."""
    moments = [line.at_ms for line in table.lines()]
    if not moments:
        why = f"第 {table.errors[0][0]} 行：{table.errors[0][1]}" if table.errors else "表是空的"
        raise Refused(f"没有一行可以回放（{why}）", "请核对时间列和数值列")
    return len(moments), min(moments), max(moments)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _pair(text: str) -> tuple[str, str]:
    column, equals, channel = text.rpartition("=")
    if not equals or not column or not channel:
        raise ArgumentTypeError("应写成 列名=通道")
    return column.strip(), channel.strip()
