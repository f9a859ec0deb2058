"""The processes of one machine: their names, how each is started, and how it ends with its parent."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from anning.ops.lock import share

NAMES = ("serve", "live", "work", "gateways")
DEVICES = "devices"  # of the demo district, beside the others where there is one
COMMANDS = {DEVICES: "demo_devices"}  # where the command is not called like the process
PR_SET_PDEATHSIG = 1


def command(name: str) -> list[str]:
    """Return the command line that starts process ``name`` with this very interpreter."""
    return [sys.executable, "-m", "anning", COMMANDS.get(name, name)]


def follow_parent() -> None:
    """Have the kernel end this process when its parent dies, even by kill -9: no orphan keeps a port."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def enter(home: Path) -> None:
    """Begin the life of one process: it uses the home folder, and ends with its supervisor if it has one."""
    share(home)
    if "ANNING_SUPERVISOR" in os.environ:
        follow_parent()


def stop_on_signals(*, also: Callable[[], None] | None = None) -> threading.Event:
    """Return an event that SIGTERM and SIGINT set; ``also`` is called then, too."""
    stop = threading.Event()

    def told(number: int, frame: FrameType | None) -> None:
        stop.set()
        if also:
            also()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    return stop
