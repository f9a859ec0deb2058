"""A list page of a 100 000-row register: against a plain Django admin list, under twenty users, and its search.

    python bench/bench_list.py [rows]

One JSON line: ``of_plain_admin`` (limit 1.3; same columns, filter and page length), ``users_p95_ms`` (limit 400;
20 users who think 1 s, two server processes), ``initials_p95_ms`` (limit 150; the global search box).
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
PAIRS, USERS, TURNS, THINK_S = 25, 20, 15, 1.0
SYLLABLES = "防汛抗旱安全生产消防地震燃气危化预案通知办法规定条例标准指南细则方案应急管理监测预警处置保障救援"
OURS = "/r/documents/?state=in_force&sort=-in_force_on"
PLAIN = "/plain/office/document/?state__exact=in_force&o=-6"


def fill(rows: int) -> None:
    """Make the documents in large steps."""
    from datetime import date, timedelta

    from anning.office.models import Document

    kinds, states = Document.Kind.values, Document.State.values
    for start in range(0, rows, 5000):
        made = []
        for number in range(start, min(start + 5000, rows)):
            words = "".join(SYLLABLES[(number * step + step) % len(SYLLABLES)] for step in (1, 3, 7, 11, 13, 17))
            row = Document(
                code=f"宁应急〔2026〕{number}号", title=f"关于{words}的通知", kind=kinds[number % len(kinds)],
                state=states[0 if number % 10 else 1 + number % 2], issuer="宁河区应急管理局",
                in_force_on=date(2000, 1, 1) + timedelta(days=number % 9000),
            )  # fmt: skip
            row.derive()
            made.append(row)
        Document.objects.bulk_create(made)


def user_session() -> str:
    """Make an officer and return the key of his session."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from anning.accounts.models import Role
    from tests.district import build_district, make_user

    role = Role.objects.create(code="bench", name="bench", permissions=["*"], reach=Role.Reach.DISTRICT)
    user = make_user(role, organisation=build_district().bureau)
    from django.test import Client

    client = Client()
    client.force_login(user)
    assert {SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY} <= set(client.session.keys())
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def ratio(cookie: str) -> tuple[float, float]:
    """Return our time over the admin's, and ours in milliseconds; in turn, so that a slow moment hits both."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie

    def took(url: str) -> float:
        began = time.perf_counter()
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        return time.perf_counter() - began

    took(OURS), took(PLAIN)
    pairs = [(took(OURS), took(PLAIN)) for _ in range(PAIRS)]
    return median(ours / plain for ours, plain in pairs), median(ours for ours, _plain in pairs) * 1000


def initials(cookie: str) -> float:
    """Return the 95th percentile of the search box, in milliseconds."""
    from django.conf import settings
    from django.test import Client

    from anning.kernel.pinyin import initials as read

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    times = []
    for number in range(60):
        word = "".join(SYLLABLES[(number * 7 + step) % len(SYLLABLES)] for step in range(2 + number % 3))
        began = time.perf_counter()
        assert client.get("/search/answers", {"q": "gy" + read(word)[0]}).status_code == 200
        times.append((time.perf_counter() - began) * 1000)
    return quantiles(times, n=20)[-1]


def under_users(cookie: str, port: int) -> float:
    """Return the 95th percentile of the list for twenty users who think a second, in milliseconds."""
    from django.conf import settings

    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}

    def work(number: int) -> list[float]:
        time.sleep(number * THINK_S / USERS)
        times = []
        for turn in range(TURNS):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            began = time.perf_counter()
            connection.request("GET", f"{OURS}&page={1 + (number + turn) % 50}", headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            times.append((time.perf_counter() - began) * 1000)
            connection.close()
            time.sleep(THINK_S)
        return times[1:]  # the first turn warms the processes

    with ThreadPoolExecutor(USERS) as users:
        times = [one for ones in users.map(work, range(USERS)) for one in ones]
    return quantiles(times, n=20)[-1]


def free_port() -> int:
    """Return a port that nobody listens on."""
    import socket

    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def main() -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["ANNING_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.plain_admin"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill(ROWS)
        cookie = user_session()
        of_plain, ours_ms = ratio(cookie)
        search_ms = initials(cookie)
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--port", str(port)]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "anning.settings"}
        server = subprocess.Popen([*command, "anning.wsgi:application"], cwd=ROOT, env=environment)
        try:
            _wait_for(port)
            users_ms = under_users(cookie, port)
        finally:
            server.terminate()
            server.wait()
    result = {"bench": "list", "rows": ROWS, "of_plain_admin": round(of_plain, 2), "list_ms": round(ours_ms, 1)}
    print(json.dumps(result | {"initials_p95_ms": round(search_ms, 1), "users_p95_ms": round(users_ms, 1)}))


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    main()
