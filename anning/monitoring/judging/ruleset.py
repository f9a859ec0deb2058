"""What is judged by: limits of one datastream, expressions over several, and what comes out. Plain values.

Times are milliseconds, instants milliseconds since 1970 UTC.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, Self

from anning.kernel.errors import Refused
from anning.kernel.words import gettext as _

NO_TIER, NOTICE, WARNING, ALARM = range(4)  # 提示 预警 报警; faults have no tier
LEVELS = ("low_low", "low", "high", "high_high")
FAULTS = frozenset({"out_of_range", "fault", "flat", "offline", "late"})  # for those who mend devices
USUAL_TIERS = {
    "high_high": WARNING, "high": NOTICE, "low": NOTICE, "low_low": WARNING,
    "rate": NOTICE, "count": NOTICE, "window_sum": NOTICE, "expression": WARNING,
}  # fmt: skip
DAY_MS = 86_400_000
LONGEST_MS = 1_000 * DAY_MS
FAR = 2**60  # ms: later than every instant, and still added to without overflow
NEVER = -FAR
SHARES = ("deadband_share", "range_margin")
REALS = (*LEVELS, "deadband", "range_low", "range_high", "rate_per_min")
SPANS = ("delay_ms", "rate_ms", "flat_ms", "offline_ms", "late_ms", "reorder_ms", "grace_ms", "mode_datastream")


class Transition(NamedTuple):
    """A condition that begins (``is_active``) or ends, at its moment in event time.

    ``rule`` names it among all rules of the datastream: the condition itself for most, ``window_sum.60m.50`` for sums,
    the expression's key for expressions. ``value`` is None where none belongs to it (offline).
    """

    datastream: int
    rule: str
    condition: str
    at_ms: int
    is_active: bool
    value: float | None
    limit: float | None
    tier: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Levels that stand in for the usual ones by hours of the day (minutes since midnight in China) or by mode.

    ``hours`` (1320, 360) reaches over midnight; ``mode`` is the value of the datastream ``Limits.mode_datastream``.
    """

    low_low: float | None = None
    low: float | None = None
    high: float | None = None
    high_high: float | None = None
    hours: tuple[int, int] | None = None
    mode: float | None = None

    def __post_init__(self) -> None:
        if self.hours is not None:
            object.__setattr__(self, "hours", tuple(self.hours))
            if not all(0 <= minute <= 1440 for minute in self.hours) or self.hours[0] == self.hours[1]:
                raise Refused(_("时段应为一天之内的两个不同时刻"), _("请以零点起的分钟数填写，如 [1320, 360]"))
        _check_numbers(self, (*LEVELS, "mode"), ())
        _check_rising(self)

    def holds(self, minute: int, mode: float | None) -> bool:
        """Whether the profile stands at this minute of the day in this mode."""
        if self.mode is not None and self.mode != mode:
            return False
        if self.hours is None:
            return True
        since, until = self.hours
        return since <= minute < until if since < until else not until <= minute < since


