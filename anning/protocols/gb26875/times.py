"""Time tags: six bytes of Beijing time, second first, year since 2000; plain binary unless a profile says otherwise."""

from datetime import datetime, timedelta, timezone

from anning.protocols.gb26875.profiles import STANDARD, Profile

BEIJING = timezone(timedelta(hours=8))
NO_TIME = bytes(6)


def moment(tag: bytes, profile: Profile = STANDARD) -> datetime | None:
    """Return the naive local time in a tag; None for zeros and for times that no calendar has."""
    second, minute, hour, day, month, year = _parts(tag, profile)
    if year > 99:
        return None
    try:
        return datetime(2000 + year, month, day, hour, minute, second)  # noqa: DTZ001 (as on the wire)
    except ValueError:
        return None


def utc_ms(tag: bytes, profile: Profile = STANDARD) -> int | None:
    """Return the tag's instant in ms since 1970 UTC; None when it is no time."""
    local = moment(tag, profile)
    return None if local is None else int(local.replace(tzinfo=BEIJING).timestamp()) * 1000


def tag_of(instant: datetime) -> bytes:
    """Return the tag of an instant; a naive one is taken as Beijing time. Raises ValueError outside 2000-2099."""
    local = instant.astimezone(BEIJING) if instant.tzinfo else instant
    if not 2000 <= local.year < 2100:
        raise ValueError(f"a time tag knows the years 2000-2099, not {local.year}")
    return bytes((local.second, local.minute, local.hour, local.day, local.month, local.year - 2000))


def _parts(tag: bytes, profile: Profile) -> tuple[int, ...]:
    if len(tag) != 6:
        return (0,) * 6
    parts = tuple(reversed(tag)) if profile.year_first else tuple(tag)
    if profile.bcd:
        # A nibble over nine makes a number that no calendar has.
        parts = tuple((part >> 4) * 10 + (part & 15) if part & 15 < 10 and part < 0xA0 else 255 for part in parts)
    return parts
