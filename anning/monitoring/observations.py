"""Observations in columns: what gateways hand in, the historian keeps and the rules judge. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray


class Quality(IntEnum):
    """How far a value can be trusted; only GOOD values may raise alarms of the process."""

    GOOD = 0
    UNCERTAIN = 1  # the device doubts it, or its clock was wrong
    FAULT = 2  # out of range, sensor or line fault, the format's own fault mark
    MAINTENANCE = 3  # calibration, manual setting, maintenance mark
    MISSING = 4  # reported as missing; the value is NaN


class Observation(NamedTuple):
    """One value of one datastream: its id, phenomenon time in ms since 1970 UTC, value, quality."""

    datastream: int
    at_ms: int
    value: float
    quality: int = Quality.GOOD


@dataclass(frozen=True, slots=True)
class Observations:
    """Columns of equal length, in the order of arrival.

    ``datastreams`` int32 ids, ``at_ms`` int64 phenomenon times (ms since 1970 UTC), ``values`` float64,
    ``qualities`` uint8, ``received_ms`` the one moment at which the batch arrived.
    """

    datastreams: NDArray[np.int32]
    at_ms: NDArray[np.int64]
    values: NDArray[np.float64]
    qualities: NDArray[np.uint8]
    received_ms: int

    def __post_init__(self) -> None:
        if not len(self.datastreams) == len(self.at_ms) == len(self.values) == len(self.qualities):
            raise ValueError("columns of observations differ in length")

    def __len__(self) -> int:
        return len(self.datastreams)

    @classmethod
    def of(cls, rows: Iterable[Observation | tuple[int, int, float, int]], received_ms: int) -> Self:
        """Return columns made of rows (datastream, at_ms, value, quality)."""
        columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
        return cls(
            np.array(columns[0], np.int32),
            np.array(columns[1], np.int64),
            np.array(columns[2], np.float64),
            np.array(columns[3], np.uint8),
            received_ms,
        )
