"""The shifts of the centre: between the hours at which the watch changes."""

from datetime import datetime, time, timedelta

from django.conf import settings

from anning.kernel import clock


def shift_of(at: datetime) -> tuple[datetime, datetime]:
    """Return when the shift at ``at`` began and when it ends."""
    local = clock.local(at)
    times = sorted(time.fromisoformat(text) for text in settings.SHIFTS)
    days = [local.date() + timedelta(days=shift) for shift in (-1, 0, 1)]
    turns = [datetime.combine(day, turn, clock.ZONE) for day in days for turn in times]
    return max(turn for turn in turns if turn <= local), min(turn for turn in turns if turn > local)
