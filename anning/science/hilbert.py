"""The order of points along a Hilbert curve: neighbours in the order are neighbours on the ground."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Steps: TypeAlias = NDArray[Any]  # 32 bits without sign

LEVELS = 16  # 65 536 steps on each axis: under a metre in a district
ALL = (1 << LEVELS) - 1


def hilbert_order(x: Floats, y: Floats) -> NDArray[np.int64]:
    """Return the indices that sort the points along the curve through their bounding box.

    Source: Warren (2012), Hacker's Delight, 2nd ed., ch. 16, vectorised.
    """
    across, up = _steps(x), _steps(y)
    key: Steps = np.zeros(len(x), np.uint32)
    for level in range(LEVELS - 1, -1, -1):
        right, high = across >> level & 1, up >> level & 1
        key = key << 2 | (3 * right ^ high)
        flip = ((high == 0) & (right == 1)) * np.uint32(ALL)
        across, up = across ^ flip, up ^ flip
        across, up = np.where(high == 0, up, across), np.where(high == 0, across, up)
    return np.argsort(key, kind="stable")


def _steps(values: Floats) -> Steps:
    """Return the values as whole steps from the least to the greatest."""
    low, high = (values.min(), values.max()) if len(values) else (0.0, 0.0)
    scale = ALL / (high - low) if high > low else 0.0
    return ((values - low) * scale).astype(np.uint32)