@dataclass(frozen=True, slots=True)
class WindowSum:
    """A limit on the sum of all values of the last ``window_ms``: rain."""

    window_ms: int
    limit: float
    tier: int = NOTICE

    def __post_init__(self) -> None:
        _check_numbers(self, ("limit",), ("window_ms", "tier"))
        if self.window_ms <= 0:
            raise Refused(_("限值中的时长、次数、变化率和回差不得为负"), _("请改正后重试"))

    @property
    def rule(self) -> str:
        """The name of the rule, e.g. ``window_sum.60m.50``."""
        minutes, rest = divmod(self.window_ms, 60_000)
        span = f"{self.window_ms / 1000:g}s" if rest else f"{minutes}m"
        return f"window_sum.{span}.{self.limit:g}"


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of one datastream; None means not judged.

    A level stands from ``high`` on and ends below ``high - deadband``. ``count`` (n, window_ms): so many values beyond
    a level within the window, however short each time. ``rate_per_min`` is measured over ``rate_ms`` (0: from value to
    value). ``sums`` add values, or the rises of a running total (``is_total``). ``late_ms`` is how far the newest value
    may lag behind its reception. A value older than the newest is judged within ``reorder_ms``. ``grace_ms`` is waited
    for further data before time alone lets a delay run out.
    """

    datastream: int
    low_low: float | None = None
    low: float | None = None
    high: float | None = None
    high_high: float | None = None
    deadband: float = 0.0
    delay_ms: int = 0
    range_low: float | None = None
    range_high: float | None = None
    fault_values: tuple[float, ...] = ()
    rate_per_min: float | None = None
    rate_ms: int = 60_000
    rate_side: str = "both"  # rise, fall
    flat_ms: int | None = None
    offline_ms: int | None = None
    late_ms: int | None = None
    count: tuple[int, int] | None = None
    sums: tuple[WindowSum, ...] = ()
    is_total: bool = False
    profiles: tuple[Profile, ...] = ()
    mode_datastream: int | None = None
    reorder_ms: int = 60_000
    grace_ms: int = 1_000
    tiers: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        for name in ("fault_values", "sums", "profiles"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.count is not None:
            object.__setattr__(self, "count", tuple(self.count))
        pairs = self.tiers.items() if isinstance(self.tiers, Mapping) else self.tiers
        object.__setattr__(self, "tiers", tuple(sorted((str(name), int(tier)) for name, tier in pairs)))
        self._check()

    def _check(self) -> None:
        _check_numbers(self, REALS, SPANS)
        _check_rising(self)
        if self.count is not None and (len(self.count) != 2 or not all(type(each) is int for each in self.count)):
            raise TypeError("count")
        if not all(_is_real(mark) for mark in self.fault_values):
            raise TypeError("fault_values")
        least = (self.deadband, self.delay_ms, self.rate_ms, self.reorder_ms, self.grace_ms, self.late_ms or 0)
        spans = [span for span in (self.flat_ms, self.offline_ms, self.rate_per_min) if span is not None]
        if min(least) < 0 or min([*spans, *(self.count or ())], default=1) <= 0:
            raise Refused(_("限值中的时长、次数、变化率和回差不得为负"), _("请改正后重试"))
        if type(self.is_total) is not bool:
            raise TypeError("is_total")
        if self.rate_side not in {"both", "rise", "fall"}:
            raise Refused(_("变化率方向应为 both、rise 或 fall"), _("请改正后重试"))
        _check_single("sum", (total.rule for total in self.sums))

    @classmethod
    def of(cls, datastream: int, facts: Mapping[str, Any]) -> Self:
        """Return limits from plain values as JSON and rule packs hold them.

        ``deadband_share`` is a share of the range, as is ``range_margin``, by which a signal may leave the range and
        still be one (a current loop reaches a little beyond both ends). Raises Refused for what is no limit.
        """
        if strange := set(facts) - {each.name for each in fields(cls)} - set(SHARES):
            raise Refused(_("不认识的限值项：%(names)s") % {"names": "、".join(sorted(strange))}, _("请改正后重试"))
        try:
            facts = _reckoned(facts) | {"datastream": datastream}
            facts["sums"] = tuple(WindowSum(**total) for total in facts.get("sums", ()))
            facts["profiles"] = tuple(Profile(**profile) for profile in facts.get("profiles", ()))
            return cls(**facts)
        except (TypeError, ValueError) as error:
            raise Refused(_("限值的形式不对：%(why)s") % {"why": error}, _("请改正后重试")) from None

    def tier(self, condition: str) -> int:
        """Return the tier of a condition: the datastream's own, else the usual one; none for faults."""
        return tiers_of(self.tiers).get(condition, NO_TIER)

    def rules(self) -> set[str]:
        """Return the names of all rules that can stand."""
        levels = [self, *self.profiles]
        named = {name for name in LEVELS if any(getattr(each, name) is not None for each in levels)}
        named |= {"fault"} | {total.rule for total in self.sums}
        optional = {
            "out_of_range": (self.range_low, self.range_high),
            "rate": (self.rate_per_min,),
            "flat": (self.flat_ms,),
            "offline": (self.offline_ms,),
            "late": (self.late_ms,),
            "count": (self.count,),
        }
        return named | {name for name, values in optional.items() if any(value is not None for value in values)}


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition over several datastreams, e.g. ``votes(2, a > 25, b > 25, c > 25)``; an alarm of ``datastream``.

    ``datastreams`` gives each name in ``text`` its datastream. An input not heard for ``stale_ms`` is unknown.
    """

    key: str
    text: str
    datastreams: Mapping[str, int]
    datastream: int = 0  # 0: the first that is named
    hold_ms: int = 0
    stale_ms: int = 300_000
    grace_ms: int = 1_000
    tier: int = WARNING

    def __post_init__(self) -> None:
        object.__setattr__(self, "datastreams", dict(self.datastreams))
        if not self.datastreams:
            raise Refused(_("组合条件没有用到任何点位"), _("请至少写一个点位"))
        if not self.datastream:
            object.__setattr__(self, "datastream", next(iter(self.datastreams.values())))

    def __hash__(self) -> int:
        return hash((self.key, self.text, self.datastream))


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The limits of all datastreams, one each, and the expressions over them. Raises ValueError for doubles."""

    limits: tuple[Limits, ...] = ()
    expressions: tuple[Expression, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", tuple(self.limits))
        object.__setattr__(self, "expressions", tuple(self.expressions))
        _check_single("datastream", (limits.datastream for limits in self.limits))
        _check_single("expression", (expression.key for expression in self.expressions))

    def complete(self) -> "tuple[Limits, ...]":
        """Return the limits, with empty ones for datastreams that only expressions know."""
        known = {limits.datastream for limits in self.limits}
        asked = {named for expression in self.expressions for named in expression.datastreams.values()}
        return (*self.limits, *(Limits(each) for each in sorted(asked - known)))


@lru_cache
def tiers_of(own: tuple[tuple[str, int], ...]) -> Mapping[str, int]:
    """Return the tier of every condition that has one: the usual ones under a datastream's own."""
    return USUAL_TIERS | dict(own)


def _reckoned(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with the shares of the range made numbers."""
    plain = {name: _whole(value) if name in SPANS else value for name, value in facts.items()}
    share, margin = (plain.pop(name, 0) for name in SHARES)
    low, high = plain.get("range_low"), plain.get("range_high")
    if low is not None and high is not None:
        plain["deadband"] = plain.get("deadband", share * (high - low))
        plain |= {"range_low": low - margin * (high - low), "range_high": high + margin * (high - low)}
    return plain


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_real(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_numbers(rule: object, reals: Iterable[str], spans: Iterable[str]) -> None:
    """Raise TypeError, naming the field, for what is no finite number, or no whole number of at most some years."""
    for name in reals:
        if (value := getattr(rule, name)) is not None and not _is_real(value):
            raise TypeError(f"{name} {value!r}")
    for name in spans:
        if (value := getattr(rule, name)) is not None and not (type(value) is int and abs(value) <= LONGEST_MS):
            raise TypeError(f"{name} {value!r}")


def _check_rising(levels: "Limits | Profile") -> None:
    given = [value for name in LEVELS if (value := getattr(levels, name)) is not None]
    if any(b <= a for a, b in pairwise(given)):
        raise Refused(_("限值应由低低报到高高报依次增大"), _("请检查四个限值"))


def _check_single(what: str, names: Iterable[object]) -> None:
    seen: set[object] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} {name} stands twice in the ruleset")
        seen.add(name)
