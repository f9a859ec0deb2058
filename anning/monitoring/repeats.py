"""Readings that come again: a device whose acknowledgement was lost sends them anew, and they must count once. Pure."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from anning.monitoring.observations import Observations

MOST_ROWS = 500_000  # that are remembered
FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)  # odd: no bit is lost


class Repeats:
    """Remembers the readings that came last, and tells those that come again from those that come late."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most_rows = most_rows
        self._newest = np.full(1024, -1, np.int64)  # phenomenon time by datastream
        self._marks: deque[NDArray[np.uint64]] = deque()
        self._rows = 0

    def without(self, batch: Observations) -> Observations:
        """Return the batch without the rows that have come before."""
        if not len(batch) or not self._any_late(batch):
            return batch
        marks = _marks_of(batch)
        is_new = np.zeros(len(batch), np.bool_)
        is_new[np.unique(marks, return_index=True)[1]] = True
        for known in self._marks:
            is_new &= ~np.isin(marks, known)
        return Observations(
            batch.datastreams[is_new],
            batch.at_ms[is_new],
            batch.values[is_new],
            batch.qualities[is_new],
            batch.received_ms,
        )

    def remember(self, batch: Observations) -> None:
        """Know the batch again from now on; it is in the history."""
        if len(batch):
            self._make_room(int(batch.datastreams.max()))
            np.maximum.at(self._newest, batch.datastreams, batch.at_ms)
            self._keep(_marks_of(batch))

    def _any_late(self, batch: Observations) -> bool:
        """Whether a row is not newer than all before it of its datastream: only such a one can be a repetition."""
        self._make_room(int(batch.datastreams.max()))
        order = np.argsort(batch.datastreams, kind="stable")
        streams, at_ms = batch.datastreams[order], batch.at_ms[order]
        before = np.concatenate(([-1], at_ms[:-1]))
        is_first = np.concatenate(([True], streams[1:] != streams[:-1]))
        before[is_first] = self._newest[streams[is_first]]
        return not bool((at_ms > before).all())

    def _keep(self, marks: NDArray[np.uint64]) -> None:
        if self._marks and len(self._marks[-1]) + len(marks) <= 4096:  # few large pieces are compared sooner
            self._marks[-1] = np.concatenate((self._marks[-1], marks))
        else:
            self._marks.append(marks)
        self._rows += len(marks)
        while self._rows > self._most_rows and len(self._marks) > 1:
            self._rows -= len(self._marks.popleft())

    def _make_room(self, highest: int) -> None:
        if highest >= len(self._newest):
            grown = np.full(2 * highest, -1, np.int64)
            grown[: len(self._newest)] = self._newest
            self._newest = grown


def _marks_of(batch: Observations) -> NDArray[np.uint64]:
    """Return a number of 64 bits for each row, the same for the same datastream, moment, value and quality."""
    mixed: NDArray[np.uint64] = (batch.datastreams.astype(np.uint64) * np.uint64(8) + batch.qualities) * FACTORS[0]
    mixed ^= (batch.at_ms.astype(np.uint64) + np.uint64(1)) * FACTORS[1]
    mixed ^= (batch.values.view(np.uint64) >> np.uint64(7)) * FACTORS[2]
    mixed ^= batch.values.view(np.uint64)
    return mixed
