"""The one clock. All code asks it; it can be accelerated at process start for all processes alike.

``ANNING_CLOCK`` = ``<start>@<rate>@<anchor>``: at the real instant ``anchor`` (seconds since 1970) it
shows ``start`` (ISO 8601 with offset) and runs ``rate`` times as fast. Unset: real time.
``anning up`` writes the anchor when it is missing, so that its children agree.
"""

import os
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from anning.kernel.env import BadSetting

ZONE = ZoneInfo("Asia/Shanghai")  # the only zone in which legal days are counted


@dataclass(frozen=True, slots=True)
class Clock:
    """Shows ``start`` at the real instant ``anchor`` and runs ``rate`` times as fast."""

    start: datetime
    rate: float
    anchor: float

    def at(self, real: float) -> datetime:
        """Return the aware UTC instant shown at the real instant ``real`` (seconds since 1970)."""
        return self.start + timedelta(seconds=(real - self.anchor) * self.rate)


def parse(text: str) -> Clock | None:
    """Return the clock that ``ANNING_CLOCK`` describes; None for an empty text. Raises BadSetting."""
    if not text:
        return None
    start_text, *rest = text.split("@")
    try:
        rate, anchor = (float(part) for part in (*rest, str(time.time()))[:2])
        start = datetime.fromisoformat(start_text)
    except ValueError:
        raise BadSetting("ANNING_CLOCK", "应为 开始时间@倍速@基准秒，如 2026-07-20T08:00+08:00@60") from None
    if start.tzinfo is None or not 0 < rate <= 100_000 or not 0 <= anchor < 1e11 or len(rest) > 2:
        raise BadSetting("ANNING_CLOCK", "开始时间须带时区，倍速须大于 0 且不超过 100000，基准秒为 1970 年以来的秒数")
    return Clock(start.astimezone(UTC), rate, anchor)


_clock = parse(os.environ.get("ANNING_CLOCK", ""))


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return _clock.at(time.time()) if _clock else datetime.now(UTC)


def today() -> date:
    """Return the current legal day in Asia/Shanghai."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """Return the instant as Asia/Shanghai shows it."""
    return instant.astimezone(ZONE)


def real_seconds(span: timedelta) -> float:
    """Return how many real seconds pass while the clock shows ``span`` (for sleeping loops)."""
    return span.total_seconds() / (_clock.rate if _clock else 1.0)
