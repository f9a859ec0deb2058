"""What a file with geometry holds, whatever its format."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a file: its number there (from 1), its attributes, its raw geometry."""

    number: int
    attributes: dict[str, Any]
    geometry: Any


@dataclass(slots=True)
class Drawing:
    """All features of a file; ``system`` is what the file says about its coordinates, in its own words."""

    features: list[Feature]
    system: str = ""
    format: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The attributes, in the order in which they are met."""
        return list(dict.fromkeys(name for each in self.features for name in each.attributes))
