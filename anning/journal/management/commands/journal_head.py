"""``anning journal_head``: print the signed end of the chain, to be handed outside."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from anning.journal.heads import sign
from anning.kernel.errors import Refused


class Command(BaseCommand):
    """Prints the signed end of the chain."""

    help = "打印已签名的日志链头（JSON），交上级或共建单位留存。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            head = sign()
        except Refused as error:
            raise CommandError(f"{error.message}；{error.remedy}") from None
        self.stdout.write(json.dumps(head.as_json(), ensure_ascii=False, indent=2))
