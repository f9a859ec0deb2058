"""``anning gateways``: the doors for devices."""

import asyncio
from typing import Any

from django.conf import settings

from anning.ops import gateways, processes
from anning.ops.command import PlainCommand


class Command(PlainCommand):
    """Keeps the doors open until told to stop."""

    help = "运行设备接入服务。"

    def handle(self, **options: Any) -> None:
        processes.enter(settings.HOME)
        asyncio.run(gateways.run())
