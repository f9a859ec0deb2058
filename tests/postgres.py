"""A real PostgreSQL cluster for one run of the tests, run as a plain user in a folder that is thrown away.

The first process that asks starts it and stops it at its end; its children (xdist workers, platform
processes) find it through ANNING_TEST_POSTGRES, the folder of its socket.
"""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from anning.vault.database import database_from_url

# Speed only: nobody pulls the plug of a test run. What the platform promises about its own commits is untouched.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}
PATIENCE_S = 30


def url(name: str = "anning") -> str:
    """Return the ANNING_DATABASE_URL of database ``name`` in this run's cluster, starting it when nobody has."""
    if "ANNING_TEST_POSTGRES" not in os.environ:
        os.environ["ANNING_TEST_POSTGRES"] = str(_start())
    return f"postgres://anning@/{name}?host={os.environ['ANNING_TEST_POSTGRES']}"


def database(name: str = "anning") -> dict[str, Any]:
    """Return the product's own Django settings for a database in this run's cluster."""
    return database_from_url(url(name), Path())


def binary(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, of the newest version installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if not found:
        raise RuntimeError("PostgreSQL is missing: apt-get install postgresql")
    return str(found[-1])


def _start() -> Path:
    """Make a cluster, wait until it answers, and return the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="anning-pg-", dir="/tmp"))  # a socket's path holds 107 bytes at most
    user = os.environ.get("ANNING_TEST_POSTGRES_USER", "postgres") if os.getuid() == 0 else None
    if user:  # PostgreSQL refuses to run as root
        shutil.chown(folder, user, user)
    data = folder / "data"
    make = [binary("initdb"), "-D", str(data), "-U", "anning", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run([*_as(user), *make], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    serve = [binary("postgres"), "-D", str(data), "-k", str(folder), *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*_as(user, ends_with_us=True), *serve], stdout=log, stderr=log, cwd=folder)
    atexit.register(_stop, os.getpid(), process, folder)
    _wait(process, folder)
    return folder


def _as(user: str | None, *, ends_with_us: bool = False) -> list[str]:
    """Return the command prefix that drops root, and lets the kernel end the server when we are killed."""
    drop = [f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
    ending = ["--pdeathsig=INT"] if ends_with_us else []
    return ["setpriv", *drop, *ending] if drop or ending else []


def _wait(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    ready = [binary("pg_isready"), "-q", "-h", str(folder), "-d", "postgres", "-U", "anning"]
    until = time.monotonic() + PATIENCE_S
    while subprocess.run(ready, check=False).returncode:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL does not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.05)


def _stop(owner: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Stop the cluster fast, by its pid, in the process that started it (a fork inherits the exit hook)."""
    if os.getpid() != owner:
        return
    process.send_signal(signal.SIGINT)
    process.wait(PATIENCE_S)
    shutil.rmtree(folder, ignore_errors=True)
