"""What the judge knows of all datastreams at once, in columns: whether a value can change anything is seen here."""

from collections.abc import Sequence
from math import isnan
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from anning.monitoring.judging.ruleset import FAR
from anning.monitoring.judging.watch import AHEAD_MS, GOOD, Watch

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]

MOST_IDS = 2**26
FOREVER = 2 * FAR  # never offline, never late, never flat


class Rows(NamedTuple):
    """Observations by the places of their datastreams; each with the moment of its reception."""

    places: Places
    at: Ints
    values: Floats
    qualities: NDArray[np.uint8]
    received: Ints

    def only(self, chosen: "Flags | Places | slice") -> "Rows":
        """Return some of the rows."""
        return Rows(
            self.places[chosen], self.at[chosen], self.values[chosen], self.qualities[chosen], self.received[chosen]
        )


class Columns:
    """One place per watch. ``low``, ``high``, ``until`` bound what is quiet; the rest moves with every value."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        limits = [watch.limits for watch in watches]
        self.ids = np.array([each.datastream for each in limits], np.int64)
        if len(self.ids) and not (self.ids.min() >= 0 and self.ids.max() < MOST_IDS):
            raise ValueError(f"ids of datastreams lie between 0 and {MOST_IDS}")
        self._places = np.full(int(self.ids.max(initial=-1)) + 3, -1, np.intp)  # by id + 1; strangers fall on the ends
        self._places[self.ids + 1] = np.arange(len(watches))
        self.offline = _spans([each.offline_ms for each in limits])
        self.late = _spans([each.late_ms for each in limits])
        self.flat = _spans([each.flat_ms for each in limits])
        self.has_late, self.has_flat = bool((self.late < FOREVER).any()), bool((self.flat < FOREVER).any())
        self.has_hours = any(each.profiles for each in limits)
        self.newest, self.overdue, self.until, self.since = np.empty((4, len(watches)), np.int64)
        self.low, self.high, self.last = np.empty((3, len(watches)))
        self.is_offline = np.zeros(len(watches), bool)
        self._mark = np.zeros(len(watches), np.intp)
        self._hot = np.zeros(len(watches), bool)
        self.store(np.arange(len(watches)), watches)

    def place(self, datastreams: NDArray[np.integer]) -> Places:
        """Return the place of each datastream, -1 for strangers."""
        return self._places.take(datastreams.astype(np.int64) + 1, mode="clip")

    def before(self, places: Places) -> Places | None:
        """Return for every row the row before it of the same datastream or -1; None when each comes once."""
        rows = np.arange(len(places))
        self._mark[places] = rows
        if (self._mark[places] == rows).all():
            return None
        keys = places.astype(np.uint16) if len(self._hot) <= 2**16 else places  # two bytes sort by radix
        order = np.argsort(keys, kind="stable")
        follows = places[order[1:]] == places[order[:-1]]
        before = np.full(len(places), -1)
        before[order[1:][follows]] = order[:-1][follows]
        return before

    def quiet(self, rows: Rows, before: Places | None) -> Flags:
        """Return which rows change nothing, if no row of the same datastream does."""
        places, at, values, received = rows.places, rows.at, rows.values, rows.received
        newest, overdue = self.newest[places], self.overdue[places]
        if before is not None:
            follows = before >= 0
            newest = np.where(follows, at[before], newest)
            overdue = np.where(follows, received[before] + self.offline[places], overdue)
        quiet: Flags = values > self.low[places]
        quiet &= values < self.high[places]
        quiet &= rows.qualities == GOOD
        quiet &= at > newest
        quiet &= at <= received + AHEAD_MS
        quiet &= received <= overdue
        if self.has_hours:
            quiet &= at < self.until[places]
        if self.has_late:
            quiet &= received - at <= self.late[places]
        if self.has_flat:
            since = at - self.since[places]
            quiet &= (values != self._last(rows, before)) | (since < self.flat[places])
        return quiet

    def hot(self, places: Places, quiet: Flags) -> Places:
        """Return the rows of all datastreams of which a row is not quiet, in order."""
        touched = places[~quiet]
        self._hot[touched] = True
        rows = np.flatnonzero(self._hot[places])
        self._hot[touched] = False
        return rows

    def advance(self, rows: Rows, before: Places | None) -> None:
        """Move every datastream to its last row, as if all were quiet."""
        places = rows.places
        if self.has_flat:
            changed = rows.values != self._last(rows, before)
            self.since[places[changed]] = rows.at[changed]
            self.last[places] = rows.values
        self.newest[places] = rows.at  # of several rows of one place the last is kept
        self.overdue[places] = rows.received + self.offline[places]

    def _last(self, rows: Rows, before: Places | None) -> Floats:
        last = self.last[rows.places]
        return last if before is None else np.where(before >= 0, rows.values[before], last)

    def fetch(self, places: Places, watches: Sequence[Watch]) -> None:
        """Bring the watches to where the columns are."""
        newest, heard = self.newest[places].tolist(), (self.overdue[places] - self.offline[places]).tolist()
        for number, watch in enumerate(watches):
            watch.newest, watch.heard = newest[number], heard[number]
        if self.has_flat:
            lasts, sinces = self.last[places].tolist(), self.since[places].tolist()
            for number, watch in enumerate(watches):
                if watch.has_flat:
                    watch.last = None if isnan(lasts[number]) else lasts[number]
                    watch.flat_since = sinces[number]

    def fetch_one(self, place: int, watch: Watch) -> None:
        """Bring one watch to where the columns are, quicker than ``fetch`` does."""
        watch.newest = int(self.newest[place])
        watch.heard = int(self.overdue[place] - self.offline[place])
        if watch.has_flat:
            last = float(self.last[place])
            watch.last, watch.flat_since = None if isnan(last) else last, int(self.since[place])

    def store(self, places: Places, watches: Sequence[Watch]) -> None:
        """Bring the columns to where the watches are."""
        for watch in watches:
            if watch.is_stale or watch.limits.late_ms is not None:
                watch.bind()
        self.newest[places] = [watch.newest for watch in watches]
        self.overdue[places] = self.offline[places] + [watch.heard for watch in watches]
        self.low[places] = [watch.low for watch in watches]
        self.high[places] = [watch.high for watch in watches]
        self.until[places] = [watch.until for watch in watches]
        self.is_offline[places] = ["offline" in watch.active for watch in watches]
        if self.has_flat:
            self.last[places] = [np.nan if watch.last is None else watch.last for watch in watches]
            self.since[places] = [watch.flat_since for watch in watches]

    def silent(self, now: int) -> list[int]:
        """Return the places whose silence has lasted too long and is not yet said."""
        places: list[int] = np.flatnonzero((self.overdue < now) & ~self.is_offline).tolist()
        return places


def _spans(spans: list[int | None]) -> Ints:
    return np.array([FOREVER if span is None else span for span in spans], np.int64)
