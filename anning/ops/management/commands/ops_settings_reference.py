"""``anning ops_settings_reference``: writes the page that lists every setting, from the settings themselves."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from anning.kernel.env import KINDS, KNOWN, Setting
from anning.ops.command import PlainCommand

PAGE = Path("docs/reference/settings.md")
HEAD = """# 设置

每项设置是一个环境变量，都有默认值；写错时启动即报变量名。本页由 `anning ops_settings_reference` 生成。

| 变量 | 默认 | 类型 | 含义 |
|---|---|---|---|
"""


class Command(PlainCommand):
    """Writes the page, or compares it."""

    help = "由程序生成设置参考 docs/reference/settings.md。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只比较，不写；不一致时以状态 1 退出")

    def handle(self, *, check: bool, **options: Any) -> None:
        page = reference()
        if not check:
            PAGE.parent.mkdir(parents=True, exist_ok=True)
            PAGE.write_text(page, encoding="utf-8")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
            raise CommandError(f"{PAGE} 与程序不一致，请运行 anning ops_settings_reference")


def reference() -> str:
    """Return the page."""
    product = (setting for name, setting in sorted(KNOWN.items()) if not name.startswith("ANNING_TEST_"))
    return HEAD + "".join(_row(setting) for setting in product)


def _row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default not in {"", None} else "（空）"
    return f"| `{setting.name}` | {default} | {KINDS.get(setting.kind, setting.kind)} | {setting.doc} |\n"
