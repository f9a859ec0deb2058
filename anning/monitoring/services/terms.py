"""The clocks and bounds in force, and starting an alarm's clocks with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from anning.kernel import clock, rulebook
from anning.monitoring import logic
from anning.monitoring.models import Alarm, AlarmStep


@dataclass(frozen=True, slots=True)
class Terms:
    """What the rule pack gives for alarms on one day."""

    clocks: logic.Clocks
    chatter: timedelta
    agreeing: int
    alarming: frozenset[str]


def terms(at: datetime) -> Terms:
    """Return the terms in force at ``at``; read once for each legal day."""
    return _terms_on(clock.local(at).date())


@lru_cache(maxsize=8)
def _terms_on(day: Any) -> Terms:
    hold: Mapping[str, Any] = rulebook.value("ALM-HOLD-MINUTES", day)
    return Terms(
        clocks=logic.Clocks(
            acknowledge=rulebook.value("ALM-ACK-MINUTES", day),
            hold=hold["usual"],
            most_hold=hold["most"],
            unresolved=rulebook.value("ALM-UNRESOLVED-MINUTES", day),
            check=rulebook.value("ALM-CHECK-MINUTES", day),
        ),
        chatter=timedelta(minutes=rulebook.value("ALM-CHATTER-MINUTES", day)),
        agreeing=rulebook.value("ALM-AGREE-POINTS", day),
        alarming=frozenset(rulebook.value("ALM-OFFLINE-KINDS", day)),
    )


def start_clocks(alarm: Alarm, since: datetime, clocks: logic.Clocks) -> None:
    """Start all clocks of an alarm that asks for somebody: acknowledgement, next tier, check, next in line."""
    alarm.check_due_at = None if alarm.verdict else clocks.check_due_at(alarm.tier, since)
    alarm.tier_due_at = clocks.tier_due_at(alarm.tier, since) if alarm.is_active and not alarm.verdict else None
    alarm.due_at = clocks.due_at(alarm.tier, since)
    alarm.step, alarm.step_due_at = 0, step_due_at(alarm.steps, 0, since)


def step_due_at(steps: list[dict[str, Any]], step: int, since: datetime) -> datetime | None:
    """Return when ``step`` is due, counted from when the one before was; None past the end."""
    return since + timedelta(minutes=steps[step]["after_minutes"]) if step < len(steps) else None


def frozen_steps(tier: int) -> list[dict[str, Any]]:
    """Return whom to tell at this tier, as an alarm keeps it from its start."""
    rows = AlarmStep.objects.filter(tier=tier).order_by("position")
    return list(rows.values("after_minutes", "target", "post"))
