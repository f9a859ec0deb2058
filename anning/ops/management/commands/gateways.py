"""``anning gateways``: the doors for devices."""

import asyncio
from typing import Any

from anning.ops import gateways, processes
from anning.ops.command import PlainCommand


class Command(PlainCommand):
    help = "运行设备接入服务。"

    def handle(self, **options: Any) -> None:
        processes.enter()
        asyncio.run(gateways.run())
