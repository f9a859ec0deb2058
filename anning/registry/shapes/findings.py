"""What a check says about one geometry: troubles that stop it, questions for a person, notes on what was mended."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from anning.kernel.geo import Position

Geometry = dict[str, Any]  # as in GeoJSON, longitude first


class Doubt(StrEnum):
    """What only a person can decide."""

    SWAPPED = "swapped"  # latitude stands first
    UNCLOSED = "unclosed"  # a ring does not end where it began
    HUGE = "huge"  # more vertices than the map needs
    OUTSIDE = "outside"  # lies outside the district
    DATUM = "datum"  # looks like another coordinate system


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a geometry cannot be taken, where, and what to do."""

    message: str
    remedy: str
    at: Position | None = None

    def __str__(self) -> str:
        return f"{self.message}；{self.remedy}"


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask; ``answer`` says what happens when the person agrees."""

    doubt: Doubt
    text: str
    answer: str


@dataclass(slots=True)
class Checked:
    """The outcome: a clean geometry with its representative point, or what stands against it.

    A geometry with open questions is what it would be if all of them were answered with yes.
    """

    geometry: Geometry | None = None
    point: Position | None = None
    troubles: list[Trouble] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was mended without asking

    @property
    def is_good(self) -> bool:
        """Whether nothing stands against it."""
        return self.geometry is not None and not self.troubles
