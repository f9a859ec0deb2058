"""Files by content hash under ANNING_HOME/files: written and fsynced before the row that names them; orphans swept."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.utils.translation import gettext as _

from anning.kernel.errors import Refused

Namer = Callable[[], Iterable[str]]
_namers: list[Namer] = []


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored file: ``sha256`` is its name; ``size`` in bytes."""

    sha256: str
    size: int


def path_of(sha256: str) -> Path:
    """Return where the file with this hash lies."""
    return Path(settings.FILES) / sha256[:2] / sha256


def keep(chunks: Iterable[bytes], *, limit: int = 0) -> Kept:
    """Store the bytes durably and return their hash; the same bytes are stored once.

    ``limit`` in bytes (0: none). Raises Refused when the file is larger, OSError when the disk is full:
    then nothing is left behind.
    """
    folder = Path(settings.FILES)
    folder.mkdir(parents=True, exist_ok=True)
    hashed, size = hashlib.sha256(), 0
    with NamedTemporaryFile(dir=folder, prefix=".part-", delete=False) as part:
        try:
            for chunk in chunks:
                hashed.update(chunk)
                size += len(chunk)
                if limit and size > limit:
                    raise Refused(_("文件超过 %s MB") % (limit // 1024 // 1024), _("请压缩或拆分后再上传"))
                part.write(chunk)
            part.flush()
            os.fsync(part.fileno())
            place = path_of(hashed.hexdigest())
            place.parent.mkdir(exist_ok=True)
            os.replace(part.name, place)
            _sync_folder(place.parent)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    return Kept(hashed.hexdigest(), size)


def read(sha256: str, *, step: int = 1 << 16) -> Iterator[bytes]:
    """Yield the bytes of a stored file. Raises FileNotFoundError when it is gone."""
    with path_of(sha256).open("rb") as stored:
        while chunk := stored.read(step):
            yield chunk


def is_whole(sha256: str) -> bool:
    """Whether the stored file still has the content that its name says."""
    hashed = hashlib.sha256()
    try:
        for chunk in read(sha256):
            hashed.update(chunk)
    except FileNotFoundError:
        return False
    return hashed.hexdigest() == sha256


def remove(sha256: str) -> None:
    """Delete a stored file (erasure of personal data); a file that is gone already is fine."""
    path_of(sha256).unlink(missing_ok=True)


def remove_unnamed(hashes: Iterable[str]) -> None:
    """Delete those of the stored files that no row of any room names any more."""
    asked = set(hashes)
    named = {sha256 for namer in _namers for sha256 in namer() if sha256 in asked} if asked else set()
    for sha256 in asked - named:
        remove(sha256)


def named_by(namer: Namer) -> Namer:
    """Keep the files whose hashes ``namer`` gives: each room says so beside the table whose rows name files."""
    _namers.append(namer)
    return namer


def sweep(*, older_than_s: float = 86_400) -> int:
    """Delete files that no row of any room names and that are older than a day; return how many.

    What is being written is younger than its row: a file comes first, so the day leaves its row time to follow.
    """
    before = time.time() - older_than_s
    old = [path for path in Path(settings.FILES).rglob("*") if path.is_file() and path.stat().st_mtime < before]
    named = {sha256 for namer in _namers for sha256 in namer()} if old else set()
    orphans = [path for path in old if path.name not in named]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
