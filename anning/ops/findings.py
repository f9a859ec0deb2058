"""What is wrong with an installation, in words that its administrator can act on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _


class Level(StrEnum):
    """How bad it is: an error keeps the platform from doing its work, a warning will one day."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was seen, and what to do when it is not well."""

    level: Level
    seen: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A finding with the name of the check that made it."""

    check: str
    title: str
    level: Level
    seen: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


Look = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the installation; a ``running`` check is cheap and belongs to the health page too."""

    name: str
    title: str | Promise
    look: Look
    running: bool


checks: dict[str, Check] = {}


def check(name: str, title: str | Promise, *, running: bool = False) -> Callable[[Look], Look]:
    """Make the function a check. Raises ValueError when the name is taken."""

    def keep(look: Look) -> Look:
        if name in checks:
            raise ValueError(f"check {name!r} is registered twice")
        checks[name] = Check(name, title, look, running)
        return look

    return keep


def examine(*, running_only: bool = False) -> Iterator[Result]:
    """Yield what every check finds; a check that fails itself is an error of its own, never silence."""
    for each in checks.values():
        if running_only and not each.running:
            continue
        try:
            found = list(each.look())
        except Exception as error:  # whatever it is, the administrator must read it
            found = [failed(_("检查未能完成：%s") % f"{type(error).__name__}: {error}", _("请把此信息交给技术支持"))]
        for finding in found:
            yield Result(each.name, str(each.title), finding.level, finding.seen, finding.remedy)


def worst(results: Iterable[Result]) -> Level:
    """Return the worst level among the results."""
    levels = {result.level for result in results}
    return next((level for level in (Level.ERROR, Level.WARNING) if level in levels), Level.OK)


def well(seen: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(Level.OK, seen)


def doubtful(seen: str, remedy: str) -> Finding:
    """Return a warning."""
    return Finding(Level.WARNING, seen, remedy)


def failed(seen: str, remedy: str) -> Finding:
    """Return an error."""
    return Finding(Level.ERROR, seen, remedy)
