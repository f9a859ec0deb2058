"""Which levels stand at a moment: by the hour of the day in China, or by the mode of operation."""

from anning.monitoring.judging.ruleset import DAY_MS, FAR, Limits, Profile

CHINA_MS = 8 * 3_600_000  # one zone without summer time since 1991
MINUTE_MS = 60_000


def profile_at(limits: Limits, at_ms: int, mode: float | None) -> "Limits | Profile":
    """Return the first profile that holds, else the usual levels."""
    minute = (at_ms + CHINA_MS) % DAY_MS // MINUTE_MS
    return next((profile for profile in limits.profiles if profile.holds(minute, mode)), limits)


def next_change(limits: Limits, at_ms: int) -> int:
    """Return the next moment at which the hours change what stands."""
    edges = {minute for profile in limits.profiles if profile.hours for minute in profile.hours}
    if not edges:
        return FAR
    midnight = at_ms - (at_ms + CHINA_MS) % DAY_MS
    moments = [midnight + day * DAY_MS + minute * MINUTE_MS for day in (0, 1) for minute in edges]
    return min(moment for moment in moments if moment > at_ms)
