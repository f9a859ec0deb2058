"""One digest over the facts of a loading, the same for the same release of the demo district."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any


@dataclass(slots=True)
class Ledger:
    """A digest over everything that does not depend on the day or the keys of the loading."""

    _digest: Any = field(default_factory=sha256)

    def add(self, kind: str, *facts: object) -> None:
        """Take the facts of one row into the digest."""
        self._digest.update(repr((kind, *facts)).encode())

    def take(self, digest: bytes) -> None:
        """Take in the digest of many rows that was made apart."""
        self._digest.update(digest)

    @property
    def digest(self) -> str:
        """The digest so far, in hex."""
        made: str = self._digest.hexdigest()
        return made
