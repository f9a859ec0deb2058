"""What looks like a number of one person: a citizen's ID number (GB 11643), a mobile telephone number."""

import re
from unicodedata import normalize

from anning.kernel.errors import Refused
from anning.kernel.words import gettext as _

DAY = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
ID_NUMBER = re.compile(rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{DAY}\d{{3}}[\dXx](?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def has_personal_number(text: str) -> bool:
    """Whether ``text`` contains an ID number with a right check digit, or a mobile number; full width counts too."""
    plain = normalize("NFKC", text or "")
    return bool(MOBILE.search(plain)) or any(is_id_number(found.group()) for found in ID_NUMBER.finditer(plain))


def refuse_in_title(title: str) -> None:
    """Raise Refused for a title with a personal number: titles stand in the journal, where nothing can be erased."""
    if has_personal_number(title):
        raise Refused(
            _("标题中似有身份证号或手机号"), _("请写在正文中"), fields={"title": _("含身份证号或手机号，请写在正文中")}
        )


def is_id_number(text: str) -> bool:
    """Whether the last of 18 signs is the check digit of the others (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, text[:17], strict=True))
    return CHECKS[total % 11] == text[17].upper()
