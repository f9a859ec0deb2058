"""The judge of all datastreams: batches of observations in, transitions out.

Most values change nothing, and that is seen for a whole batch at once (``Columns``); only datastreams near or beyond a
limit are walked value by value (``Watch``). Both give the same, whatever way the observations are cut into batches.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import repeat

import numpy as np

from anning.monitoring.judging import state
from anning.monitoring.judging.bonds import Bond
from anning.monitoring.judging.columns import Columns, Ints, Places, Rows
from anning.monitoring.judging.ruleset import NEVER, Expression, Ruleset, Transition
from anning.monitoring.judging.watch import AHEAD_MS, GOOD, Watch
from anning.monitoring.observations import Observations

FEW = 64  # rows: below, walking each is quicker than asking the columns


class Judge:
    """Judges observations by a ruleset; the state is a function of what it was given. Not for several threads."""

    def __init__(self, ruleset: Ruleset, *, few: int = FEW) -> None:
        self._few = few
        self._out: list[Transition] = []
        self._modes: dict[int, tuple[int, float]] = {}  # datastream of a mode -> since, mode
        self._watches: list[Watch] = []
        self._bonds: dict[str, Bond] = {}
        self._columns = Columns([])
        self._ahead: set[int] = set()  # places whose watches know more than the columns
        self.replace(ruleset)

    @property
    def ruleset(self) -> Ruleset:
        """What is judged by now."""
        return self._ruleset

    def judge(self, observations: Observations) -> list[Transition]:
        """Return every transition that these observations bring, in the order in which they bring it.

        Of one datastream and rule that is the order of event time.
        """
        if len(observations) <= self._few and not self._governed:
            self._walk_few(observations)
            return self._taken()
        return self.judge_received(observations, np.full(len(observations), observations.received_ms, np.int64))

    def judge_received(self, observations: Observations, received: Ints) -> list[Transition]:
        """Judge observations each of which was received at a moment of its own: history that is tried out."""
        places = self._columns.place(observations.datastreams)
        rows = Rows(places, observations.at_ms, observations.values, observations.qualities, received)
        begin = 0
        for end in self._changes_of_mode(observations):
            self._judge_rows(rows.only(slice(begin, end)))
            last = end - 1
            datastream = int(observations.datastreams[last])
            self._modes[datastream] = int(rows.at[last]), float(rows.values[last])
            self._set_mode(datastream)
            begin = end
        self._judge_rows(rows.only(slice(begin, None)))
        return self._taken()

    def tick(self, now_ms: int) -> list[Transition]:
        """Return what time alone has brought until ``now_ms``: silence, lag, delays that ran out without data.

        To be asked only when everything received before ``now_ms`` has been judged. A datastream never heard of counts
        from the first tick.
        """
        self._catch_up()
        places = sorted({*self._timed, *self._columns.silent(now_ms)})
        watches = [self._watches[place] for place in places]
        index = np.array(places, np.intp)
        self._columns.fetch(index, watches)
        for watch in watches:
            if watch.heard == NEVER:
                watch.heard = now_ms
            watch.wait(now_ms)
        self._store(index, watches)
        for bond in self._bonds.values():
            bond.wait(now_ms)
        return sorted(self._taken(), key=lambda transition: transition.at_ms)

    def resume(self, now_ms: int) -> None:
        """Count silence from ``now_ms`` on: until then nobody listened, so nobody is offline for it."""
        self._catch_up()
        index = np.arange(len(self._watches))
        self._columns.fetch(index, self._watches)
        for watch in self._watches:
            watch.heard = max(watch.heard, now_ms) if watch.heard != NEVER else NEVER
        for bond in self._bonds.values():
            bond.heard = max(bond.heard, now_ms) if bond.heard != NEVER else NEVER
        self._store(index, self._watches)

    def replace(self, ruleset: Ruleset) -> None:
        """Judge by other rules from now on.

        The state of unchanged limits stays; where they change, conditions stand until the next value and delays begin
        anew; what has lost its rule ends, which the next ``judge`` or ``tick`` tells. Raises BadExpression.
        """
        self._catch_up()
        old = {watch.limits.datastream: watch for watch in self._watches}
        self._columns.fetch(np.arange(len(self._watches)), self._watches)
        bonds = {each.key: self._bond(each) for each in ruleset.expressions}
        asked = {each for rule in ruleset.expressions for each in rule.datastreams.values()}
        watches = []
        for limits in ruleset.complete():
            special, before = limits.datastream in asked, old.pop(limits.datastream, None)
            if before is not None and before.limits == limits and before.is_asked == special:
                watches.append(before)
                continue
            watches.append(Watch(limits, self._out, is_asked=special))
            if before is not None:
                watches[-1].adopt(before, is_same=before.limits == limits)
        for gone in old.values():
            gone.end_all(gone.newest)
        for key, bond in self._bonds.items():
            if bonds.get(key) is not bond:
                bond.end()
        self._ruleset, self._watches, self._bonds = ruleset, watches, bonds
        self._lay_out()

    def dump(self) -> bytes:
        """Return the whole state, for ``load``."""
        self._catch_up()
        self._columns.fetch(np.arange(len(self._watches)), self._watches)
        return state.pack(self._watches, self._bonds, self._modes, self._out)

    def load(self, blob: bytes) -> None:
        """Go on from a dumped state. What has changed in the ruleset since counts as replaced. Raises ValueError."""
        fresh = Judge(self._ruleset, few=self._few)
        self._modes, owed = state.unpack(blob, fresh._watches, fresh._bonds, fresh._out)
        self._watches, self._bonds, self._out = fresh._watches, fresh._bonds, fresh._out
        self._out[:0] = owed
        self._lay_out()

    def _bond(self, expression: Expression) -> Bond:
        before = self._bonds.get(expression.key)
        return before if before and before.expression == expression else Bond(expression, self._out)

    def _lay_out(self) -> None:
        """Set up the columns and all that is found by place."""
        self._columns = Columns(self._watches)
        self._timed = {place for place, watch in enumerate(self._watches) if watch.is_timed}
        self._governed: dict[int, list[int]] = defaultdict(list)
        for place, watch in enumerate(self._watches):
            if watch.limits.mode_datastream is not None:
                self._governed[watch.limits.mode_datastream].append(place)
        self._place = {watch.limits.datastream: place for place, watch in enumerate(self._watches)}
        self._ahead.clear()
        self._asking: dict[int, list[Bond]] = defaultdict(list)
        for bond in self._bonds.values():
            for datastream in sorted(set(bond.expression.datastreams.values())):
                self._asking[self._place[datastream]].append(bond)
        for datastream in self._modes:
            self._set_mode(datastream)

    def _judge_rows(self, rows: Rows) -> None:
        if (rows.places < 0).any():
            rows = rows.only(rows.places >= 0)
        self._catch_up()
        columns = self._columns
        before = columns.before(rows.places)
        quiet = columns.quiet(rows, before)
        if quiet.all():
            columns.advance(rows, before)
            return
        hot = columns.hot(rows.places, quiet)
        index = np.unique(rows.places[hot])
        watches = [self._watches[place] for place in index.tolist()]
        columns.fetch(index, watches)
        columns.advance(rows, before)
        self._walk(zip(*(column.tolist() for column in rows.only(hot)), strict=True))
        self._store(index, watches)

    def _walk_few(self, observations: Observations) -> None:
        """Judge a small batch row by row; the columns are told when they are asked again."""
        places = [self._place.get(datastream, -1) for datastream in observations.datastreams.tolist()]
        for place in places:
            if place >= 0 and place not in self._ahead:
                self._columns.fetch_one(place, self._watches[place])
                self._ahead.add(place)
        rows = observations.at_ms.tolist(), observations.values.tolist(), observations.qualities.tolist()
        self._walk(zip(places, *rows, repeat(observations.received_ms)))

    def _walk(self, rows: Iterable[tuple[int, int, float, int, int]]) -> None:
        """Judge row by row; a datastream's own bounds are asked first, as the columns would."""
        watches, asking = self._watches, self._asking
        for place, moment, value, quality, heard in rows:
            if place < 0:
                continue
            watch = watches[place]
            if (
                watch.low < value < watch.high
                and quality == GOOD
                and watch.newest < moment < watch.until
                and heard - watch.heard <= watch.offline_ms
                and heard - moment <= watch.late_ms
                and moment <= heard + AHEAD_MS
                and (not watch.has_flat or value != watch.last)
            ):
                watch.newest, watch.heard = moment, heard
                if watch.has_flat:
                    watch.last, watch.flat_since = value, moment
                continue
            found = watch.take(moment, value, quality, heard)
            if place in asking:
                for bond in asking[place]:
                    bond.take(watch.limits.datastream, watch.newest, value, found, heard)

    def _catch_up(self) -> None:
        """Bring the columns to where small batches have brought the watches."""
        if self._ahead:
            places = sorted(self._ahead)
            self._store(np.array(places, np.intp), [self._watches[place] for place in places])
            self._ahead.clear()

    def _store(self, index: Places, watches: list[Watch]) -> None:
        self._columns.store(index, watches)
        for place, watch in zip(index.tolist(), watches, strict=True):
            if watch.is_timed:
                self._timed.add(place)
            else:
                self._timed.discard(place)

    def _changes_of_mode(self, observations: Observations) -> list[int]:
        """Return after which rows the mode of operation is another."""
        if not self._governed:
            return []
        cuts, modes = [], dict(self._modes)
        for row in np.flatnonzero(np.isin(observations.datastreams, list(self._governed))).tolist():
            datastream, moment = int(observations.datastreams[row]), int(observations.at_ms[row])
            value = float(observations.values[row])
            since, mode = modes.get(datastream, (NEVER, None))
            if observations.qualities[row] == GOOD and moment > since and value != mode:
                modes[datastream] = moment, value
                cuts.append(row + 1)
        return cuts

    def _set_mode(self, datastream: int) -> None:
        for place in self._governed.get(datastream, ()):
            watch = self._watches[place]
            watch.mode, watch.until = self._modes[datastream][1], NEVER
            self._columns.until[place] = NEVER

    def _taken(self) -> list[Transition]:
        taken = self._out[:]
        self._out.clear()
        return taken
