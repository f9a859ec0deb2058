"""The values in a packet, one by one, with their mark and time."""

import re
from math import isfinite
from typing import NamedTuple

from anning.protocols.hj212.frames import Frame
from anning.protocols.hj212.times import utc_ms

# Figures that are numbers; Info, SN and the marks are not.
FIGURES = frozenset(
    "Rtd Avg Min Max Cou ZsRtd ZsAvg ZsMin ZsMax ZsCou RS RT Data DayData NightData".split()  # noqa: SIM905
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


class Reading(NamedTuple):
    """One value: ``code`` of what is measured, ``figure`` (Rtd, Avg …), ``mark`` N, D … or "" when none is given.

    ``value`` is None when it is no number; ``at_ms`` is the sample's or the data's time (for averages the start of
    their period), None when the packet gives none.
    """

    code: str
    figure: str
    value: float | None
    mark: str
    at_ms: int | None

    @property
    def channel(self) -> str:
        """The name on the wire, as ``a21026-Rtd``."""
        return f"{self.code}-{self.figure}"


def readings(frame: Frame) -> list[Reading]:
    """Return all values of a packet in their order, repeated ones too."""
    at_ms = utc_ms(frame.value("DataTime"))
    found = []
    for item in frame.items:
        for name, text in item.items():
            code, dash, figure = name.rpartition("-")
            if dash and figure in FIGURES:
                sampled = item.get(f"{code}-SampleTime")
                sampled_ms = utc_ms(sampled) if sampled else None
                found.append(Reading(code, figure, _number(text), item.get(f"{code}-Flag", ""), sampled_ms or at_ms))
    return found


def _number(text: str) -> float | None:
    value = float(text) if _NUMBER.fullmatch(text) else float("nan")
    return value if isfinite(value) else None
