"""``anning journal_skip``: let a stuck listener pass over one entry; who and why is journaled."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anning.journal.services import skip_entry
from anning.kernel.actor import system
from anning.kernel.errors import AnningError


class Command(BaseCommand):
    """Lets a stuck listener pass over one entry."""

    help = "让卡住的监听者跳过一条日志，原因记入日志。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("listener", metavar="监听者")
        parser.add_argument("--reason", required=True, metavar="原因", help="为何跳过")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entry = skip_entry(options["listener"], system("journal.skip_entry"), reason=options["reason"])
        except AnningError as error:
            raise CommandError(f"{error.message}；{error.remedy}") from None
        self.stdout.write(f"{options['listener']} 已跳过第 {entry.data['seq']} 条")
