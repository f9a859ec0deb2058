"""ULIDs: the identifiers of everything that leaves, is printed or is made offline. 26 characters, sortable by time."""

import re

from ulid import ULID

PATTERN = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}\Z")


def new_uid() -> str:
    """Return a fresh ULID."""
    return str(ULID())


def is_uid(text: str) -> bool:
    """Whether ``text`` is written as a ULID."""
    return PATTERN.match(text) is not None
