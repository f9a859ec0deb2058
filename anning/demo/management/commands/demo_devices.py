"""``anning demo_devices``: the devices of the demo district, played through the real sockets."""

import argparse
import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from anning.demo.devices import orders, roster
from anning.demo.devices.client import Stage
from anning.demo.devices.pace import Pace, now_ms
from anning.demo.devices.playing import SPOKEN, play, ports, reachable
from anning.demo.devices.units import Unit
from anning.kernel.errors import AnningError

LOOK_S = 2.0


class Command(BaseCommand):
    help = "运行演示设备：按各自协议向本机的设备接入端口上报数据。只用于演示环境。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare speed, length, protocol and leak."""
        parser.add_argument(
            "--speed", type=_speed, default=1.0, metavar="N", help="倍速补播最近一段时间，与 --minutes 合用"
        )
        parser.add_argument("--minutes", type=_speed, metavar="N", help="播放多少分钟后结束")
        parser.add_argument("--only", choices=SPOKEN, metavar="协议", help=f"只运行一种协议：{'、'.join(SPOKEN)}")
        parser.add_argument("--leak", metavar="企业", help="让一家企业（名称或其中几个字）发生气体泄漏")

    def handle(self, **options: Any) -> None:
        """Play until told to stop, or hand a leak to the process that plays already."""
        if options["speed"] != 1 and options["minutes"] is None:
            raise CommandError("加速播放须用 --minutes 说明补播最近多少分钟")
        try:
            roster.require_demo()
            with orders.the_only_one(settings.HOME) as is_only_one:
                self._run(options, is_only_one=is_only_one)
        except AnningError as error:
            raise CommandError(f"{error.message}。{error.remedy}。") from None

    def _run(self, options: dict[str, Any], *, is_only_one: bool) -> None:
        pace = Pace(options["speed"], options["minutes"])
        if options["leak"]:
            firm = roster.leaking(options["leak"])
            orders.order_leak(settings.HOME, firm.pk, pace.start_ms if is_only_one else now_ms())
            self.stdout.write(f"{firm.name}：泄漏开始，约一刻钟内升高、印证、回落。")
        if not is_only_one:
            if not options["leak"]:
                raise CommandError("演示设备已在运行（anning up 会一并启动）")
            return
        units = roster.units(options["only"] or "")
        connections.close_all()
        self.stdout.write(f"演示设备 {len(units)} 台开始上报。")
        stage = Stage(reachable(settings.HOST), ports(settings.GATEWAY_PORT, settings.MQTT_PORT), pace)
        asyncio.run(_play(units, stage))
        self.stdout.write(f"演示设备已停止：应答 {stage.answered} 次，失败 {stage.failures} 次。")


async def _play(units: list[Unit], stage: Stage) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    beside = [asyncio.ensure_future(orders.follow(settings.HOME, stage.leaks)), asyncio.ensure_future(_watch(stop))]
    try:
        await play(units, stage, stop)
    finally:
        for task in beside:
            task.cancel()


async def _watch(stop: asyncio.Event) -> None:
    """Stop when the supervisor is gone."""
    while not orders.has_lost_parent():
        await asyncio.sleep(LOOK_S)
    stop.set()


def _speed(text: str) -> float:
    value = float(text)
    if not 0 < value <= 10_000:
        raise argparse.ArgumentTypeError("应大于 0，不超过 10000")
    return value
