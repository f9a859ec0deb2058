"""``anning live``: the live tail."""

from typing import Any

from django.core.management.base import BaseCommand

from anning.ops import processes, servers


class Command(BaseCommand):
    help = "运行实时推送服务。"
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        if processes.is_supervised():
            processes.follow_parent()
        servers.live()
