"""How late the live tail is: from the commit of the seal to each of 500 viewers, against a bare loop.

    python bench/bench_live.py

Ours is the real application under granian with its cookies, filter and database; the floor is the barest application
that hands the same bytes to as many lines under the same server, told by a request instead of by the database. Both
get ten events a second, in turn. One JSON line; ``of_floor`` is the ratio of the 99th percentiles.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
VIEWERS, LINES_PER_SESSION = 500, 5
EVENTS, EVERY_S = 50, 0.1
ROUNDS = 3
PATIENCE_S = 60


class Floor:
    """The barest fan-out: ``POST /push/7`` puts event 7 on every open line."""

    def __init__(self) -> None:
        self.lines: set[asyncio.Queue[bytes]] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            return
        if scope["method"] == "POST":
            number = scope["path"].rpartition("/")[2]
            text = f"id: {number}\ndata: {'x' * 180}\n\n".encode()
            for line in self.lines:
                line.put_nowait(text)
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        mine: asyncio.Queue[bytes] = asyncio.Queue()
        self.lines.add(mine)
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True})
        while True:
            await send({"type": "http.response.body", "body": await mine.get(), "more_body": True})


def serve(which: str, port: int) -> None:
    """Run one of the two applications until killed."""
    from granian import Granian
    from granian.constants import Interfaces

    def load() -> Any:
        if which == "floor":
            return Floor()
        from anning.live.app import application

        return application

    server = Granian("", port=port, interface=Interfaces.ASGI, workers=1, websockets=False, log_enabled=False)
    server.serve(target_loader=load, wrap_loader=False)


async def listen(port: int, cookie: str, arrivals: dict[int, list[float]], ready: Callable[[], None]) -> None:
    """Keep one line open and note when each event arrives."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /tail HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
    while line := await reader.readline():
        if line.startswith(b"retry"):
            ready()
        elif line.startswith(b"id: "):
            arrivals.setdefault(int(line[4:]), []).append(time.perf_counter())
    raise RuntimeError("a line was cut")


async def measure(port: int, cookies: list[str], tell: Callable[[int], int]) -> list[float]:
    """Return how late each event was at each viewer, in milliseconds; ``tell`` makes one and returns its number."""
    arrivals: dict[int, list[float]] = {}
    left, all_ready = [VIEWERS], asyncio.Event()

    def ready() -> None:
        left[0] -= 1
        if not left[0]:
            all_ready.set()

    lines = [asyncio.create_task(listen(port, cookies[n % len(cookies)], arrivals, ready)) for n in range(VIEWERS)]
    async with asyncio.timeout(PATIENCE_S):
        waiting = asyncio.create_task(all_ready.wait())
        await asyncio.wait([*lines, waiting], return_when=asyncio.FIRST_COMPLETED)
        if not all_ready.is_set():
            raise RuntimeError("a line was refused")
        told = await asyncio.to_thread(tell_all, tell)
        while sum(len(arrivals.get(number, ())) for number in told) < EVENTS * VIEWERS:
            await asyncio.sleep(0.05)
    for line in lines:
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)
    return [(at - told[number]) * 1000 for number in told for at in arrivals[number]]


def tell_all(tell: Callable[[int], int]) -> dict[int, float]:
    """Make the events in their rhythm; return when each was there to be told."""
    told = {}
    for number in range(EVENTS):
        time.sleep(EVERY_S)
        told[tell(number)] = time.perf_counter()
    return told


def prepare() -> tuple[list[str], Callable[[int], int]]:
    """Make the database, people who are signed in, and what seals an event."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "anning.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client

    from anning.accounts.models import Role
    from anning.accounts.services import load_roles
    from anning.journal.sealer import seal
    from anning.journal.selectors import last_seq
    from anning.journal.services import record
    from anning.kernel.actor import system
    from tests.district import build_district, make_user

    call_command("migrate", verbosity=0)
    district = build_district()
    load_roles()
    roles = list(Role.objects.filter(code__in=["duty", "lead", "section", "monitor"]))
    cookies = []
    for number in range(VIEWERS // LINES_PER_SESSION):
        client = Client()
        client.force_login(make_user(roles[number % len(roles)], organisation=district.bureau))
        cookies.append("; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()))
    while seal():
        pass

    def tell(number: int) -> int:
        with transaction.atomic():
            facts = {"area_code": district.town_a.area.code, "version": number}
            record("organisation.change", "organisation:1", system(), **facts)
        seal()
        sealed = last_seq()
        if number == EVENTS - 1:
            connection.close()
        return sealed

    return cookies, tell


def push(port: int, base: int) -> Callable[[int], int]:
    """Return what tells the floor an event."""
    server = HTTPConnection("127.0.0.1", port)

    def tell(number: int) -> int:
        server.request("POST", f"/push/{base + number}")
        server.getresponse().read()
        return base + number

    return tell


def started(which: str) -> tuple["subprocess.Popen[bytes]", int]:
    """Start one of the servers; return it with its port once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, __file__, which, str(port)], cwd=ROOT)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            threading.Event().wait(0.1)
        else:
            return process, port
    raise RuntimeError(f"{which} does not start")


def main() -> None:
    """Measure both in turn and print one line."""
    with tempfile.TemporaryDirectory(prefix="anning-bench-") as home:
        os.environ["ANNING_HOME"] = home
        cookies, tell = prepare()
        (ours, port), (floor, floor_port) = started("ours"), started("floor")
        try:
            late: list[float] = []
            bare: list[float] = []
            ratios = []
            for number in range(ROUNDS):
                one = asyncio.run(measure(floor_port, [""], push(floor_port, (number + 1) * 1000)))
                other = asyncio.run(measure(port, cookies, tell))
                bare, late = bare + one, late + other
                ratios.append(quantiles(other, n=100)[98] / quantiles(one, n=100)[98])
        finally:
            for process in (ours, floor):
                process.terminate()
                process.wait(10)
    result = {
        "bench": "live.tail",
        "viewers": VIEWERS,
        "p50_ms": round(median(late), 1),
        "p99_ms": round(quantiles(late, n=100)[98], 1),
        "floor_p50_ms": round(median(bare), 1),
        "floor_p99_ms": round(quantiles(bare, n=100)[98], 1),
        "of_floor": round(median(ratios), 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(sys.argv[1], int(sys.argv[2]))
    else:
        main()
