"""The conditions of one datastream that stand: they begin, end, and are told."""

from anning.monitoring.judging.ruleset import NO_TIER, Limits, Transition, tiers_of


class Conditions:
    """What stands of the rules of one datastream. Of one rule no two onsets share a moment, and none goes back."""

    __slots__ = ("active", "ended", "is_stale", "limits", "out")

    def __init__(self, limits: Limits, out: list[Transition]) -> None:
        self.limits, self.out = limits, out
        self.active: dict[str, int] = {}  # rule -> onset
        self.ended: dict[str, int] = {}  # rule -> earliest moment of the next onset
        self.is_stale = True  # something has begun or ended since bounds were set

    def end_all(self, at: int, but: set[str] | frozenset[str] = frozenset()) -> None:
        """End what stands, except the rules named."""
        for rule in [rule for rule in self.active if rule not in but]:
            self._end(rule, at, None, None)

    def _begin(self, rule: str, at: int, value: float | None, limit: float | None) -> None:
        at = max(at, self.ended.get(rule, at))
        self.active[rule] = at
        self._tell(rule, at, value, limit)

    def _end(self, rule: str, at: int, value: float | None, limit: float | None) -> None:
        onset = self.active.pop(rule)
        at = max(at, onset)
        self.ended[rule] = max(at, onset + 1)
        self._tell(rule, at, value, limit)

    def _tell(self, rule: str, at: int, value: float | None, limit: float | None) -> None:
        limits, condition, is_active = self.limits, rule.partition(".")[0], rule in self.active
        tier = tiers_of(limits.tiers).get(condition, NO_TIER)
        if condition == "window_sum":
            tier = next((total.tier for total in limits.sums if total.rule == rule), tier)
        self.out.append(Transition(limits.datastream, rule, condition, at, is_active, value, limit, tier))
        self.is_stale = True
