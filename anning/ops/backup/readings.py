"""The history of readings inside a backup, where it lies in a file of its own; in PostgreSQL the dump holds it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

FOLDER = "history"


def dump(target: Path) -> None:
    """Write one consistent, compacted copy of the history, when there is one."""
    place = _place() / "history.sqlite3"
    if connection.vendor == "sqlite" and place.exists():
        with closing(sqlite3.connect(place, timeout=60)) as history:
            history.execute("VACUUM INTO ?", [str(target)])


def put_in_place(source: Path, aside: Path) -> None:
    """Move the present history aside, and the copy, when there is one, in its place."""
    place = _place()
    if place.is_dir():
        shutil.move(place, aside / FOLDER)
    if source.exists():
        place.mkdir(mode=0o700)
        shutil.move(source, place / "history.sqlite3")


def size() -> int:
    """Return how many bytes the history takes beside the database."""
    place = _place() / "history.sqlite3"
    return place.stat().st_size if place.exists() else 0


def _place() -> Path:
    return Path(settings.HOME) / FOLDER
