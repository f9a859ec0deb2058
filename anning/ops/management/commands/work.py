"""``anning work``: sealer, reactions, periodic duties."""

from typing import Any

from django.core.management.base import BaseCommand

from anning.journal.work import run
from anning.ops import processes


class Command(BaseCommand):
    help = "运行后台工作：日志封链、联动、定时任务。"
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        if processes.is_supervised():
            processes.follow_parent()
        run(processes.stop_on_signals())
