"""Trying rules out against history: what would have been alarmed, and when."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from anning.kernel.words import gettext as _
from anning.monitoring.judging.judge import Judge
from anning.monitoring.judging.ruleset import FAULTS, Ruleset, Transition
from anning.monitoring.observations import Observations

AT_ONCE = 100_000  # rows
SPOKEN = {
    "high_high": lambda: _("高高报"),
    "high": lambda: _("高报"),
    "low": lambda: _("低报"),
    "low_low": lambda: _("低低报"),
    "rate": lambda: _("变化过快"),
    "count": lambda: _("频繁越限"),
    "window_sum": lambda: _("累计超限"),
    "expression": lambda: _("组合条件"),
    "flat": lambda: _("长时间不变"),
    "out_of_range": lambda: _("超出量程"),
    "fault": lambda: _("设备故障"),
    "offline": lambda: _("离线"),
    "late": lambda: _("数据迟到"),
}


class Series(Protocol):
    """Columns of one datastream, sorted by time, as the history gives them."""

    @property
    def at_ms(self) -> NDArray[np.int64]: ...
    @property
    def values(self) -> NDArray[np.float64]: ...
    @property
    def qualities(self) -> NDArray[np.uint8]: ...


class Occurrence(NamedTuple):
    """One alarm or fault that would have been: from its onset to its return, None when it still stands at the end."""

    datastream: int
    rule: str
    condition: str
    tier: int
    onset_ms: int
    return_ms: int | None
    value: float | None
    limit: float | None

    @property
    def is_fault(self) -> bool:
        """Whether it concerns the instrument and not the process."""
        return self.condition in FAULTS


def would_have(ruleset: Ruleset, series: Mapping[int, Series], until_ms: int | None = None) -> list[Occurrence]:
    """Return what the rules would have raised on these series, in the order of onset.

    Every value counts as received at its own time. Silence is judged until ``until_ms``, else until the last value.
    """
    judge, changes = Judge(ruleset), []
    rows = _merged(series)
    for begin in range(0, len(rows), AT_ONCE):
        part = slice(begin, begin + AT_ONCE)
        batch = Observations(rows.datastreams[part], rows.at_ms[part], rows.values[part], rows.qualities[part], 0)
        changes += judge.judge_received(batch, batch.at_ms)
    if until_ms is not None:
        changes += judge.tick(until_ms)
    return occurrences(changes)


def occurrences(transitions: Iterable[Transition]) -> list[Occurrence]:
    """Return onsets with their returns, in the order of onset."""
    found: list[Occurrence] = []
    open_: dict[tuple[int, str], int] = {}
    for each in transitions:
        key = each.datastream, each.rule
        if each.is_active:
            open_[key] = len(found)
            found.append(Occurrence(*key, each.condition, each.tier, each.at_ms, None, each.value, each.limit))
        elif key in open_:
            place = open_.pop(key)
            found[place] = found[place]._replace(return_ms=each.at_ms)
    return sorted(found, key=lambda occurrence: occurrence.onset_ms)


def explain(found: Iterable[Occurrence]) -> str:
    """Say in one sentence how often the rules would have spoken."""
    found = list(found)
    alarms = Counter(each.condition for each in found if not each.is_fault)
    faults = Counter(each.condition for each in found if each.is_fault)
    parts = [_("会报警 %(count)s 次") % {"count": alarms.total()} + _listed(alarms)]
    if faults:
        parts.append(_("判为故障 %(count)s 次") % {"count": faults.total()} + _listed(faults))
    closed = [each.return_ms - each.onset_ms for each in found if not each.is_fault and each.return_ms is not None]
    if closed:
        parts.append(_("最长 %(minutes)s 分钟") % {"minutes": f"{max(closed) / 60_000:.1f}"})
    return "；".join(parts)


def _listed(counts: Counter[str]) -> str:
    if not counts:
        return ""
    listed = [f"{SPOKEN[condition]()} {count}" for condition, count in counts.most_common()]
    return f"（{'、'.join(listed)}）"


def _merged(series: Mapping[int, Series]) -> Observations:
    """Return all series as one, by time; at one moment in the order given."""
    if not series:
        return Observations.of([], 0)
    ids = np.repeat(list(series), [len(each.at_ms) for each in series.values()]).astype(np.int32)
    at = np.concatenate([each.at_ms for each in series.values()])
    order = np.argsort(at, kind="stable")
    values = np.concatenate([each.values for each in series.values()])
    qualities = np.concatenate([each.qualities for each in series.values()])
    return Observations(ids[order], at[order], values[order], qualities[order], 0)
