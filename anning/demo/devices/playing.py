"""All devices at once, in one loop."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from anning.demo.devices.client import Client, Stage
from anning.demo.devices.fire import FireUnit
from anning.demo.devices.gauge import Gauge
from anning.demo.devices.logger import Logger
from anning.demo.devices.plc import Plc
from anning.demo.devices.publisher import Publisher
from anning.demo.devices.pusher import Pusher
from anning.demo.devices.units import Unit
from anning.demo.devices.vehicle import Vehicle

OFFSETS = {"gb26875": 0, "hj212": 1, "jt808": 2, "sl651": 3, "http": 4}  # of the doors, from ANNING_GATEWAY_PORT
KINDS: dict[str, type[Client]] = {
    "gb26875": FireUnit,
    "hj212": Logger,
    "jt808": Vehicle,
    "sl651": Gauge,
    "http": Pusher,
}
SPOKEN = (*KINDS, "mqtt", "modbus")


def ports(gateway_port: int, mqtt_port: int) -> dict[str, int]:
    """Return where each format is heard."""
    return {name: gateway_port + offset for name, offset in OFFSETS.items()} | {"mqtt": mqtt_port}


def reachable(host: str) -> str:
    """Return how one reaches who listens at ``host`` of this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - everywhere


def clients(units: Iterable[Unit], stage: Stage) -> list[Client | Plc]:
    """Return a client for every device that has a connection of its own, a server for each that is polled."""
    found: list[Client | Plc] = []
    behind: dict[str, list[Unit]] = defaultdict(list)
    publishing = []
    for unit in units:
        if unit.protocol == "modbus":
            found.append(Plc(unit, stage))
        elif unit.protocol != "mqtt":
            found.append(KINDS[unit.protocol](unit, stage))
        elif gateway := unit.parameters.get("gateway"):
            behind[str(gateway)].append(unit)
        else:
            publishing.append(unit)
    return found + [Publisher(unit, stage, tuple(behind[unit.identity])) for unit in publishing]


async def play(units: Iterable[Unit], stage: Stage, stop: asyncio.Event) -> None:
    """Let the devices speak until the story ends or ``stop`` is set."""
    tasks = [asyncio.create_task(client.run()) for client in clients(units, stage)]
    played = asyncio.ensure_future(_all(tasks))
    told = asyncio.ensure_future(stop.wait())
    await asyncio.wait((told, played), return_when=asyncio.FIRST_COMPLETED)
    for each in (told, played, *tasks):
        each.cancel()
    await asyncio.gather(told, played, *tasks, return_exceptions=True)


async def _all(tasks: list[asyncio.Task[None]]) -> bool:
    await asyncio.gather(*tasks)
    return True
