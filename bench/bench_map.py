"""The first draw of the map with 5 000 points in Chromium without GPU, and an answer while somebody drags a shape.

    python bench/bench_map.py [points] [households]

One JSON line: ``first_draw_ms`` (median; from the click to all signs on the canvas; limit 2000), ``layer_kb`` (the
layer as it travels, unpacked), ``drag_p95_ms`` (a polygon of town size asked over HTTP; no limit of its own).
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
POINTS = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
HOUSEHOLDS = int(sys.argv[2]) if len(sys.argv) > 2 else 130_000
TURNS, DRAGS, PORT = 5, 40, 8391
WEST, SOUTH, EAST, NORTH = 117.2, 39.1, 118.0, 39.6
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-webgl", "--disable-3d-apis"]


def fill() -> str:
    """Make an outline, the points of one layer, the households; return the session key of an officer."""
    from django.conf import settings
    from django.test import Client

    from anning.accounts.models import Role
    from anning.registry.models import BaseFeature, Household, Site
    from tests.district import build_district, make_user

    chance = random.Random(3)
    district = build_district()
    ring = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
    BaseFeature.objects.create(kind="outline", name="-", shape={"type": "Polygon", "coordinates": [ring]})

    def places() -> dict[str, Any]:
        return {"longitude": chance.uniform(WEST, EAST), "latitude": chance.uniform(SOUTH, NORTH)}

    towns = [district.town_a.area, district.town_b.area]
    Site.objects.bulk_create(
        Site(name=f"学校{n}", initials=f"xx{n}", kind="school", area=towns[n % 2], **places()) for n in range(POINTS)
    )
    for start in range(0, HOUSEHOLDS, 10_000):
        Household.objects.bulk_create(
            Household(code=f"H{n}", people=3, area=towns[n % 2], **places())
            for n in range(start, min(start + 10_000, HOUSEHOLDS))
        )
    role = Role.objects.create(code="bench", name="bench", permissions=["*"], reach=Role.Reach.DISTRICT)
    client = Client()
    client.force_login(make_user(role, organisation=district.bureau))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def measure(page: Any) -> dict[str, float]:
    """Return what a browser needs for the first draw, and for the answers of a drag."""
    draws = []
    for _turn in range(TURNS):
        before = time.perf_counter()
        page.goto(f"http://127.0.0.1:{PORT}/map?on=sites.school")
        page.locator("[data-island=map][data-ready]").wait_for(state="attached")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        draws.append((time.perf_counter() - before) * 1000)
    layer = page.request.get(f"http://127.0.0.1:{PORT}/map/layers/sites.school.geojson").body()
    assert len(json.loads(layer)["features"]) == POINTS
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    headers = {"X-CSRFToken": token, "HX-Request": "true", "Referer": f"http://127.0.0.1:{PORT}/map"}
    times = []
    for step in range(DRAGS + 1):
        middle = 117.4 + step * 0.005
        ring = [[middle, 39.2], [middle + 0.1, 39.22], [middle + 0.12, 39.3], [middle + 0.02, 39.32], [middle, 39.2]]
        shape = json.dumps({"type": "Polygon", "coordinates": [ring]})
        before = time.perf_counter()
        answer = page.request.post(
            f"http://127.0.0.1:{PORT}/map/inside", form={"shape": shape, "metres": "0"}, headers=headers
        )
        times.append((time.perf_counter() - before) * 1000)
        assert answer.ok and 'data-of="people"' in answer.text()
    p95 = quantiles(times[1:], n=20)[-1]  # the first one builds the arrays
    return {
        "first_draw_ms": median(draws),
        "layer_kb": len(layer) / 1024,
        "drag_p95_ms": p95,
        "first_answer_ms": times[0],
    }


def main() -> None:
    """Fill a house of its own, serve it, look at it."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"ANNING_HOME": home, "DJANGO_SETTINGS_MODULE": "anning.settings", "ANNING_PORT": str(PORT)}
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from playwright.sync_api import sync_playwright

        call_command("migrate", verbosity=0)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": fill(), "url": f"http://127.0.0.1:{PORT}"}
        server = subprocess.Popen([sys.executable, "-m", "anning", "serve"], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
                context = browser.new_context(viewport={"width": 1366, "height": 768})
                context.add_cookies([cookie])  # type: ignore[list-item]
                page = context.new_page()
                _wait(page)
                found = measure(page)
                browser.close()
        finally:
            server.terminate()
            server.wait(20)
    figures = {name: round(value, 1) for name, value in found.items()}
    print(json.dumps({"bench": "map", "points": POINTS, "households": HOUSEHOLDS, **figures}))


def _wait(page: Any) -> None:
    from playwright.sync_api import Error

    for _turn in range(100):
        try:
            page.goto(f"http://127.0.0.1:{PORT}/health")
            return
        except Error:
            time.sleep(0.2)
    raise RuntimeError("the server does not start")


if __name__ == "__main__":
    main()
