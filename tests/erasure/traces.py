"""Looking for a text in raw bytes: plain, and in every shape that our own code could have given it."""

import base64
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote


def shapes(text: str) -> dict[str, bytes]:
    """Return the text as it may stand in a file, by the name of the encoding."""
    plain = text.encode()
    found = {
        "utf-8": plain,
        "utf-16": text.encode("utf-16-le"),
        "json": json.dumps(text)[1:-1].encode(),
        "url": quote(text).encode(),
        "hex": plain.hex().encode(),
        "xml": "".join(f"&#{ord(sign)};" for sign in text).encode(),
    }
    for shift in range(3):  # base64 looks different at each offset; its ends depend on what stands beside
        found[f"base64+{shift}"] = base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]
    return found


def pieces(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of a file, and of what is packed inside."""
    yield from _unpacked(str(path), path.read_bytes())


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if content[:4] == b"PK\3\4":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for each in packed.namelist():
                yield from _unpacked(f"{name}!{each}", packed.read(each))
    elif content[:2] == b"\x1f\x8b":
        yield from _unpacked(f"{name}!", gzip.decompress(content))
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            for member in packed:
                if member.isfile() and (inside := packed.extractfile(member)):
                    yield from _unpacked(f"{name}!{member.name}", inside.read())


def traces(folder: Path, texts: list[str]) -> list[str]:
    """Return where below ``folder`` any of the texts stands, in which shape."""
    wanted = [(text, name, shape) for text in texts for name, shape in shapes(text).items()]
    return [
        f"{text} as {shape_name} in {name}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for name, content in pieces(path)
        for text, shape_name, shape in wanted
        if shape in content
    ]
