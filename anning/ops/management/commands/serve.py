"""``anning serve``: pages and API."""

from typing import Any

from django.core.management.base import BaseCommand

from anning.ops import processes, servers


class Command(BaseCommand):
    help = "运行网页与接口服务。"
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        if processes.is_supervised():
            processes.follow_parent()
        servers.serve()
