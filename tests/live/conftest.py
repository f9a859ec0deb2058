"""A line to the live tail without a network: the ASGI application itself, and who sits before it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections, transaction
from django.test import Client

from anning.accounts.models import User
from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.live.app import LiveTail
from tests.journal.conftest import chain, write

__all__ = ["chain", "write"]  # fixtures of the journal's tests, used here too

PATIENCE_S = 10


class Line:
    """One request to the tail, as the server would make it."""

    def __init__(self, app: LiveTail, path: str = "/tail", query: str = "", **headers: str) -> None:
        self.status, self.headers, self.text = 0, dict[str, str](), ""
        self._news, self._gone = asyncio.Event(), asyncio.Event()
        told = {"host": "localhost:8001"} | {name.replace("_", "-"): value for name, value in headers.items()}
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in told.items()],
        }
        self.task = asyncio.create_task(app(self.scope, self._receive, self._send))
        self.task.add_done_callback(lambda task: self._news.set())

    @property
    def events(self) -> list[dict[str, Any]]:
        """The entries that came so far."""
        blocks = [block for block in self.text.split("\n\n") if block.startswith("id: ")]
        return [json.loads(block.split("data: ", 1)[1]) for block in blocks]

    async def until(self, fits: Callable[[], bool]) -> "Line":
        """Wait until ``fits``, or the request is answered."""
        async with asyncio.timeout(PATIENCE_S):
            while not fits() and not self.task.done():
                self._news.clear()
                await self._news.wait()
        return self

    async def opened(self) -> "Line":
        """Wait for the first words."""
        return await self.until(lambda: "retry" in self.text)

    async def answered(self) -> "Line":
        """Wait until the answer is complete."""
        return await self.until(lambda: False)

    def close(self) -> None:
        """Close the browser's side."""
        self._gone.set()

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.text += message.get("body", b"").decode()
        self._news.set()


Scene = Callable[[LiveTail], Awaitable[None]]


@pytest.fixture
def play() -> Iterator[Callable[[Scene], None]]:
    """``play(scene)`` runs an async scene with a fresh application and closes it."""

    def run(scene: Scene) -> None:
        async def whole() -> None:
            app = LiveTail()
            try:
                await scene(app)
            finally:
                if app.hub:
                    await app.hub.close()

        asyncio.run(whole())

    yield run
    connections.close_all()


@pytest.fixture
def cookie_of(client_of: Callable[..., Client]) -> Callable[..., str]:
    """``cookie_of("duty")`` gives the cookie header of a new user who is signed in; the journal is empty then."""

    def sign_in(who: str | User, organisation: Any = None) -> str:
        client = client_of(who, organisation)
        Entry.objects.all().delete()
        return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())

    return sign_in


def seal_new(kind: str = "document.change", subject: str = "document:1", **facts: Any) -> None:
    """Record and seal one new entry."""
    with transaction.atomic():
        record(kind, subject, Actor("user:7"), **facts)
    seal()


def end_sessions() -> None:
    """End every session in the database, as a sign-out does."""
    SessionStore.get_model_class().objects.all().delete()


async def in_thread(work: Callable[..., Any], *arguments: Any, **facts: Any) -> Any:
    """Do something with the database beside the event loop."""

    def whole() -> Any:
        try:
            return work(*arguments, **facts)
        finally:
            connections.close_all()

    return await asyncio.to_thread(whole)
