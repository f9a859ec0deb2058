"""The rows of one source as arrays: where each is, whose it is, of which kind, how many people it stands for."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from anning.kernel.actor import Scope
from anning.registry.crowd.sources import Source
from anning.science.grid import Grid

Integers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

ARRAYS = ("keys", "owner", "kind", "numbers")
CATALOGUE = "catalogue.json"


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The grid holds the rows with a position, the first ``len(grid)``; the arrays hold all, in the same order."""

    grid: Grid
    keys: Integers
    owner: Integers  # index into ``owners``
    kind: Integers  # index into ``kinds``
    numbers: Integers  # one row for each number of the source
    owners: tuple[tuple[str, str], ...]  # area code, organisation path
    kinds: tuple[str, ...]
    _scopes: dict[Scope, Flags] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the rows of a source from the database."""
        rows = source.rows()
        owners: dict[tuple[str, str], int] = {}
        kinds = {kind: place for place, kind in enumerate(source.kinds())}
        owner = [owners.setdefault((row[3] or "", row[4] or ""), len(owners)) for row in rows]
        kind = [kinds.setdefault(source.kind_named(row[5]), len(kinds)) for row in rows]
        placed = [row[1:3] for row in rows if row[1] is not None and row[2] is not None]
        numbers = [[row[6 + place] or 0 for row in rows] for place in range(len(source.numbers))]
        return cls(
            Grid.build(*np.array(placed, np.float64).reshape(-1, 2).T),
            np.array([row[0] for row in rows], np.int64),
            np.array(owner, np.int64),
            np.array(kind, np.int64),
            np.array(numbers, np.int64).reshape(len(source.numbers), len(rows)),
            tuple(owners),
            tuple(kinds),
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what ``save`` wrote. Raises OSError or ValueError when a byte is missing or changed."""
        said = json.loads((folder / CATALOGUE).read_bytes())
        if said["sums"] != _sums(folder):
            raise ValueError(f"{folder} is damaged")
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
        owners = tuple((area, unit) for area, unit in said["owners"])
        return cls(grid=Grid.load(folder), owners=owners, kinds=tuple(said["kinds"]), **arrays)

    def save(self, folder: Path) -> None:
        """Write the arrays into an existing folder, and their sums last."""
        self.grid.save(folder)
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))
        said = {"owners": self.owners, "kinds": self.kinds, "sums": _sums(folder)}
        (folder / CATALOGUE).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")

    def cut(self, found: Integers, scope: Scope) -> Integers:
        """Return those of the rows that the scope covers."""
        return found if scope.everything else np.asarray(found[self._covered(scope)[self.owner[found]]])

    def counting(self, kinds: set[str], scope: Scope) -> Flags:
        """Say of each row with a position whether it is of one of the kinds and the scope covers it."""
        placed = slice(len(self.grid))
        wanted = np.array([kind in kinds for kind in self.kinds], np.bool_)
        return np.asarray(wanted[self.kind[placed]] & self._covered(scope)[self.owner[placed]])

    def _covered(self, scope: Scope) -> Flags:
        """Say of each owner whether the scope covers it; asked once for each scope."""
        covered = self._scopes.get(scope)
        if covered is None:
            covers = [scope.covers(area_code=area, organisation_path=unit) for area, unit in self.owners]
            covered = self._scopes[scope] = np.array(covers, np.bool_)
        return covered


def _sums(folder: Path) -> dict[str, Any]:
    """Return a checksum of each array: a torn page is found before it counts wrong."""
    return {path.name: crc32(path.read_bytes()) for path in sorted(folder.glob("*.npy"))}
