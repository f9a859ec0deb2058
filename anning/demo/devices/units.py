"""A device of the demo district as its client needs it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np

from anning.demo.signals import Leak, Spot, Track, is_silent, say
from anning.demo.signals.leaks import KINDS


@dataclass(frozen=True, slots=True)
class Unit:
    """One device: how it presents itself, its points by channel, and the road it drives."""

    protocol: str
    identity: str
    key: str = ""
    pk: int = 0
    enterprise: int = 0
    home: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    spots: Mapping[str, Spot] = field(default_factory=dict)
    track: Track | None = None

    @property
    def seed(self) -> int:
        """What its chance begins with."""
        return seed_of(self.protocol, self.identity)

    def is_silent(self, at_ms: int) -> bool:
        """Whether it has no power; what has no home carries its own."""
        return self.home != 0 and bool(is_silent(self.home, np.array([at_ms], np.int64))[0])

    def read(self, at_ms: int, leak_ms: int | None = None) -> dict[str, tuple[float, int]]:
        """Return value and quality of every channel; the gas sensors smell a leak one after the other."""
        moment, rank = np.array([at_ms], np.int64), 0
        found: dict[str, tuple[float, int]] = {}
        for channel, spot in self.spots.items():
            leak = None
            if leak_ms is not None and spot.kind in KINDS:
                leak, rank = Leak(leak_ms, rank), rank + 1
            said = say(spot, moment, leak)
            found[channel] = float(said.values[0]), int(said.qualities[0])
        return found


def seed_of(*names: object) -> int:
    """Return the seed of something by its names."""
    return crc32("/".join(map(str, names)).encode())
