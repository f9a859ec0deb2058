"""``anning protocol_decode``: read frames from lines, print one JSON object for each."""

import json
from typing import Any

from django.core.management.base import CommandParser

from anning.gateways.codecs import Codec, decode_line
from anning.gateways.management.commands._lines import LineCommand


class Command(LineCommand):
    """Never stops at a bad line; ``fields`` are those of the conformance vectors."""

    help = "逐行解码报文（十六进制、文本或 JSON 行），每行输出一个 JSON 对象。"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--hex", dest="form", action="store_const", const="hex", help="每行都是十六进制")
        form.add_argument("--text", dest="form", action="store_const", const="text", help="每行都是文本")

    def answer(self, codec: Codec, line: bytes | None, options: dict[str, Any]) -> str:
        return json.dumps(decode_line(codec, line, options["form"] or "auto"), ensure_ascii=False)
