"""The arrays of each source under ANNING_HOME/cache: shared by all processes, built again when the rows changed.

A folder is named after the stamp of the rows that it holds and is moved into its place when complete, so no process
ever sees half of one; what is stale or damaged is built again. It holds positions, numbers and keys, no names.
"""

import fcntl
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.db import connection

from anning.registry.crowd.points import Points
from anning.registry.crowd.sources import HOUSEHOLDS, PLACES, Source

log = logging.getLogger(__name__)

FORMAT = 1
LOOK_EVERY_S = 1.0
DAMAGED = (OSError, ValueError, KeyError, TypeError)

_held: dict[str, tuple[str, Points]] = {}  # by source: stamp and points
_looked: dict[str, float] = {}
_building = Lock()


def current(source: Source) -> Points:
    """Return the points of a source, at most ``LOOK_EVERY_S`` behind the database."""
    held = _held.get(source.name)
    if held and time.monotonic() - _looked[source.name] < LOOK_EVERY_S:
        return held[1]
    looked, stamp = time.monotonic(), _stamp(source)
    if not held or held[0] != stamp:
        held = stamp, _obtain(source, stamp)
        _held[source.name] = held
    _looked[source.name] = looked
    return held[1]


def prepare() -> None:
    """Build what is missing or stale, so that nobody waits for it; it takes much memory for a moment."""
    for source in (HOUSEHOLDS, *PLACES):
        current(source)


def forget() -> None:
    """Let go of what this process holds: the next question looks at the database again."""
    _held.clear()


def _stamp(source: Source) -> str:
    """Return the name of the folder that holds the rows as they are now."""
    database = {name: connection.settings_dict[name] for name in ("NAME", "HOST", "PORT")}
    facts = repr((FORMAT, sorted(database.items()), source.numbers, tuple(source.kinds()), source.stamp()))
    return f"{source.name}-{sha256(facts.encode()).hexdigest()[:32]}"


def _obtain(source: Source, stamp: str) -> Points:
    """Return the points with this stamp: mapped when somebody has built them, else built now.

    A full or broken disk does not silence the answer: then this process keeps the points to itself.
    """
    with _building:
        try:
            with _sole_builder() as folder:
                return _mapped(folder / stamp) or _built(source, folder, stamp)
        except OSError:
            log.exception("the cache of %s cannot be written", source.name)
            return Points.read(source)


@contextmanager
def _sole_builder() -> Iterator[Path]:
    """Be the one process that builds; others wait and then find what was built."""
    folder = Path(settings.HOME) / "cache" / "crowd"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "build.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _mapped(folder: Path) -> Points | None:
    if not folder.is_dir():
        return None
    try:
        return Points.load(folder)
    except DAMAGED:
        log.warning("%s is damaged and built again", folder)
        return None


def _built(source: Source, folder: Path, stamp: str) -> Points:
    """Read the rows, write them beside, move them into place, and clear away what is older."""
    points = Points.read(source)
    part = Path(tempfile.mkdtemp(prefix=f"{source.name}-", suffix=".part", dir=folder))
    try:
        points.save(part)
        for older in set(folder.glob(f"{source.name}-*")) - {part}:
            shutil.rmtree(older, ignore_errors=True)  # who has it mapped keeps it until letting go
        part.rename(folder / stamp)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return _mapped(folder / stamp) or points
