"""Waiting for what others must let happen: asks again and again, and says what never came."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
PATIENCE_S = 60


def until(ask: Callable[[], Answer], patience_s: float = PATIENCE_S) -> Answer:
    """Return the first true answer of ``ask``. Raises AssertionError when none comes within ``patience_s``."""
    end = time.monotonic() + patience_s
    while not (answer := ask()):
        assert time.monotonic() < end, f"{ask} has not come true in {patience_s} s"
        time.sleep(0.05)
    return answer
