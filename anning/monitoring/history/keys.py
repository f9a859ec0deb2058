"""Day, datastream and part in one number: what is sealed together lies together, and a day's readings of a
datastream are found without a second index."""

from collections.abc import Iterable

PARTS, STREAMS, DAYS = 1 << 15, 1 << 31, 1 << 17


def key_of(day: int, datastream: int, part: int = 0) -> int:
    """Return the key of a part: 17 bits for the day, 31 for the datastream, 15 for the part."""
    return (day * STREAMS + datastream) * PARTS + part


def read_key(key: int) -> tuple[int, int, int]:
    """Return (day, datastream, part)."""
    rest, part = divmod(key, PARTS)
    return (*divmod(rest, STREAMS), part)


def marks(values: Iterable[object]) -> str:
    """Return the question marks for as many values in an SQL list."""
    return ", ".join("?" for _ in values)
