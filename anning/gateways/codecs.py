"""The wire formats by name, and lines of bytes turned into answers that two decoders can compare."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO

from anning.kernel.frames import BadFrame

LINE_LIMIT = 1 << 20  # bytes
HEX_DIGITS = frozenset(b"0123456789abcdefABCDEF \t")

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Codec:
    """One wire format: its package, and whether its frames are text."""

    package: str
    is_text: bool = False

    @property
    def module(self) -> Any:
        """The package: ``decode`` ``encode`` ``to_fields`` ``from_fields``, and perhaps ``kind`` and ``PARTS``."""
        return import_module(self.package)

    def read(self, data: bytes, kind: str = "") -> tuple[str, Any]:
        """Return what ``data`` is and its fields; ``kind`` may name a part that stands without its frame.

        Raises BadFrame.
        """
        module = self.module
        if kind in getattr(module, "PARTS", {}):
            name, fields = module.PARTS[kind][0](data)
            return f"{kind}.{name}", fields
        frame = module.decode(data)
        name = module.kind(frame) if hasattr(module, "kind") else "frame"
        return name, module.to_fields(frame)

    def write(self, kind: str, fields: Any) -> bytes:
        """Return the bytes of what ``read`` has returned. Raises BadFrame."""
        module = self.module
        part, _, name = kind.partition(".")
        if part in getattr(module, "PARTS", {}):
            data: bytes = module.PARTS[part][1](name, fields)
        else:
            data = module.encode(module.from_fields(fields))
        return data


CODECS: dict[str, Codec] = {
    "gb26875": Codec("anning.protocols.gb26875"),
    "hj212": Codec("anning.protocols.hj212", is_text=True),
    "jt808": Codec("anning.protocols.jt808"),
    "sl651": Codec("anning.protocols.sl651"),
}


def lines_of(file: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines that are not blank, without their ends; None for one longer than the limit."""
    while line := file.readline(LINE_LIMIT):
        whole = line.endswith(b"\n") or len(line) < LINE_LIMIT
        while not whole:
            more = file.readline(LINE_LIMIT)
            whole = more.endswith(b"\n") or len(more) < LINE_LIMIT
            line = b""
        if not line:
            yield None
        elif line.strip():
            yield line.rstrip(b"\r\n")


def decode_line(codec: Codec, line: bytes | None, form: str = "auto") -> Answer:
    """Return ``valid`` with ``kind`` and ``fields``, or with ``error`` and ``code``, whatever the line says."""
    try:
        data, kind = _bytes_of(codec, line, form)
        name, fields = codec.read(data, kind)
    except BadFrame as error:
        return _refused(error)
    return {"valid": True, "kind": name, "fields": fields}


def encode_line(codec: Codec, line: bytes | None) -> bytes | Answer:
    """Return the bytes that a JSON line with ``kind`` and ``fields`` describes, or why it describes none."""
    try:
        said = _json(line)
        if "fields" not in said:
            raise BadFrame("line", "line has no fields")
        return codec.write(str(said.get("kind", "")), said["fields"])
    except BadFrame as error:
        return _refused(error)


def _refused(error: BadFrame) -> Answer:
    return {"valid": False, "error": str(error), "code": error.code}


def _bytes_of(codec: Codec, line: bytes | None, form: str) -> tuple[bytes, str]:
    """Return the bytes that a line means, and the kind it names. Raises BadFrame (``line``, ``hex``)."""
    if line is None:
        raise BadFrame("line", f"line is longer than {LINE_LIMIT} bytes")
    text = line.strip()
    if text.startswith(b"{"):
        said = _json(text)
        kind = said.get("kind")
        kind = kind if isinstance(kind, str) else ""
        if isinstance(said.get("hex"), str):
            return _from_hex(said["hex"]), kind
        if isinstance(said.get("text"), str):
            return said["text"].encode(errors="replace"), kind
        raise BadFrame("line", "JSON line has neither hex nor text")
    if form == "text" or (form == "auto" and codec.is_text and not HEX_DIGITS.issuperset(text)):
        return line, ""
    return _from_hex(text.decode("latin-1")), ""


def _json(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise BadFrame("line", f"line is longer than {LINE_LIMIT} bytes")
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise BadFrame("line", "line is no JSON") from None
    if not isinstance(said, dict):
        raise BadFrame("line", "line is no JSON object")
    return said


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise BadFrame("hex", "line is no hex: want pairs of 0-9a-f") from None
