"""``anning live``: the live tail."""

from typing import Any

from django.conf import settings

from anning.ops import processes, servers
from anning.ops.command import PlainCommand


class Command(PlainCommand):
    """Serves until told to stop."""

    help = "运行实时推送服务。"

    def handle(self, **options: Any) -> None:
        processes.enter(settings.HOME)
        servers.live()
