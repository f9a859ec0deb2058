"""One expression watched over the values of its datastreams, in the order in which they arrive."""

from typing import Any

from anning.monitoring.judging.expressions import parse_expression
from anning.monitoring.judging.ruleset import NEVER, Expression, Transition
from anning.monitoring.judging.watch import FAULT, GOOD, IGNORED, MAINTENANCE


class Bond:
    """The state of one expression. Its clock is the newest moment among its inputs.

    An input in fault or under maintenance, or last heard more than ``stale_ms`` ago, is unknown (by reception: devices'
    clocks differ); while the whole is unknown, nothing begins or ends. Raises BadExpression.
    """

    __slots__ = ("clock", "ended", "expression", "heard", "latest", "onset", "out", "since", "truth")

    def __init__(self, expression: Expression, out: list[Transition]) -> None:
        self.expression, self.out = expression, out
        self.truth = parse_expression(expression.text, expression.datastreams)
        self.latest: dict[int, tuple[int, float | None]] = {}
        self.clock, self.heard, self.ended = NEVER, NEVER, NEVER
        self.onset: int | None = None
        self.since: int | None = None  # holds since then, but not long enough yet

    @property
    def is_timed(self) -> bool:
        """Whether time alone can make it begin."""
        return self.since is not None

    def take(self, datastream: int, moment: int, value: float, quality: int, received: int) -> None:
        """Judge again after one value of an input."""
        self.wait(received)
        self.heard = received
        if quality == IGNORED:
            return
        self.clock = max(self.clock, moment)
        self._pass(self.clock)
        if quality == GOOD:
            self.latest[datastream] = received, value
        elif quality in (FAULT, MAINTENANCE):
            self.latest[datastream] = received, None
        self._settle(self.truth(self._known()))

    def wait(self, now: int) -> None:
        """Bring what time alone brings until ``now``."""
        if self.since is not None and now > self.heard:
            self._pass(self.clock + now - self.heard - self.expression.grace_ms)

    def end(self) -> None:
        """End it where it stands: the expression is gone or has changed."""
        if self.onset is not None:
            self._end(self.clock)

    def _known(self) -> dict[str, float | None]:
        oldest = self.heard - self.expression.stale_ms
        return {
            name: value
            for name, datastream in self.expression.datastreams.items()
            for heard, value in [self.latest.get(datastream, (NEVER, None))]
            if heard >= oldest
        }

    def _settle(self, holds: bool | None) -> None:
        if holds is None:
            return
        if not holds:
            self.since = None
            if self.onset is not None:
                self._end(self.clock)
        elif self.onset is None:
            self.since = self.clock if self.since is None else self.since
            if self.clock - self.since >= self.expression.hold_ms:
                self._begin(self.since + self.expression.hold_ms)

    def _pass(self, moment: int) -> None:
        if self.since is not None and self.since + self.expression.hold_ms < moment:
            self._begin(self.since + self.expression.hold_ms)

    def _begin(self, at: int) -> None:
        self.since, self.onset = None, max(at, self.ended)
        self._emit(self.onset, True)

    def _end(self, at: int) -> None:
        onset = self.onset or 0
        at = max(at, onset)
        self.onset, self.ended = None, max(at, onset + 1)
        self._emit(at, False)

    def _emit(self, at: int, is_active: bool) -> None:
        rule = self.expression
        self.out.append(Transition(rule.datastream, rule.key, "expression", at, is_active, None, None, rule.tier))

    def to_plain(self) -> dict[str, Any]:
        """Return the state for JSON."""
        latest = [(datastream, heard, value) for datastream, (heard, value) in self.latest.items()]
        facts = {"clock": self.clock, "heard": self.heard, "ended": self.ended, "onset": self.onset}
        return facts | {"since": self.since, "latest": latest, "text": self.expression.text}

    def from_plain(self, kept: dict[str, Any]) -> None:
        """Set what ``to_plain`` returned."""
        self.clock, self.heard, self.ended = kept["clock"], kept["heard"], kept["ended"]
        self.onset, self.since = kept["onset"], kept["since"]
        self.latest = {datastream: (heard, value) for datastream, heard, value in kept["latest"]}
