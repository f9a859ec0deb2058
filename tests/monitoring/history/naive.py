"""The history as a dictionary: what every answer must be equal to."""

import math
from collections import defaultdict
from dataclasses import dataclass, field

from anning.monitoring.observations import Observations, Quality
from tests.monitoring.history.readings import DAY

ZONE = 8 * 3_600_000


@dataclass
class Naive:
    """Readings by datastream and moment; later ones replace earlier ones."""

    readings: dict[int, dict[int, tuple[float, int]]] = field(default_factory=lambda: defaultdict(dict))
    newest: dict[int, tuple[int, float, int, int]] = field(default_factory=dict)
    batches: list[Observations] = field(default_factory=list)

    def append(self, batch: Observations) -> int:
        self.batches.append(batch)
        columns = (batch.datastreams, batch.at_ms, batch.values, batch.qualities)
        for stream, at, value, quality in zip(*(column.tolist() for column in columns), strict=True):
            self.readings[stream][at] = (value, quality)
            if stream not in self.newest or at >= self.newest[stream][0]:
                self.newest[stream] = (at, value, quality, batch.received_ms)
        return len(self.batches)

    def series(self, stream: int, start: int, end: int) -> list[tuple[int, float, int]]:
        return [(at, *reading) for at, reading in sorted(self.readings[stream].items()) if start <= at < end]

    def trend(self, stream: int, start: int, end: int, width: int, *, without_faults: bool) -> list[tuple]:
        buckets = defaultdict(list)
        for at, value, quality in self.series(stream, start, end):
            is_out = quality == Quality.MISSING or math.isnan(value) or (without_faults and quality == Quality.FAULT)
            if not is_out:
                buckets[(at + ZONE) // width * width - ZONE].append(value)
        return [
            (at, len(each), min(each), max(each), math.fsum(each) / len(each), each[0], each[-1])
            for at, each in sorted(buckets.items())
        ]

    def days(self, streams: list[int], first: int, last: int) -> list[tuple]:
        found = []
        for stream in sorted(streams):
            for day in range(first, last + 1):
                rows = self.series(stream, day * DAY - ZONE, (day + 1) * DAY - ZONE)
                good = [value for _, value, quality in rows if quality == Quality.GOOD and not math.isnan(value)]
                figures = (min(good), max(good), math.fsum(good)) if good else (math.nan,) * 3
                if rows:
                    found.append((stream, day, len(rows), len(good), *figures))
        return found

    def expire(self, today: int, keep: dict[int, int]) -> None:
        for stream, readings in self.readings.items():
            for at in [at for at in readings if keep[stream] and today - (at + ZONE) // DAY > keep[stream]]:
                del readings[at]
