"""The archive: a tar of ``database``, ``history``, ``keys/…``, ``files/…``; last ``manifest.json`` with all digests."""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from anning.kernel.errors import Refused

FORMAT = 1
MANIFEST = "manifest.json"
NAMES = re.compile(r"database|history|keys/[\w.-]+|files/[0-9a-f]{2}/[0-9a-f]{64}")
STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds and who made it; ``digests`` are SHA-256 by member, ``head`` is a signed journal head."""

    made_at: str
    release: str
    vendor: str
    district: str
    migrations: list[str]
    head: dict[str, Any] | None = None
    digests: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def read(cls, text: bytes) -> "Manifest":
        """Return the manifest in ``text``. Raises Refused for anything else."""
        try:
            facts = json.loads(text)
            manifest = cls(**facts)
        except (ValueError, TypeError):
            raise Refused("备份清单无法读取", "文件可能不是安宁的备份，或由更新的版本制作") from None
        if manifest.format != FORMAT:
            raise Refused(f"备份格式为 {manifest.format}，本版本只认识 {FORMAT}", "请用制作它的版本恢复")
        return manifest

    def text(self) -> bytes:
        """Return the manifest as it stands in the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


class Writer:
    """Writes an archive to an open file, digesting every member as it goes."""

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115  # closed by finish
        self.digests: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Add one file; one that has gone meanwhile (erased) is left out."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return
        with source:
            facts = tarfile.TarInfo(name)
            facts.size, facts.mode = path.stat().st_size, 0o600
            digesting = _Digesting(source)
            self._tar.addfile(facts, digesting)
            self.digests[name] = digesting.digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and close the archive."""
        text = manifest.text()
        facts = tarfile.TarInfo(MANIFEST)
        facts.size, facts.mode = len(text), 0o600
        self._tar.addfile(facts, io.BytesIO(text))
        self._tar.close()


class _Digesting:
    """A file that digests what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self.digest = hashlib.sha256()
        self._source = source

    def read(self, size: int = -1) -> bytes:
        part = self._source.read(size)
        self.digest.update(part)
        return part


def examine(path: Path) -> Manifest:
    """Return the manifest after comparing every member with it.

    Raises Refused, naming the first member that is missing, foreign or changed.
    """
    digests: dict[str, str] = {}
    manifest: Manifest | None = None
    for name, content in _members(path):
        if name == MANIFEST:
            manifest = Manifest.read(content.read())
        else:
            digests[name] = _digest(content)
    if manifest is None:
        raise Refused("备份不完整：缺少清单", "备份可能在制作或复制时中断，请使用另一份备份")
    for name in sorted(manifest.digests.keys() | digests.keys()):
        if manifest.digests.get(name) != digests.get(name):
            raise Refused(f"备份中的 {name} 与清单不符", "备份已损坏或被改动，请使用另一份备份")
    return manifest


def extract(path: Path, folder: Path) -> None:
    """Write every member below ``folder``."""
    for name, content in _members(path):
        if name == MANIFEST:
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with target.open("wb") as file:
            target.chmod(0o600)
            while part := content.read(STEP):
                file.write(part)


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or not (member.name == MANIFEST or NAMES.fullmatch(member.name)):
                    raise Refused(f"备份中有不认识的内容 {member.name!r}", "文件不是安宁的备份")
                yield member.name, content
    except tarfile.TarError as error:
        raise Refused(f"备份无法读取：{error}", "文件不是安宁的备份，或已损坏，请使用另一份备份") from None


def _digest(content: IO[bytes]) -> str:
    hashed = hashlib.sha256()
    while part := content.read(STEP):
        hashed.update(part)
    return hashed.hexdigest()
