"""A real Chromium before a real server; what the console complains of fails the test."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from anning.accounts.models import User

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
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def watch(live_server: Any) -> Iterator[Watch]:
    """Fails the test for what its browser windows complained of."""
    watching = Watch(live_server.url)
    yield watching
    assert watching.complaints() == []


@pytest.fixture
def window(browser: Browser, live_server: Any, watch: Watch) -> Iterator[Callable[..., Page]]:
    """``window()`` opens a page of its own (cookies apart); ``window(user=..., size=PHONE, javascript=False)``."""
    opened: list[BrowserContext] = []

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
