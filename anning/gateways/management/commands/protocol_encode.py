"""``anning protocol_encode``: the mirror of ``protocol_decode``: JSON lines into frames."""

import json
from typing import Any

from django.core.management.base import CommandParser

from anning.gateways.codecs import Codec, encode_line
from anning.gateways.management.commands._lines import LineCommand


class Command(LineCommand):
    """Prints hex, or text for a format of text; a line that describes no frame gets a JSON object saying why."""

    help = "把 protocol_decode 输出的 JSON 行（kind、fields）编码成报文，每行一帧。"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--hex", action="store_true", help="文本协议也输出十六进制")

    def answer(self, codec: Codec, line: bytes | None, options: dict[str, Any]) -> str:
        made = encode_line(codec, line)
        if isinstance(made, dict):
            return json.dumps(made, ensure_ascii=False)
        return made.hex() if options["hex"] or not codec.is_text else _text(made)


def _text(data: bytes) -> str:
    """Return a frame of text as one line, or as hex when it is none."""
    try:
        text = data.decode().removesuffix("\r\n")
    except UnicodeDecodeError:
        return data.hex()
    return text if text.isprintable() else data.hex()
