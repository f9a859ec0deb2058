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
    """Return the digest of all sheets and of the code beside them: a change is a new release of the demo district."""
    made = sha256()
    for file in sorted((*FOLDER.glob("*.csv"), *FOLDER.parent.glob("*.py"))):
        made.update(file.read_bytes())
    return made.hexdigest()


def points(text: str) -> list[tuple[float, float]]:
    """Return the positions in ``117.82 39.33;117.81 39.31``, longitude first."""
    return [(float(longitude), float(latitude)) for longitude, latitude in map(str.split, text.split(";"))]


def invented_names() -> list[str]:
    """Return 6060 names of nobody in a fixed order, none twice: two lists of coprime lengths."""
    surnames, given = (row["names"].split() for row in read_sheet("names"))
    return [surnames[n % len(surnames)] + given[n % len(given)] for n in range(len(surnames) * len(given))]


def invented_mobile(number: int) -> str:
    """Return a mobile number of a block (160) that no operator has been given."""
    return f"160{number:08d}"


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
