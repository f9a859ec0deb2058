"""What a loading wrote: counts and one digest over the facts, the same for the same release of the demo district."""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any


@dataclass(slots=True)
class Ledger:
    """Counts by kind, and a digest over everything that does not depend on the day or the keys of the loading."""

    counts: Counter[str] = field(default_factory=Counter)
    _digest: Any = field(default_factory=sha256)

    def add(self, kind: str, *facts: object) -> None:
        """Count one row and take its facts into the digest."""
        self.counts[kind] += 1
        self._digest.update(repr((kind, *facts)).encode())

    def take(self, kind: str, count: int, digest: bytes) -> None:
        """Count many rows whose facts were digested apart."""
        self.counts[kind] += count
        self._digest.update(digest)

    @property
    def digest(self) -> str:
        """The digest so far, in hex."""
        made: str = self._digest.hexdigest()
        return made
