"""Whole platforms in processes of their own, each with its own home and ports."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests import postgres

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "anning")
PATIENCE_S = 180


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a platform in ``home`` on free ports; the developer's own settings stay out."""
    names = ("ANNING_PORT", "ANNING_LIVE_PORT", "ANNING_GATEWAY_PORT", "ANNING_MQTT_PORT")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ANNING_", "DJANGO_"))}
    ports = {name: str(free_port()) for name in names}
    small = {"ANNING_DEMO_RESIDENTS": "400", "ANNING_DEMO_DAYS": "0"}  # the whole district takes a minute
    own = {"ANNING_HOME": str(home), "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
    return clean | ports | small | own | settings


def run(home: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run one ``anning`` command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def make_database(name: str, *, like: str = "template1") -> None:
    """Make a database in the cluster of this test run, as a copy of ``like``."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))


class Platform:
    """A running ``anning up``; what it says is kept in ``said``."""

    def __init__(
        self, home: Path, *arguments: str, command: Sequence[str] = COMMAND, cwd: Path = ROOT, **settings: str
    ) -> None:
        self.home = home
        self.environment = environment(home, **settings)
        self.said: list[str] = []
        self._news = threading.Condition()
        self._patience = threading.Event()
        self.process = subprocess.Popen(
            [*command, "up", *arguments],
            cwd=cwd,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.said.append(line.rstrip())
                self._news.notify_all()

    def wait_for(self, *words: str) -> str:
        """Return the first line that holds all ``words``, as soon as it is said."""

        def heard() -> str:
            return next((line for line in self.said if all(word in line for word in words)), "")

        with self._news:
            assert self._news.wait_for(heard, PATIENCE_S), f"never said {words}:\n" + "\n".join(self.said)
            return heard()

    @property
    def address(self) -> str:
        """Where its pages are, once it runs."""
        return self.wait_for("已启动").partition("：")[2].strip()

    def get(self, path: str, *, authority: Path | None = None) -> Any:
        """Return the answer of its pages; certificates are checked against ``authority``."""
        context = ssl.create_default_context(cafile=str(authority)) if authority else None
        handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
        direct = urllib.request.build_opener(*handlers)
        for _ in range(PATIENCE_S * 10):
            try:
                return direct.open(f"{self.address}{path}", timeout=20)
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError) or self.process.poll() is not None:
                    raise
                self._patience.wait(0.1)  # a child that was just restarted does not listen yet
        raise TimeoutError(path)

    def children(self) -> dict[str, int]:
        """Return the process numbers of its children, by name."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().split(b"\0")
                parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == self.process.pid and b"anning" in words:
                found[words[words.index(b"anning") + 1].decode()] = int(path.parent.name)
        return found

    def stop(self) -> int:
        """Ask it to stop; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


PlatformOf = Callable[..., Platform]


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation as ``anning up`` leaves it before it runs; tests copy it."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    done = run(home, "up", "--no-demo", "--prepare-only")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(prepared_home: Path, tmp_path: Path) -> Path:
    """A fresh installation on SQLite."""
    return Path(shutil.copytree(prepared_home, tmp_path / "home"))


@pytest.fixture
def platform_of(tmp_path: Path) -> Iterator[PlatformOf]:
    """``platform_of("--tls", ANNING_PORT="…")`` starts a platform; all are stopped at the end."""
    started: list[Platform] = []

    def start(*arguments: str, **settings: str) -> Platform:
        started.append(Platform(tmp_path / "home", *arguments, **settings))
        return started[-1]

    yield start
    for platform in started:
        platform.stop()
