"""``anning gateways``: opens the registered doors and keeps them open until told to stop."""

import asyncio
import logging
import signal

from django.conf import settings

from anning.ops import heartbeat
from anning.ops.doors import Closer, Door, doors

log = logging.getLogger(__name__)


def port_of(door: Door) -> int:
    """Return the port on which ``door`` listens."""
    return settings.MQTT_PORT if door.offset is None else settings.GATEWAY_PORT + door.offset


async def run() -> None:
    """Open every door, wait for SIGTERM or SIGINT, close them."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    closers = list(filter(None, [await _open(door) for door in doors.values()]))
    heartbeat.keep_beating("gateways")
    await stop.wait()
    await asyncio.gather(*(close() for close in closers))


async def _open(door: Door) -> Closer | None:
    """Open one door; one whose port is taken stays shut, the others serve."""
    port = port_of(door)
    try:
        close = await door.open(settings.HOST, port)
    except OSError as error:
        log.error("%s 无法监听 %s:%s：%s", door.title, settings.HOST, port, error)
        return None
    log.info("%s 监听 %s:%s", door.title, settings.HOST, port)
    return close
