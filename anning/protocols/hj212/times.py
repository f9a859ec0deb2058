"""Times of HJ 212: fourteen digits, seventeen with milliseconds (QN), Beijing time."""

import re
from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
_DIGITS = re.compile(r"\d{14}(\d{3})?", re.ASCII)


def moment(text: str) -> datetime | None:
    """Return the naive local time that the digits say; None when they say none."""
    if not _DIGITS.fullmatch(text):
        return None
    parts = [int(text[:4]), *(int(text[at : at + 2]) for at in range(4, 14, 2)), int(text[14:] or 0) * 1000]
    try:
        return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 (as on the wire)
    except ValueError:
        return None


def utc_ms(text: str) -> int | None:
    """Return the instant in ms since 1970 UTC; None when the digits say none."""
    local = moment(text)
    if local is None:
        return None
    return (local.replace(tzinfo=BEIJING) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def stamp(instant: datetime) -> str:
    """Return fourteen digits; a naive instant is taken as Beijing time."""
    return _local(instant).strftime("%Y%m%d%H%M%S")


def qn_of(instant: datetime) -> str:
    """Return the seventeen digits of a QN."""
    local = _local(instant)
    return f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"


def _local(instant: datetime) -> datetime:
    return instant.astimezone(BEIJING) if instant.tzinfo else instant
