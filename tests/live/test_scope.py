"""The open line of the ASGI application is cut by scope."""

import asyncio
from typing import Any

import pytest
from django.test import Client

from anning.live.app import LiveTail
from tests.walk.scene import MARK_A, MARK_B, fill, make_officer, subjects_of, with_history


@pytest.mark.django_db(transaction=True)
def test_the_open_line_tells_an_officer_of_his_own_town_only(district):
    """What was missed is replayed to its viewer, cut by scope."""
    towns = with_history(fill(MARK_A, district.town_a.government), fill(MARK_B, district.town_b.government))
    ours, theirs = subjects_of(*towns)
    client = Client()
    client.force_login(make_officer(district))
    told = asyncio.run(first_frames(client.cookies["anning_session"].value, after=0, want="data:"))

    assert any(subject in told for subject in ours)
    assert not any(f'"{subject}"' in told for subject in theirs)


async def first_frames(session: str, *, after: int, want: str) -> str:
    """Open a line with this session cookie and return what it says until ``want`` came."""
    tail, told, left = LiveTail(), bytearray(), asyncio.Event()
    headers = [(b"host", b"localhost"), (b"cookie", f"anning_session={session}".encode())]
    scope = {"type": "http", "path": "/tail", "method": "GET", "headers": headers, "query_string": b"after=%d" % after}

    async def receive() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.extend(message.get("body", b""))
        if want.encode() in told or message.get("status", 200) != 200:
            left.set()

    await asyncio.wait_for(tail(scope, receive, send), 20)
    if tail.hub:
        await tail.hub.close()
    return told.decode()
