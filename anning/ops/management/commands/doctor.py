"""``anning doctor``: says in plain Chinese what is wrong with this installation."""

import argparse
import json
import sys
from typing import Any

from anning.ops.command import PlainCommand
from anning.ops.findings import Level, Result, examine, worst

SIGNS = {Level.OK: "正常", Level.WARNING: "注意", Level.ERROR: "错误"}


class Command(PlainCommand):
    """Reports every check."""

    help = "检查本安装，用中文说明问题和处理办法；有错误时以状态 1 退出。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *, json: bool, **options: Any) -> None:
        results = list(examine())
        self.stdout.write(_as_json(results) if json else _as_text(results))
        if worst(results) == Level.ERROR:
            sys.exit(1)


def _as_json(results: list[Result]) -> str:
    facts = {"level": worst(results), "results": [result.as_json() for result in results]}
    return json.dumps(facts, ensure_ascii=False, indent=1)


def _as_text(results: list[Result]) -> str:
    lines = []
    for result in results:
        lines.append(f"[{SIGNS[result.level]}] {result.title}：{result.seen}")
        if result.remedy:
            lines.append(f"        → {result.remedy}")
    counts = {level: sum(result.level == level for result in results) for level in Level}
    lines.append(f"共 {len(results)} 项：错误 {counts[Level.ERROR]}，注意 {counts[Level.WARNING]}。")
    return "\n".join(lines)
