"""One datastream watched over event time: the state between two values, and the transitions that a value brings.

The rules, in short (docs/rules-on-real-series.md tells them at length):

- A level must stand for ``delay_ms`` of event time; between two values the earlier one counts on. It ends by a value.
- GOOD values alone begin or end what concerns the process. FAULT and MAINTENANCE make a running delay start anew,
  UNCERTAIN and MISSING are passed over. What is a fault, or out of range, touches no level.
- While nothing arrives the datastream's clock runs on from its newest value: ``newest + (now - heard)``. What that
  brings comes at the latest before the next value is judged, so it does not depend on who asks for the time.
- A value not newer than the newest may begin a condition, at the newest moment, if it is within ``reorder_ms``;
  it never ends one. Older ones are not judged; sums alone take them in at their own moment. When for a minute all that
  comes is older, and goes on from there, the device's clock was set back, and is followed.
- A value from the future (more than ``AHEAD_MS`` after its reception) counts as of its reception.
"""

from math import inf, isnan
from typing import Any

from anning.monitoring.judging.hearing import Hearing
from anning.monitoring.judging.hours import next_change, profile_at
from anning.monitoring.judging.ruleset import FAULTS, LEVELS, NEVER, Limits, Transition
from anning.monitoring.judging.sums import Sums
from anning.monitoring.observations import Quality

AHEAD_MS = 60_000
IGNORED = -1  # in place of a quality: the value was too old to count
GOOD, FAULT, MAINTENANCE, MISSING = (
    int(each) for each in (Quality.GOOD, Quality.FAULT, Quality.MAINTENANCE, Quality.MISSING)
)
KEPT = ("active", "pending", "ended", "hits", "trail")


