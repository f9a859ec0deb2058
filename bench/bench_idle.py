"""The whole platform at rest: sum of PSS of all its processes, and how long a second start takes.

One JSON line: ``pss_mb`` (limit 600) and ``second_start_s`` (limit 15).
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SETTLE_S = 30
PORTS = ("ANNING_PORT", "ANNING_LIVE_PORT", "ANNING_GATEWAY_PORT", "ANNING_MQTT_PORT")


def free_port() -> str:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return str(trial.getsockname()[1])


def start(home: str) -> tuple["subprocess.Popen[str]", float]:
    """Start the platform; return it and the seconds until it announced itself."""
    environment = os.environ | {name: free_port() for name in PORTS} | {"ANNING_HOME": home}
    began = time.perf_counter()
    command = [sys.executable, "-m", "anning", "up"]
    platform = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert platform.stdout is not None
    for line in platform.stdout:
        if "已启动" in line:
            return platform, time.perf_counter() - began
    raise RuntimeError("the platform did not start")


def stop(platform: "subprocess.Popen[str]") -> None:
    """Stop the platform."""
    platform.send_signal(signal.SIGTERM)
    platform.wait()


def family(root: int) -> set[int]:
    """Return the process and all that it started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def pss_mb(pids: set[int]) -> float:
    """Return the proportional set size of the processes, in MB."""
    rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() for pid in pids)
    return sum(int(line.split()[1]) for lines in rollups for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        first, first_s = start(home)
        stop(first)
        second, second_s = start(home)
        time.sleep(SETTLE_S)
        used = pss_mb(family(second.pid))
        stop(second)
    print(
        json.dumps(
            {
                "bench": "idle",
                "pss_mb": round(used),
                "first_start_s": round(first_s, 1),
                "second_start_s": round(second_s, 1),
            }
        )
    )
