"""The doors for devices."""

from pathlib import Path

import pytest

from anning.ops.doors import Door, doors, register
from tests.ops.conftest import run

# A door that echoes; a device that comes, is answered, and then tells the process to stop.
ECHO = """
import asyncio, os, signal
from anning.ops import gateways
from anning.ops.doors import Door, doors, register

async def echo(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()

async def device(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"ping\\n")
    print((await reader.readline()).decode().strip(), "from", port)
    os.kill(os.getpid(), signal.SIGTERM)

async def open_echo(host, port):
    server = await asyncio.start_server(echo, host, port)
    asyncio.get_running_loop().create_task(device(port))

    async def close():
        server.close()
        print("closed")

    return close

doors.clear()
register(Door("echo", "回声", open_echo, offset=3))
asyncio.run(gateways.run())
"""


async def never(host: str, port: int):
    """A door that is not opened here."""
    raise AssertionError((host, port))


def test_registered_doors_are_opened_on_their_port_and_closed_at_the_end(home: Path):
    done = run(home, "shell", "--no-imports", "-c", ECHO, ANNING_GATEWAY_PORT="29120")

    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["ping from 29123", "closed"]


def test_two_doors_cannot_have_one_name_or_one_port(monkeypatch):
    monkeypatch.setattr("anning.ops.doors.doors", dict(doors))
    register(Door("first", "一", never, offset=900))

    for again in (Door("first", "一", never, offset=901), Door("second", "二", never, offset=900)):
        with pytest.raises(ValueError, match="twice"):
            register(again)
