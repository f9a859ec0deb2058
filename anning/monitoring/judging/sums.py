"""Sums over the last minutes or hours: rain. Each value counts at its own moment, each moment once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import fsum, inf

from anning.monitoring.judging.ruleset import NEVER, WindowSum


class Sums:
    """The values of the longest window, and what they come to.

    ``is_total``: the values are a running total, which begins again at nothing; its rises are summed.
    """

    __slots__ = ("drops", "is_total", "longest", "sums", "told")

    def __init__(self, sums: tuple[WindowSum, ...], *, is_total: bool) -> None:
        self.sums, self.is_total = sums, is_total
        self.longest = max((total.window_ms for total in sums), default=0)
        self.drops: list[tuple[int, float]] = []  # sorted by moment
        self.told = NEVER  # until here it is known which sums fell

    def add(self, at: int, value: float) -> None:
        """Take a value in; the later arrival wins for one moment."""
        place = bisect_left(self.drops, (at, -inf))
        if place < len(self.drops) and self.drops[place][0] == at:
            self.drops[place] = at, value
        else:
            self.drops.insert(place, (at, value))

    def reckon(self, moment: int) -> Iterator[tuple[WindowSum, float]]:
        """Yield what every sum comes to at ``moment``."""
        for total in self.sums:
            yield total, self._sum(total.window_ms, moment)

    def fallen(self, moment: int, onsets: Mapping[str, int]) -> list[tuple[WindowSum, int, float]]:
        """Return which of the sums that stand fell until ``moment``, when and to what; forget what is too old."""
        fallen = []
        for total in self.sums:
            if total.rule not in onsets:
                continue
            since = max(onsets[total.rule], self.told) - total.window_ms
            for at, _value in self.drops[bisect_right(self.drops, (since, inf)) :]:
                left = at + total.window_ms
                if left > moment:
                    break
                if (found := self._sum(total.window_ms, left)) < total.limit:
                    fallen.append((total, left, found))
                    break
        self.told = max(self.told, moment)
        old = bisect_right(self.drops, (moment - self.longest, inf))
        del self.drops[: old - 1 if self.is_total and old else old]  # the rise after it needs the one before
        return fallen

    def adopt(self, told: int, drops: Iterable[tuple[int, float]]) -> None:
        """Take over what other sums knew."""
        self.told, self.drops = told, [(at, value) for at, value in drops]

    def _sum(self, window_ms: int, moment: int) -> float:
        begin, end = (bisect_right(self.drops, (at, inf)) for at in (moment - window_ms, moment))
        if not self.is_total:
            return round(fsum(value for _at, value in self.drops[begin:end]), 6)
        heights = [value for _at, value in self.drops[max(begin - 1, 0) : end]]
        return round(fsum(after - before if after >= before else after for before, after in pairwise(heights)), 6)
