"""``anning backup``: one archive of database, files and keys, while everybody works on."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings

from anning.kernel.actor import system
from anning.ops import backup
from anning.ops.command import PlainCommand


class Command(PlainCommand):
    """Makes one backup."""

    help = "备份数据库、附件和密钥；平台运行时也可进行。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BACKUP_FOLDER, help="存放目录（默认 %(default)s）")
        parser.add_argument("--keep", type=int, default=0, help="只保留最新的几份（默认全部保留）")
        parser.add_argument("--passphrase-file", type=Path, help="用文件中的口令加密（或设 ANNING_BACKUP_PASSPHRASE）")

    def handle(self, *, to: Path, keep: int, passphrase_file: Path | None, **options: Any) -> None:
        secret = passphrase_file.read_text().strip() if passphrase_file else settings.BACKUP_PASSPHRASE
        path = backup.make_backup(system("ops.make_backup"), folder=to, secret=secret)
        self.stdout.write(f"已备份到 {path}（{path.stat().st_size / 1024 / 1024:.1f} MB）。")
        if not secret:
            self.stdout.write("备份内含密钥且未加密，请妥善保管。")
        for old in backup.rotate(keep, to) if keep else []:
            self.stdout.write(f"已删除旧备份 {old.name}。")
