"""The sheets of the demo district, and adding rows that are not there yet."""

import csv
from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from anning.journal.models import Record
from anning.kernel import clock

FOLDER = Path(__file__).resolve().parent / "data"
BATCH = 200  # rows of one INSERT: SQLite takes 999 values in older builds

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=Hashable)


def read_sheet(name: str) -> list[dict[str, str]]:
    """Return the rows of ``data/<name>.csv``."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def release() -> str:
    """Return the digest of all sheets: a changed sheet is a new release of the demo district."""
    made = sha256()
    for file in sorted(FOLDER.glob("*.csv")):
        made.update(file.read_bytes())
    return made.hexdigest()


def days_from_today(text: str) -> date | None:
    """Return the day so many days from today; None for an empty text."""
    return clock.today() + timedelta(days=int(text)) if text else None


def day(text: str) -> date | None:
    """Return an ISO day; None for an empty text."""
    return date.fromisoformat(text) if text else None


def add_missing(rows: Iterable[R], key: Callable[[R], K]) -> dict[K, R]:
    """Write those of the rows whose key is not in the database yet; return all rows of the table by key."""
    wanted = list(rows)
    if not wanted:
        return {}
    model = type(wanted[0])
    kept = {key(row): row for row in model.all_objects.all()}
    fresh = list({key(row): row for row in wanted if key(row) not in kept}.values())
    for row in fresh:
        if derive := getattr(row, "derive", None):
            derive()
    model.all_objects.bulk_create(fresh, batch_size=BATCH)
    return kept | {key(row): row for row in fresh}
