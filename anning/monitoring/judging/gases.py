"""Alarm levels of toxic gases from occupational limits, in the unit of the instrument."""

from collections.abc import Mapping
from typing import Any


def toxic_levels(medium: str, unit: str, rule: Mapping[str, Any]) -> dict[str, float]:
    """Return the levels for a gas by the rule ``MON-TOXIC-LIMITS``; none for a gas or a unit that it does not know.

    ``medium`` may say more than the gas: the longest name in it counts.
    """
    media: Mapping[str, Mapping[str, float]] = rule["media"]
    name = max((each for each in media if each in medium), key=len, default="")
    per_mg = {"mg/m³": 1.0, "mg/m3": 1.0}
    if name:
        per_mg["ppm"] = rule["molar_litres"] / media[name]["molar"]
    if not name or unit not in per_mg:
        return {}
    return {level: round(times * media[name]["oel"] * per_mg[unit], 2) for level, times in rule["levels"].items()}
