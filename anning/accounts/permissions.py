"""All permissions there are: each room declares its own; roles hold names or patterns."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from django.utils.functional import Promise

VERBS = ("view", "add", "change", "delete", "import", "export")

_known: dict[str, str | Promise] = {}


def declare(name: str, label: str | Promise) -> str:
    """Declare a permission such as ``accounts.change_person`` with its Chinese label; return its name."""
    _known[name] = label
    return name


def known() -> dict[str, str | Promise]:
    """Every declared permission with its label."""
    return dict(sorted(_known.items()))


def expand(patterns: Iterable[str]) -> frozenset[str]:
    """Return the declared permissions that match any of the patterns (``accounts.view_*``, ``*``)."""
    return frozenset(name for name in _known for pattern in patterns if fnmatchcase(name, pattern))
