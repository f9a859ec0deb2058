"""``anning restore``: brings an installation back from a backup, and walks the chain."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from anning.kernel.actor import system
from anning.ops import backup
from anning.ops.command import PlainCommand


class Command(PlainCommand):
    """Restores one backup."""

    help = "从备份恢复数据库、附件和密钥，并校验日志链；平台须先停止。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("archive", type=Path, help="备份文件")
        parser.add_argument("--force", action="store_true", help="覆盖非空的数据目录；原有内容移到 replaced-… 目录")
        parser.add_argument("--passphrase-file", type=Path, help="备份口令所在文件（或设 ANNING_BACKUP_PASSPHRASE）")

    def handle(self, *, archive: Path, force: bool, passphrase_file: Path | None, **options: Any) -> None:
        secret = passphrase_file.read_text().strip() if passphrase_file else settings.BACKUP_PASSPHRASE
        walk = backup.restore(archive, system("ops.restore_backup"), secret=secret, force=force)
        if walk.broken:
            raise CommandError(f"已恢复，但日志链断裂：{walk.broken}。请保留现场并核对链头。")
        self.stdout.write(f"已恢复。日志链完整，共 {walk.entries} 条。")
