"""Reading settings from the environment, once, and refusing nonsense by name."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

# What kinds of values are called; those without a name are called as in Python.
KINDS = {
    "str": "文字",
    "int": "整数",
    "float": "数",
    "bool": "1 或 0",
    "date": "日期",
    "time": "时间",
    "time_of_day": "时:分",
}
TRUE, FALSE = {"1", "true", "yes", "on", "是"}, {"0", "false", "no", "off", "否", ""}


class BadSetting(ValueError):
    """A setting whose value cannot be used; the message names the variable."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"环境变量 {name} 无效：{why}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Setting:
    """One documented setting (docs/reference/settings.md is generated from these)."""

    name: str
    default: Any
    kind: str
    doc: str


KNOWN: dict[str, Setting] = {}


def env(name: str, default: T, *, cast: Callable[[str], T] | None = None, doc: str, choices: Sequence[T] = ()) -> T:
    """Return the setting ``name`` from the environment, or ``default``.

    ``cast`` turns the text into a value (``bool`` reads 1/true/是 …). Raises BadSetting, naming the
    variable, for a text that the cast or the choices refuse.
    """
    KNOWN[name] = Setting(name, default, (cast or type(default)).__name__, doc)
    text = os.environ.get(name)
    if text is None:
        return default
    value: T = _cast(name, text.strip(), cast)
    if choices and value not in choices:
        raise BadSetting(name, f"应为 {'、'.join(map(str, choices))} 之一，现为 {text!r}")
    return value


def setting_list(name: str, default: str, *, doc: str, cast: Callable[[str], str] | None = None) -> list[str]:
    """Return a comma-separated setting as a list without empty parts. Raises BadSetting for a part that is refused."""
    parts = [part.strip() for part in env(name, default, doc=doc).split(",") if part.strip()]
    return [_cast(name, part, cast) for part in parts]


def time_of_day(text: str) -> str:
    """Return a time of day as ``HH:MM``; an empty text stays. Raises ValueError for anything else."""
    return time.strftime("%H:%M", time.strptime(text, "%H:%M")) if text else ""


def _cast(name: str, text: str, cast: Callable[[str], Any] | None) -> Any:
    if cast is None:
        return text
    if cast is bool:
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        raise BadSetting(name, f"应为 1 或 0，现为 {text!r}")
    try:
        return cast(text)
    except ValueError:
        raise BadSetting(name, f"应为 {KINDS.get(cast.__name__, cast.__name__)}，现为 {text!r}") from None
