"""Pinyin initials, so that ``ltjd`` finds 芦台街道. Every reading of a polyphone is kept (乐: l and y)."""

from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin

MOST = 12  # combinations kept for one name


@lru_cache(maxsize=8192)
def initials(text: str) -> tuple[str, ...]:
    """Return the initials of ``text`` in every reading, likeliest first; letters and digits stay, signs go."""
    letters = [
        tuple(dict.fromkeys(r[0].lower() for r in readings if r and r[0].isalnum())) for readings in _readings(text)
    ]
    chosen = ["".join(parts) for _, parts in zip(range(MOST), product(*(p for p in letters if p)), strict=False)]
    return tuple(dict.fromkeys(c for c in chosen if c))


def initials_key(text: str) -> str:
    """Return what the ``initials`` column keeps: all readings, parted by blanks."""
    return " ".join(initials(text))


def _readings(text: str) -> list[list[str]]:
    likely = pinyin(text, style=Style.FIRST_LETTER, heteronym=False, errors=list, strict=False)
    every = pinyin(text, style=Style.FIRST_LETTER, heteronym=True, errors=list, strict=False)
    if len(likely) != len(every):
        return likely
    return [[*a, *(r for r in b if r not in a)] for a, b in zip(likely, every, strict=True)]
