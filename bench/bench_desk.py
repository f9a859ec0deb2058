"""How late an alarm is on the desk: from its commit to the screen of a browser, with worker and live tail running.

    python bench/bench_desk.py

A real Chromium shows the desk of a monitoring officer; alarms are raised one after another through the service that the
gateways call. One JSON line; milliseconds. The gate: every alarm that was raised is on the screen.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ALARMS, EVERY_S, PATIENCE_S = 100, 0.7, 60
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
# Counts what the desk shows: rows, and what waits in the bar; notes when the count grows.
WATCH = """() => {
  window.seen = {};
  const desk = document.querySelector(".desk");
  const look = () => {
    const bar = desk.querySelector("[data-news]");
    const shown = desk.querySelectorAll("tr[data-row]").length + (bar.hidden ? 0 : parseInt(bar.textContent, 10));
    for (let n = shown; n > 0 && !window.seen[n]; n--) window.seen[n] = Date.now();
  };
  new MutationObserver(look).observe(desk, {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def fill() -> tuple[str, list[int]]:
    """Make an officer and points, each of a device of its own; return the officer's session and the points."""
    from django.test import Client

    from anning.accounts.models import Organisation, Role, User
    from anning.accounts.services import load_roles
    from anning.monitoring.models import Datastream, Device

    load_roles()
    unit = Organisation(name="安防网监测中心", kind="government")
    unit.derive()
    unit.save()
    from tests.district import make_user

    officer: User = make_user(Role.objects.get(code="monitor"), organisation=unit)
    points = []
    for number in range(ALARMS):
        device = Device(
            code=f"D{number}", name=f"设备{number}", protocol="mqtt", identity=f"D{number}", state="in_service"
        )
        device.derive()
        device.save()
        point = Datastream(device=device, channel="1", code=f"P{number}", name=f"探头{number}", kind="combustible_gas")
        point.derive()
        point.save()
        points.append(point.pk)
    client = Client()
    client.force_login(officer)
    from django.conf import settings

    return client.cookies[settings.SESSION_COOKIE_NAME].value, points


def measure(page: Any, points: list[int]) -> list[float]:
    """Raise the alarms; return how late each was on the screen, in milliseconds."""
    from anning.kernel import clock
    from anning.monitoring.judging import Transition
    from anning.monitoring.logic import milliseconds
    from anning.monitoring.services import take_transitions

    page.evaluate(WATCH)
    committed = []
    for point in points:
        now = clock.now()
        take_transitions([Transition(point, "high", "high", milliseconds(now), True, 26.0, 25.0, 1)], 1, now)
        committed.append(time.time() * 1000)
        page.wait_for_timeout(EVERY_S * 1000)
    page.wait_for_function(f"() => window.seen[{len(points)}]", timeout=PATIENCE_S * 1000)
    seen = page.evaluate("() => window.seen")
    return [seen[str(number)] - at for number, at in enumerate(committed, 1)]


def main() -> None:
    """Run the processes of a house of its own and look at its desk."""
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        os.environ |= {"ANNING_HOME": home, "DJANGO_SETTINGS_MODULE": "anning.settings", "ANNING_PORT": str(port)}
        os.environ |= {"ANNING_LIVE_PORT": str(free_port()), "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from playwright.sync_api import sync_playwright

        call_command("migrate", verbosity=0)
        session, points = fill()
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": f"http://127.0.0.1:{port}"}
        started = [
            subprocess.Popen([sys.executable, "-m", "anning", name], cwd=ROOT, stdout=subprocess.DEVNULL)
            for name in ("serve", "live", "work")
        ]
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
                context = browser.new_context(viewport={"width": 1366, "height": 768})
                context.add_cookies([cookie])  # type: ignore[list-item]
                page = context.new_page()
                _open(page, f"http://127.0.0.1:{port}/desk/")
                late = measure(page, points)
                browser.close()
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(20)
    cuts = quantiles(late, n=100)
    print(json.dumps({"bench": "desk", "alarms": len(late), "p50": round(cuts[49]), "p95": round(cuts[94])}))


def _open(page: Any, url: str) -> None:
    from playwright.sync_api import Error

    for _turn in range(150):
        try:
            page.goto(url)
            page.wait_for_timeout(3000)  # until the tail is open
            return
        except Error:
            time.sleep(0.2)
    raise RuntimeError("the server does not start")


if __name__ == "__main__":
    main()
