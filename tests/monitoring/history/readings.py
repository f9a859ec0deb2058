"""Readings to try the history with."""

from collections.abc import Iterable

from anning.monitoring.observations import Observation, Observations

NOON = 1_784_692_800_000  # 2026-07-22 12:00 in Asia/Shanghai
DAY = 86_400_000


def batch(*rows: tuple[float, ...], received_ms: int = NOON) -> Observations:
    """Return a batch of (datastream, ms after noon, value[, quality])."""
    return Observations.of(
        (Observation(int(stream), NOON + int(at), value, *map(int, rest)) for stream, at, value, *rest in rows),
        received_ms,
    )


def pairs(series) -> list[tuple[int, float]]:
    """Return a series as (ms after noon, value)."""
    return list(zip((series.at_ms - NOON).tolist(), series.values.tolist(), strict=True))


def numbers(batches: Iterable[tuple[int, Observations]]) -> list[int]:
    """Return the numbers of batches."""
    return [number for number, _ in batches]
