"""Keeps the processes of one machine alive, and stops them together."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from anning.ops.logs import ProcessLog

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
STEADY_S = 60.0  # a process that lived this long starts again without delay
STOP_S = 8.0
LOOK_S = 0.2


class Child:
    """One supervised process, its log, and when it may start again."""

    def __init__(self, name: str, command: list[str], logs: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.restarts = 0
        self.due_at = 0.0  # monotonic seconds
        self._command = command
        self._environment = dict(environment)
        self._log = ProcessLog(logs, name)
        self._delay = FIRST_DELAY_S
        self._process: subprocess.Popen[str] | None = None
        self._started_at = 0.0

    @property
    def pid(self) -> int:
        """The process number; 0 while it is down."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl+C reaches the supervisor alone."""
        self._process = subprocess.Popen(  # noqa: S603  # our own command
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
        self._started_at = time.monotonic()
        threading.Thread(target=self._copy, args=(self._process,), daemon=True).start()

    def is_down(self) -> bool:
        """Whether it is not running."""
        return self._process is None or self._process.poll() is not None

    def bury(self) -> str:
        """Note its death, plan the next start, and say how it ended."""
        process, self._process = self._process, None
        if process is None:
            return ""
        self._signal_group(process, signal.SIGKILL)  # what it left behind would hold its port
        lived = time.monotonic() - self._started_at
        self._delay = FIRST_DELAY_S if lived > STEADY_S else self._delay
        self.due_at = time.monotonic() + self._delay
        self._delay = min(self._delay * 2, LONGEST_DELAY_S)
        self.restarts += 1
        code = process.returncode
        return f"被信号 {-code} 结束" if code < 0 else f"退出码 {code}"

    def last_words(self) -> str:
        """What it wrote last."""
        return "\n".join(self._log.last)

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the process, and a SIGKILL to all that it started."""
        if self._process and self._process.poll() is None:
            if number == signal.SIGKILL:
                self._signal_group(self._process, number)
            else:
                self._process.send_signal(number)

    def close(self) -> None:
        """Close the log."""
        self._log.close()

    def _copy(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._log.write(line.rstrip())

    @staticmethod
    def _signal_group(process: "subprocess.Popen[str]", number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)


class Supervisor:
    """Starts the children, restarts what dies, stops all within ``STOP_S`` seconds."""

    def __init__(self, children: list[Child], say: Callable[[str], None]) -> None:
        self.children = children
        self._say = say

    def start(self) -> None:
        """Start every child."""
        for child in self.children:
            child.start()

    def watch(self, stop: threading.Event) -> None:
        """Restart what dies, until ``stop``."""
        while not stop.wait(LOOK_S):
            for child in self.children:
                self._look_after(child)

    def stop(self) -> bool:
        """Ask all children to end, then make them; return whether all ended when asked."""
        for child in self.children:
            child.tell(signal.SIGTERM)
        until = time.monotonic() + STOP_S
        while time.monotonic() < until and not all(child.is_down() for child in self.children):
            time.sleep(0.05)
        stubborn = [child for child in self.children if not child.is_down()]
        for child in stubborn:
            self._say(f"{child.name} 未在 {STOP_S:.0f} 秒内停止，强制结束。")
            child.tell(signal.SIGKILL)
        for child in self.children:
            child.close()
        return not stubborn

    def _look_after(self, child: Child) -> None:
        if child.pid and child.is_down():
            self._say(f"{child.name} 意外停止（{child.bury()}），将自动重启。\n{child.last_words()}")
        if not child.pid and time.monotonic() >= child.due_at:
            child.start()
            self._say(f"{child.name} 已重启（第 {child.restarts} 次）。")
