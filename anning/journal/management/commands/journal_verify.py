"""``anning journal_verify``: walk the chain and name the first break."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anning.journal.heads import SignedHead
from anning.journal.verification import verify
from anning.kernel.errors import Refused


class Command(BaseCommand):
    """Walks the chain; the exit status is the answer."""

    help = "逐条校验日志链；发现断链即以非零状态退出。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--against", metavar="文件", action="append", default=[], help="先前交出的链头（JSON），可写多次"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        heads = [_head_in(Path(name)) for name in options["against"]]
        walk = verify(promises=heads)
        if walk.broken:
            raise CommandError(f"日志链断开，{walk.broken}")
        for head in heads:
            if not head.is_ours:
                self.stderr.write(f"注意：第 {head.seq} 条的链头不是本系统现有密钥签名，公钥为 {head.key}")
        self.stdout.write(self.style.SUCCESS(f"日志链完整：共 {walk.entries} 条，链头 {walk.digest or '（空）'}"))


def _head_in(path: Path) -> SignedHead:
    """Return the signed head in a file. Raises CommandError when it cannot be read or its signature is wrong."""
    try:
        head = SignedHead.read(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, Refused) as error:
        raise CommandError(f"无法读取链头 {path}：{error}") from None
    if not head.is_genuine:
        raise CommandError(f"链头 {path} 的签名不符，文件被改动过")
    return head
