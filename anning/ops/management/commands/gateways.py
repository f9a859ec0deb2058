"""``anning gateways``: the doors for devices."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand

from anning.ops import gateways, processes


class Command(BaseCommand):
    help = "运行设备接入服务。"
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        if processes.is_supervised():
            processes.follow_parent()
        asyncio.run(gateways.run())
