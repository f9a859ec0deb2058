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
    closers = [await _open(door) for door in doors.values()]
    if not closers:
        log.info("尚无设备接入协议，不监听任何端口。")
    heartbeat.keep_beating("gateways")
    await stop.wait()
    await asyncio.gather(*(close() for close in closers))


async def _open(door: Door) -> Closer:
    port = port_of(door)
    close = await door.open(settings.HOST, port)
    log.info("%s 监听 %s:%s", door.title, settings.HOST, port)
    return close
