"""Official numbers (发文字号): how they are written and read. Taking the next one is a service's business.

GB/T 9704-2012 7.2.5: agency mark, year in 〔〕, serial without leading zeros and without 第.
"""

import re
from dataclasses import dataclass

OPENING, CLOSING = r"〔\[［【(（", r"〕\]］】)）"  # inside a character class
WRITTEN = re.compile(
    rf"(?P<prefix>[^\d{OPENING}{CLOSING}]+)[{OPENING}](?P<year>\d{{4}})[{CLOSING}]第?(?P<serial>\d+)号"
)
PREFIX = re.compile(rf"[^\s\d{OPENING}{CLOSING}]+")


@dataclass(frozen=True, slots=True, order=True)
class OfficialNumber:
    """``prefix`` is the agency's mark, e.g. 津宁应急字. Raises ValueError for parts that no number has."""

    prefix: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        if not PREFIX.fullmatch(self.prefix):
            raise ValueError(f"机关代字 {self.prefix!r} 不能为空，不能含数字、空格或括号")
        if not 1949 <= self.year <= 9999 or self.serial < 1:
            raise ValueError(f"年份 {self.year} 或序号 {self.serial} 不合规")

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕{self.serial}号"


def parse(text: str) -> OfficialNumber:
    """Return the number written in ``text``, forgiving blanks, other brackets, 第 and zeros. Raises ValueError."""
    found = WRITTEN.fullmatch(re.sub(r"\s+", "", text))
    if not found:
        raise ValueError(f"“{text}”不是文号，应如 津宁应急字〔2026〕3号")
    return OfficialNumber(found["prefix"], int(found["year"]), int(found["serial"]))
