"""Judgements about delivery: values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from anning.kernel import clock

ORANGE = 3  # from this level on nothing is held at night


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` (included) to ``end`` (excluded) by Asia/Shanghai; may reach over midnight."""

    start: time
    end: time

    def covers(self, at: datetime) -> bool:
        """Whether it is quiet at this instant."""
        shown = clock.local(at).time()
        if self.start <= self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end

    def end_after(self, at: datetime) -> datetime:
        """Return the next instant at which the quiet ends."""
        local = clock.local(at)
        ending = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return ending if ending > local else ending + timedelta(days=1)


def due_time(at: datetime, level: int, *, quiet: QuietHours, breaks_quiet: bool, disturbs: bool) -> datetime:
    """Return when to send what is ready ``at``: at once, or when the quiet hours end."""
    if level >= ORANGE or breaks_quiet or not disturbs or not quiet.covers(at):
        return at
    return quiet.end_after(at)


def retry_at(ended_at: datetime, number: int, *, seconds: Sequence[int], most: int) -> datetime | None:
    """Return when to try again after try ``number`` (from 1) failed; None when it was the last."""
    if number >= most:
        return None
    return ended_at + timedelta(seconds=seconds[min(number, len(seconds)) - 1])


def masked(address: str) -> str:
    """Return an address or number so that it can be recognised but not used."""
    if "@" in address:
        name, _at, host = address.partition("@")
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) >= 8 else "****"


def filled(text: str, facts: dict[str, str]) -> str:
    """Return a template's text with its {marks} filled; marks without a fact stay as they are."""
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value)
    return text
