"""How much the doors bear: connections in all and from one address, frames a second of one device."""

import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from ipaddress import ip_address

from django.conf import settings

from anning.gateways.directory import Memory

BURST_S = 20.0  # so many seconds' worth of frames may come at once: back-fill after an outage
LONGEST_PAUSE_S = 5.0


@dataclass(slots=True)
class Limits:
    """Counts what is open, and slows down who sends too much; ``rate`` frames a second of one device."""

    connections: int = field(default_factory=lambda: settings.DEVICE_CONNECTIONS)
    per_address: int = field(default_factory=lambda: settings.DEVICE_CONNECTIONS_EACH)
    rate: int = field(default_factory=lambda: settings.DEVICE_FRAMES_S)
    open: Counter[str] = field(default_factory=Counter)
    in_all: int = 0

    def enter(self, address: str) -> str:
        """Count a new connection; return why it is refused, or "". Whoever was let in must ``leave``."""
        if self.in_all >= self.connections:
            return "too_many"
        # The machine itself is trusted: a local broker or the simulator speaks for many devices.
        if self.open[address] >= self.per_address and not ip_address(address).is_loopback:
            return "too_many_from_address"
        self.open[address] += 1
        self.in_all += 1
        return ""

    def leave(self, address: str) -> None:
        """Count a connection that has ended."""
        self.in_all -= 1
        self.open[address] -= 1
        if self.open[address] <= 0:
            del self.open[address]

    def pause_s(self, memory: Memory, frames: int) -> float:
        """Return how long a sender of ``frames`` must wait before it is heard again."""
        now = time.monotonic()
        if memory.filled_at:
            memory.tokens = min(self.rate * BURST_S, memory.tokens + (now - memory.filled_at) * self.rate)
        else:
            memory.tokens = self.rate * BURST_S
        memory.filled_at = now
        memory.tokens -= frames
        return min(LONGEST_PAUSE_S, -memory.tokens / self.rate) if memory.tokens < 0 else 0.0


def raise_file_limit() -> None:
    """Allow this process as many open sockets as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
