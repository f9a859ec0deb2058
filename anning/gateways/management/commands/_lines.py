"""What the commands on frames share: a format by name, files or standard input, an answer for every line."""

import os
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anning.gateways.codecs import CODECS, Codec, lines_of


class LineCommand(BaseCommand, ABC):
    """Answers every line of the files (or of standard input) with one line."""

    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="协议", help="、".join(CODECS))
        parser.add_argument("files", metavar="文件", nargs="*", type=Path, help="不写则读标准输入")

    def handle(self, *args: Any, **options: Any) -> None:
        codec = CODECS.get(options["name"])
        if codec is None:
            raise CommandError(f"没有名为 {options['name']} 的协议；可用的有：{'、'.join(CODECS)}")
        try:
            for path in options["files"]:
                with _opened(path) as file:
                    self._answer_all(codec, file, options)
            if not options["files"]:
                self._answer_all(codec, sys.stdin.buffer, options)
        except BrokenPipeError:  # the reader has seen enough; what Python still holds goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    @abstractmethod
    def answer(self, codec: Codec, line: bytes | None, options: dict[str, Any]) -> str:
        """Return the line that answers ``line`` (None: it was too long)."""

    def _answer_all(self, codec: Codec, file: BinaryIO, options: dict[str, Any]) -> None:
        for line in lines_of(file):
            self.stdout.write(self.answer(codec, line, options))


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"无法读取 {path}：{error.strerror}") from None