class Watch(Hearing):
    """The state of one datastream. ``low < value < high`` before ``until`` brings no transition."""

    __slots__ = (
        *("flat_since", "has_flat", "high", "hits", "is_asked", "is_special", "last", "levels", "low"),
        *("mark", "mode", "pending", "rain", "trail", "until"),
    )

    def __init__(self, limits: Limits, out: list[Transition], *, is_asked: bool = False) -> None:
        super().__init__(limits, out)
        self.is_asked = is_asked  # by expressions: they want every value
        self.is_special = is_asked or bool(limits.sums) or limits.rate_per_min is not None or limits.count is not None
        self.has_flat = limits.flat_ms is not None
        self.last: float | None = None
        self.flat_since = NEVER
        self.pending: dict[str, tuple[int, float, float]] = {}  # rule -> since when, newest value beyond, limit
        self.hits: list[int] = []  # moments beyond a level
        self.trail: list[tuple[int, float]] = []  # what the rate is measured against
        self.rain = Sums(limits.sums, is_total=limits.is_total) if limits.sums else None
        self.mode: float | None = None
        self.mark = 0  # the fingerprint of the limits, once it has been asked for
        self.levels: tuple[tuple[str, bool, float, float], ...] = ()  # rule, upper, limit, where it ends
        self.low, self.high, self.until = inf, -inf, NEVER

    def take(self, at: int, value: float, quality: int, received: int) -> int:
        """Judge one value; return the quality it has after the datastream's own fault marks, or IGNORED."""
        limits = self.limits
        was_stale, self.is_stale = self.is_stale, False
        if received != self.heard:  # lower when the house's own clock was set back
            self._hear(received)
        if at > received + AHEAD_MS:
            at = received
        is_late = at <= self.newest
        if is_late:
            if quality == GOOD and self.rain:
                self._add(at, value, self.newest, self.rain)
            if self.newest - at > limits.reorder_ms:
                if not self._is_set_back(at, received):
                    self.is_stale |= was_stale
                    return IGNORED
                self._forget()
                is_late = False
        if not is_late:
            self.newest = at
        moment = self.newest
        self._pass(moment)
        if moment >= self.until:
            self._select(moment)
        quality = self._take_quality(value, quality, moment, is_late)
        if quality == GOOD:
            self._take_good(value, moment, is_late)
        elif quality in (FAULT, MAINTENANCE) and self.pending and not is_late:
            self.pending.clear()
            self.is_stale = True
        if self.is_stale:
            self.low, self.high = inf, -inf  # what has just changed often changes again: bounds can wait
        elif was_stale:
            self.bind()
        return IGNORED if is_late else quality

    def wait(self, now: int) -> None:
        """Bring what time alone brings until ``now``, when nothing has been heard since ``heard``."""
        if now > self.heard > NEVER:
            self._judge_silence(now)
            if self.newest > NEVER:
                self._pass(self.newest + now - self.heard - self.limits.grace_ms)

    @property
    def is_timed(self) -> bool:
        """Whether time alone can bring something other than offline."""
        return bool(self.pending or self.hits or (self.rain and self.active) or self.lags)

    def bind(self) -> None:
        """Set ``low`` and ``high`` to the widest open interval in which a value changes nothing."""
        self.is_stale = False
        low, high, active = -inf, inf, self.active
        if self.is_special or self.until == NEVER or self.pending or self.lags or not FAULTS.isdisjoint(active):
            self.low, self.high = inf, -inf
            return
        limits = self.limits
        low = -inf if limits.range_low is None else limits.range_low
        high = inf if limits.range_high is None else limits.range_high
        for rule, is_upper, limit, end in self.levels:
            if is_upper == (rule in active):
                low = max(low, end if rule in active else limit)
            else:
                high = min(high, end if rule in active else limit)
        for mark in limits.fault_values:
            if low < mark < high:
                if self.last is None:
                    low, high = inf, -inf
                elif self.last > mark:
                    low = mark
                else:
                    high = mark
        self.low, self.high = low, high

    def _hear(self, received: int) -> None:
        self.wait(received)
        self.heard = received
        if "offline" in self.active:
            self._end("offline", received, None, self.offline_ms / 1000)
            self.flat_since = NEVER

    def _forget(self) -> None:
        """Forget what was measured against the clock as it was."""
        self.pending.clear()
        self.hits.clear()
        self.trail.clear()
        self.flat_since = self.until = NEVER
        if self.rain:
            self.rain.adopt(NEVER, ())

    def _take_quality(self, value: float, quality: int, moment: int, is_late: bool) -> int:
        """Return the quality after the datastream's own marks; begin and end what is wrong with the instrument."""
        active, low, high = self.active, self.limits.range_low, self.limits.range_high
        if quality == GOOD:
            quality = FAULT if value in self.limits.fault_values else MISSING if isnan(value) else GOOD
        if quality == FAULT and "fault" not in active:
            self._begin("fault", moment, None if isnan(value) else value, None)
        if quality != GOOD:
            return quality
        if "fault" in active and not is_late:
            self._end("fault", moment, value, None)
        crossed = low if low is not None and value < low else high if high is not None and value > high else None
        if crossed is None:
            if "out_of_range" in active and not is_late:
                self._end("out_of_range", moment, value, None)
            return GOOD
        if "out_of_range" not in active:
            self._begin("out_of_range", moment, value, crossed)
        return FAULT

    def _take_good(self, value: float, moment: int, is_late: bool) -> None:
        limits = self.limits
        is_quiet = self.low < value < self.high and not self.is_stale
        is_beyond = not is_quiet and self._judge_levels(value, moment, is_late)
        if is_late:
            return
        if limits.rate_per_min is not None:
            self._judge_rate(value, moment, limits.rate_per_min)
        if limits.count is not None:
            self._judge_count(moment, limits.count[0], is_beyond)
        if self.rain:
            self._add(moment, value, moment, self.rain)
        if limits.flat_ms is not None:
            self._judge_flat(value, moment, limits.flat_ms)
        self.last = value

    def _judge_levels(self, value: float, moment: int, is_late: bool) -> bool:
        is_beyond = False
        for rule, is_upper, limit, end in self.levels:
            beyond, over = (value >= limit, value < end) if is_upper else (value <= limit, value > end)
            is_beyond |= beyond
            if beyond or rule in self.active or rule in self.pending:
                self._settle(rule, moment, value, limit, beyond=beyond, over=over, is_late=is_late)
        return is_beyond

    def _settle(
        self, rule: str, moment: int, value: float, limit: float, *, beyond: bool, over: bool, is_late: bool = False
    ) -> None:
        """Begin, hold or end one condition of the process that may have to stand for the delay first."""
        delay = self.limits.delay_ms
        if rule in self.active:
            if over and not is_late:
                self._end(rule, moment, value, limit)
        elif beyond:
            since = self.pending[rule][0] if rule in self.pending else moment
            if moment - since >= delay:
                self.pending.pop(rule, None)
                self._begin(rule, since + delay, value, limit)
            else:
                self.pending[rule] = since, value, limit
                self.is_stale = True
        elif rule in self.pending and not is_late:
            del self.pending[rule]
            self.is_stale = True

    def _judge_rate(self, value: float, moment: int, limit: float) -> None:
        trail, since = self.trail, moment - self.limits.rate_ms
        while len(trail) > 1 and trail[1][0] <= since:
            trail.pop(0)
        if trail and trail[0][0] <= since:
            rate = (value - trail[0][1]) * 60_000 / (moment - trail[0][0])
            side = self.limits.rate_side
            size = abs(rate) if side == "both" else rate if side == "rise" else -rate
            self._settle("rate", moment, rate, limit, beyond=size >= limit, over=size < limit)
        trail.append((moment, value))

    def _judge_flat(self, value: float, moment: int, flat_ms: int) -> None:
        if value != self.last or self.flat_since == NEVER:
            self.flat_since = moment
            if "flat" in self.active:
                self._end("flat", moment, value, flat_ms / 1000)
        elif moment - self.flat_since >= flat_ms and "flat" not in self.active:
            self._begin("flat", self.flat_since + flat_ms, value, flat_ms / 1000)

    def _judge_count(self, moment: int, number: int, is_beyond: bool) -> None:
        if is_beyond:
            self.hits.append(moment)
        self._forget_hits(moment)
        if (len(self.hits) >= number) != ("count" in self.active):
            change = self._end if "count" in self.active else self._begin
            change("count", moment, len(self.hits), number)

    def _add(self, at: int, value: float, moment: int, rain: Sums) -> None:
        if isnan(value) or value in self.limits.fault_values:
            return
        rain.add(at, value)
        self._dry(moment, rain)
        for total, found in rain.reckon(moment):
            if found >= total.limit and total.rule not in self.active:
                self._begin(total.rule, moment, found, total.limit)
            elif found < total.limit and total.rule in self.active and at == moment:
                self._end(total.rule, moment, found, total.limit)

    def _dry(self, moment: int, rain: Sums) -> None:
        for total, left, found in rain.fallen(moment, self.active):
            self._end(total.rule, left, found, total.limit)

    def _pass(self, moment: int) -> None:
        """Bring what falls due before ``moment``: delays that ran out, counts and sums that fell."""
        if not (self.pending or self.hits or self.rain):
            return
        first = len(self.out)
        delay = self.limits.delay_ms
        for rule, (since, value, limit) in list(self.pending.items()):
            if since + delay < moment:
                del self.pending[rule]
                self._begin(rule, since + delay, value, limit)
        if self.hits:
            self._forget_hits(moment - 1)
        if self.rain:
            self._dry(moment - 1, self.rain)
        if len(self.out) - first > 1:
            self.out[first:] = sorted(self.out[first:], key=lambda transition: transition.at_ms)

    def _forget_hits(self, moment: int) -> None:
        number, window = self.limits.count or (1, 0)
        while self.hits and self.hits[0] + window <= moment:
            left = self.hits.pop(0) + window
            if "count" in self.active and len(self.hits) < number:
                self._end("count", left, len(self.hits), number)

    def _select(self, moment: int) -> None:
        """Choose the levels that stand from ``moment`` on; what has none any more ends."""
        limits, chosen = self.limits, profile_at(self.limits, moment, self.mode)
        self.until = next_change(limits, moment)
        given = [(name, getattr(chosen, name)) for name in LEVELS]
        self.levels = tuple(
            (name, upper, limit, limit - limits.deadband if upper else limit + limits.deadband)
            for name, limit in given
            if limit is not None
            for upper in [name in {"high", "high_high"}]
        )
        for name, limit in given:
            if limit is None:
                self.pending.pop(name, None)
                if name in self.active:
                    self._end(name, moment, None, None)
        self.is_stale = True

    def to_plain(self) -> dict[str, Any]:
        """Return what the columns of the judge do not hold, for JSON; nothing when there is nothing."""
        kept = {name: value for name in KEPT if (value := getattr(self, name))}
        if self.mode is not None:
            kept["mode"] = self.mode
        if self.behind is not None:
            kept["behind"] = self.behind
        return kept | {"rain": [self.rain.told, self.rain.drops]} if self.rain and self.rain.told > NEVER else kept

    def from_plain(self, kept: dict[str, Any]) -> None:
        """Set what ``to_plain`` returned."""
        self.active, self.ended, self.hits = kept.get("active", {}), kept.get("ended", {}), kept.get("hits", [])
        self.pending = {rule: tuple(facts) for rule, facts in kept.get("pending", {}).items()}
        self.trail = [(at, value) for at, value in kept.get("trail", ())]
        self.mode = kept.get("mode")
        self.behind = tuple(kept["behind"]) if "behind" in kept else None
        if self.rain and "rain" in kept:
            self.rain.adopt(*kept["rain"])
        self.until, self.is_stale = NEVER, True

    def adopt(self, before: "Watch", *, is_same: bool) -> None:
        """Take over the state of the same datastream: what stands stays until the next value.

        Under other limits delays start anew, and conditions that they do not know end.
        """
        for name in ("newest", "heard", "behind", "last", "flat_since", "ended", "hits", "trail"):
            setattr(self, name, getattr(before, name))
        if self.rain and before.rain:
            self.rain.adopt(before.rain.told, before.rain.drops)
        if is_same:
            self.pending, self.mode = before.pending, before.mode
        self.active = dict(before.active)
        self.end_all(self.newest, self.limits.rules())
