"""Judgements of the registry; pure."""

from re import compile as pattern
from unicodedata import normalize

from anning.kernel.pinyin import full

# What a firm's name may carry or not without meaning another firm; brackets are stripped of what NFKC left of them.
USUAL = pattern(r"天津市?|股份|有限|责任|公司|集团|\(.*?\)|[\s·.,、-]")


def bare_name(name: str) -> str:
    """Return what distinguishes a name: without city, legal form, brackets and signs."""
    return USUAL.sub("", normalize("NFKC", name))


def are_alike(one: str, other: str) -> bool:
    """Whether two names may be two spellings of one: the same without legal form and signs, or of the same sound."""
    one, other = bare_name(one), bare_name(other)
    if not one or not other:
        return False
    return one == other or (len(one) == len(other) and bool(set(full(one)) & set(full(other))))
