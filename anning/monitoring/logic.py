"""Judgements about alarms: values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

NOTICE, WARNING, ALARM = 1, 2, 3
TIER_NAMES = {NOTICE: "notice", WARNING: "warning", ALARM: "alarm"}
FAULTS = frozenset({"fault", "out_of_range", "flat", "offline", "late"})
FALLING = frozenset({"low", "low_low"})
WORST = frozenset({"high_high", "low_low"})

# What is shown together in the queue: kinds of one family at one enterprise have one cause.
FAMILIES = {
    "gas": {"combustible_gas", "toxic_gas", "oxygen"},
    "process": {"level", "pressure", "temperature", "flow", "vibration", "dust", "valve"},
    "fire": {"fire", "hydrant_pressure", "fire_water_level", "fire_door", "presence"},
    "electric": {"residual_current", "cable_temperature"},
    "water": {"river_stage", "river_flow", "rain", "waterlogging", "well_level"},
    "vehicle": {"speed", "longitude", "latitude", "fatigue", "axle_weight"},
    "video": {"camera"},
}
FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
MAJOR_BONUS = 5  # an enterprise with a major hazard comes first among equals


@dataclass(frozen=True, slots=True)
class Clocks:
    """The minutes that hold for an alarm, by tier; from the rule pack in force at its onset."""

    acknowledge: Mapping[str, float]
    hold: Mapping[str, float]
    most_hold: float
    unresolved: Mapping[str, float]
    check: float

    def due_at(self, tier: int, since: datetime) -> datetime:
        """Return until when somebody must acknowledge."""
        return since + timedelta(minutes=self.acknowledge[TIER_NAMES[tier]])

    def tier_due_at(self, tier: int, since: datetime) -> datetime | None:
        """Return when the alarm, still there, rises a tier; None at the highest."""
        minutes = self.unresolved.get(TIER_NAMES[tier])
        return since + timedelta(minutes=minutes) if minutes else None

    def check_due_at(self, tier: int, since: datetime) -> datetime | None:
        """Return until when an alarm of the highest tier must be checked by telephone and video."""
        return since + timedelta(minutes=self.check) if tier == ALARM else None

    def hold_until(self, tier: int, now: datetime, minutes: float | None, check_due_at: datetime | None) -> datetime:
        """Return until when an acknowledgement holds: as asked within bounds, and unchecked no longer than the check.

        An acknowledgement always carries an end, so that what is acknowledged and forgotten is heard of again.
        """
        span = self.hold[TIER_NAMES[tier]] if minutes is None else min(max(minutes, 1), self.most_hold)
        until = now + timedelta(minutes=span)
        if check_due_at is None:
            return until
        return min(until, max(check_due_at, now + timedelta(minutes=self.check)))


def moment(ms: int) -> datetime:
    """Return milliseconds since 1970 as an aware instant."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """Return an aware instant as milliseconds since 1970."""
    return round(at.timestamp() * 1000)


def family(kind: str, condition: str) -> str:
    """Return the cause under which an alarm is grouped: power and lines for what is offline, else what is measured."""
    return "line" if condition in FAULTS else FAMILY_OF.get(kind, "other")


def is_fault(kind: str, condition: str, alarming: frozenset[str]) -> bool:
    """Whether the instrument has something, not the process; ``alarming`` kinds alarm when they are missing."""
    return condition in FAULTS and not (condition == "offline" and kind in alarming)


def tier_of(tier: int, condition: str) -> int:
    """Return the tier: as the rule says, else (a fault that alarms has none) the usual one of the condition."""
    if tier in TIER_NAMES:
        return tier
    return WARNING if condition in WORST else NOTICE


def priority(tier: int, *, is_major: bool) -> int:
    """Return the priority, higher is worse."""
    return tier * 10 + (MAJOR_BONUS if is_major else 0)


def further(condition: str, peak: float | None, value: float | None) -> float | None:
    """Return the value that lies further off."""
    if peak is None or value is None:
        return peak if value is None else value
    return min(peak, value) if condition in FALLING else max(peak, value)


def number(value: Any) -> float | None:
    """Return a finite number, or None."""
    return None if value is None or not isfinite(value) else float(value)


def transition_key(datastream: int, condition: str, rule: str, at_ms: int, is_active: bool) -> str:
    """Return the key by which a transition is taken once, however often it is judged."""
    return f"{datastream}:{condition}:{rule}:{at_ms}:{'+' if is_active else '-'}"
