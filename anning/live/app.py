"""The live tail: a bare ASGI application, since Django under ASGI costs a multiple per open line.

``GET /tail`` answers server-sent events, bound to the session cookie of the pages; ``Last-Event-ID`` (or ``?after=``)
resumes. ``GET /health`` counts the lines. Where lines cannot be kept open, pages poll ``/live/poll`` of the main site.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anning.settings")

import django
from django.apps import apps

if not apps.ready:
    django.setup()

import asyncio
import json

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext as _

from anning.journal import selectors
from anning.live.events import HELLO, RESET, frame
from anning.live.hub import Hub, TooMany, Viewer
from anning.live.session import actor_behind, is_our_origin

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

REPLAY = 1000  # what a line that was lost may still catch up with; beyond, the page loads itself anew


class LiveTail:
    """The application; its hub begins with the first event loop that runs it."""

    def __init__(self) -> None:
        self.hub: Hub | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    def _hub(self) -> Hub:
        if self.hub is None:
            self.hub = Hub()
            self.hub.start()
        return self.hub

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "lifespan.shutdown":
            self._hub()
            await send({"type": "lifespan.startup.complete"})
        if self.hub:
            await self.hub.close()
            self.hub = None
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin, host = headers.get("origin", ""), headers.get("host", "")
        if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
            return await _say(send, 400, _("主机名不在允许之列，请检查 ANNING_ALLOWED_HOSTS"))
        if origin and not is_our_origin(origin, host):
            return await _say(send, 403, _("来源不被允许，请从本平台的页面访问"))
        if scope["path"] == "/health":
            return await _say(send, 200, "ok", viewers=len(self._hub().viewers))
        if scope["path"] != "/tail":
            return await _say(send, 404, _("没有这个地址"))
        if scope["method"] != "GET":
            return await _say(send, 405, _("只支持 GET"))
        return await self._tail(scope, headers, receive, send)

    async def _tail(self, scope: Message, headers: dict[str, str], receive: Receive, send: Send) -> None:
        cors, hub = _cors(headers.get("origin", "")), self._hub()
        session = _session_in(headers.get("cookie", ""))
        actor = await hub.ask(actor_behind, session)
        if actor is None:
            return await _say(send, 403, _("未登录或无权接收实时消息，请重新登录"), headers=cors)
        try:
            viewer = await hub.join(session, actor)
        except TooMany:
            return await _say(send, 429, _("打开的实时窗口过多，请关闭一些页面"), headers=cors)
        leaving = asyncio.create_task(_wait_for_end(receive, viewer))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*STREAM, *cors]})
            async for text in _texts(hub, viewer, _after(scope, headers)):
                await send({"type": "http.response.body", "body": text, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except asyncio.CancelledError:
            if not viewer.queue.full():
                raise  # it was not the hub that cut this line off: the server stops
        finally:
            hub.leave(viewer)
            leaving.cancel()
        return None


STREAM = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _texts(hub: Hub, viewer: Viewer, after: int | None) -> AsyncIterator[bytes]:
    """Yield what the viewer is told: what it missed, then what comes, several frames at once when they wait."""
    yield HELLO
    sent = viewer.since
    if after is not None and after > sent:  # the page was told more by polling; or the database was set back
        if after > await hub.ask(selectors.last_seq):
            yield RESET
        else:
            sent = after
    elif after is not None:
        missed = await hub.ask(selectors.tail, viewer.actor, after, REPLAY + 1)
        if len(missed) > REPLAY:
            yield RESET
        elif missed:
            yield b"".join(frame(entry) for entry in missed)
            sent = max(sent, missed[-1].seq or 0)
    while True:
        frames = [await viewer.queue.get()]
        while not viewer.queue.empty():
            frames.append(viewer.queue.get_nowait())
        text = b"".join(part[1] for part in frames if part and (part[0] == 0 or part[0] > sent))
        if text:
            yield text
        if None in frames:
            return


async def _wait_for_end(receive: Receive, viewer: Viewer) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.end()


async def _say(
    send: Send, status: int, message: str, *, headers: list[tuple[bytes, bytes]] | None = None, **facts: Any
) -> None:
    body = json.dumps({"message": message, **facts}, ensure_ascii=False).encode()
    told = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-store"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


def _cors(origin: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that let a page of ours, on its own port, read the answer."""
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]


def _session_in(cookies: str) -> str:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _after(scope: Message, headers: dict[str, str]) -> int | None:
    """Return the number of the last entry that the page knows, None when it names none."""
    asked = headers.get("last-event-id") or "".join(parse_qs(scope["query_string"].decode("latin-1")).get("after", []))
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None


application = LiveTail()
