"""Moments as tables write them: ISO, with slashes, Chinese, in parts, or counted since 1970. Pure."""

import re
from datetime import datetime

from anning.kernel.clock import ZONE

CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日\s*(?:(\d{1,2})[时点:](?:(\d{1,2})[分:]?)?(?:(\d{1,2})秒?)?)?")
PARTS = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d+)?)?)?")
BARE = re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})(?: (\d{1,2}))?(?: (\d{1,2}))?(?: (\d{1,2}))?")
DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?")
SECONDS = re.compile(r"\d{9,10}(\.\d+)?")
MILLISECONDS = re.compile(r"\d{12,13}")


def read_moment(text: str) -> int:
    """Return ms since 1970; a moment without zone is one of Asia/Shanghai. Raises ValueError for what is none."""
    text = " ".join(text.split())
    if MILLISECONDS.fullmatch(text):
        return int(text)
    if SECONDS.fullmatch(text):
        return round(float(text) * 1000)
    for form in (CHINESE, PARTS, BARE, DIGITS):
        if found := form.fullmatch(text):
            return _ms(datetime(*(int(part or 0) for part in found.groups()), tzinfo=ZONE))  # type: ignore[misc, arg-type]
    at = datetime.fromisoformat(text)
    return _ms(at if at.tzinfo else at.replace(tzinfo=ZONE))


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
