"""Drawing lots by weight: the order of a round, and whom a spot check is for. Pure."""

from collections.abc import Mapping
from math import ceil, log
from random import Random


def order(weights: Mapping[int, float], seed: int) -> list[int]:
    """Return all keys in random order, heavy ones likely first; the same seed gives the same order.

    Each key draws an exponential waiting time with its weight as rate (Efraimidis and Spirakis), so the chance to be
    next is the key's share of the weight that is left.
    """
    random = Random(seed)  # noqa: S311 - lots that must be repeatable, no secret
    waits = {key: -log(1 - random.random()) / max(weight, 1e-9) for key, weight in sorted(weights.items())}
    return sorted(waits, key=lambda key: (waits[key], key))


def sample(weights: Mapping[int, float], share: float, seed: int) -> list[int]:
    """Return a share of the keys, at least one of any, drawn by weight without repetition."""
    return order(weights, seed)[: ceil(share * len(weights))]


def weight_of(*, is_major: bool, is_key: bool, alarms: int, open_findings: int, days_unseen: int) -> float:
    """Return the risk weight of an enterprise: what it is, what it did lately, how long nobody looked."""
    return 1.0 + 2.0 * is_major + 1.0 * is_key + min(alarms, 10) * 0.3 + open_findings * 1.0 + min(days_unseen, 7) * 0.2
