"""``anning work``: sealer, reactions, periodic duties."""

from typing import Any

from django.conf import settings

from anning.journal.work import run
from anning.ops import processes
from anning.ops.command import PlainCommand


class Command(PlainCommand):
    """Works until told to stop."""

    help = "运行后台工作：日志封链、联动、定时任务。"

    def handle(self, **options: Any) -> None:
        processes.enter(settings.HOME)
        run(processes.stop_on_signals())
