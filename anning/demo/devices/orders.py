"""Leaks that somebody has ordered: a file in the home folder that the running devices look at."""

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anning.demo.signals.leaks import LENGTH_MS

LOOK_S = 1.0
FILE, LOCK = "demo_leaks.json", "demo_devices.lock"


def order_leak(home: Path, enterprise: int, since_ms: int) -> None:
    """Have gas leak at an enterprise from ``since_ms`` on."""
    leaks = read_leaks(home, since_ms) | {enterprise: since_ms}
    fresh = home / f"{FILE}.new"
    fresh.write_text(json.dumps({str(key): since for key, since in leaks.items()}))
    fresh.replace(home / FILE)


def read_leaks(home: Path, now_ms: int) -> dict[int, int]:
    """Return the leaks that are not over, by enterprise; what cannot be read is none."""
    try:
        told = json.loads((home / FILE).read_text())
        return {int(key): int(since) for key, since in told.items() if now_ms - since < LENGTH_MS}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


async def follow(home: Path, leaks: dict[int, int]) -> None:
    """Keep ``leaks`` as the file says, until cancelled."""
    seen = None
    while True:
        stamp = _stamp(home / FILE)
        if stamp != seen:
            seen = stamp
            leaks.clear()
            leaks.update(read_leaks(home, 0))
        await asyncio.sleep(LOOK_S)


@contextmanager
def the_only_one(home: Path) -> Iterator[bool]:
    """Say whether no other process plays the devices of this home; hold that while the block runs."""
    with (home / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def has_lost_parent() -> bool:
    """Whether the supervisor that has started this process is gone."""
    supervisor = os.environ.get("ANNING_SUPERVISOR")
    return supervisor is not None and str(os.getppid()) != supervisor


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
