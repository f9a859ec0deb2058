"""A real Chromium before a real server; what the console complains of fails the test."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from anning.accounts.models import User
from tests import postgres

# Playwright's loop runs in the thread of the test, where Django would else refuse its ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("ANNING_TEST_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",  # with LANGUAGE and the package chromium-l10n: date and file inputs speak Chinese
]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 375, "height": 812}
PATIENCE_MS = 15_000


@dataclass
class Watch:
    """What went wrong in one browser window; ``expected`` names what the test provokes on purpose."""

    origin: str
    expected: list[str] = field(default_factory=list)
    _seen: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of the context."""
        context.on("console", self._hear)
        context.on("weberror", lambda error: self._seen.append(f"error: {error.error}"))
        context.on("request", self._follow)

    def complaints(self) -> list[str]:
        """Return console errors, policy violations, script errors and foreign requests, less the expected ones."""
        return [each for each in self._seen if not any(word in each for word in self.expected)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self._seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _follow(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname != urlsplit(self.origin).hostname:
            self._seen.append(f"foreign: {request.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def tail_port(django_db_setup: None, live_server: Any) -> Iterator[int]:
    """The live tail as its own process, beside the pages, on the database of the tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = {"ANNING_HOME": str(settings.HOME), "ANNING_DATABASE_URL": database_url(), "ANNING_HOST": "127.0.0.1"}
    ports = {"ANNING_PORT": str(urlsplit(live_server.url).port), "ANNING_LIVE_PORT": str(port)}
    environment = os.environ | home | ports | {"DJANGO_SETTINGS_MODULE": "anning.settings"}
    process = subprocess.Popen([sys.executable, "-m", "anning", "live"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_MS / 1000)


def database_url() -> str:
    """Return the address of the test database for another process."""
    name = connection.settings_dict["NAME"]
    return postgres.url(name) if connection.vendor == "postgresql" else f"sqlite://{name}"


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the live tail does not start")


@pytest.fixture
def watch(live_server: Any) -> Iterator[Watch]:
    """Fails the test for what its browser windows complained of."""
    watching = Watch(live_server.url)
    yield watching
    assert watching.complaints() == []


@pytest.fixture
def window(
    browser: Browser, live_server: Any, watch: Watch, tail_port: int, settings: Any
) -> Iterator[Callable[..., Page]]:
    """``window()`` opens a page of its own (cookies apart); ``window(user=..., size=PHONE, javascript=False)``."""
    opened: list[BrowserContext] = []
    settings.LIVE_PORT = tail_port

    def open_window(user: User | None = None, *, size: dict[str, int] = DESK, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=size,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=size is PHONE,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        opened.append(context)
        if user:
            context.add_cookies([session_cookie(user, live_server.url)])
        return context.new_page()

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def page(window: Callable[..., Page]) -> Page:
    """A desk screen at 1366×768, nobody signed in."""
    return window()


@pytest.fixture
def phone(window: Callable[..., Page]) -> Page:
    """A phone at 375×812, nobody signed in."""
    return window(size=PHONE)


def session_cookie(user: User, url: str) -> Any:
    """Sign ``user`` in without the form (the form has its own tests) and return the cookie."""
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }
