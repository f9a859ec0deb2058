"""The doors of this process, and what runs beside them."""

from collections.abc import Awaitable, Callable

from django.utils.translation import gettext_lazy as _

from anning.gateways import broker, modbus
from anning.gateways.datagram import DatagramDoor
from anning.gateways.gb26875 import Gb26875Session
from anning.gateways.hj212 import Hj212Session
from anning.gateways.house import House
from anning.gateways.jt808 import Jt808Session
from anning.gateways.mqtt import MqttSession
from anning.gateways.push import PushSession
from anning.gateways.session import Session
from anning.gateways.sl651 import Sl651Session
from anning.gateways.stream import StreamDoor
from anning.ops.doors import Closer, Door, register

_house: House | None = None


async def enter() -> House:
    """Return the house of this process; the first door opens it."""
    global _house  # noqa: PLW0603  # one process, one house
    if _house is None:
        _house = House()
    if await _house.enter():
        _house.keep(modbus.poll_all(_house))
        _house.keep(broker.relay(_house))
    return _house


async def leave(house: House) -> None:
    """Close a door; after the last one the next ``enter`` begins anew."""
    global _house  # noqa: PLW0603
    if await house.leave():
        _house = None


def opens(session: type[Session], *, udp: bool = False) -> Callable[[str, int], Awaitable[Closer]]:
    """Return what opens a door for sessions of one kind."""

    def make(house: House, address: str) -> Session:
        return session(house.desk, address)

    async def open_(host: str, port: int) -> Closer:
        house = await enter()
        try:
            closers = [await StreamDoor(house, make).open(host, port)]
            if udp:
                closers.append(await DatagramDoor(house, make).open(host, port))
        except OSError:
            await leave(house)
            raise

        async def close() -> None:
            for closer in closers:
                await closer()
            await leave(house)

        return close

    return open_


def register_doors() -> None:
    """Register every door; the offsets count from ANNING_GATEWAY_PORT."""
    register(Door("gb26875", str(_("消防设施 GB/T 26875.3")), opens(Gb26875Session, udp=True), 0))
    register(Door("hj212", str(_("污染源 HJ 212")), opens(Hj212Session), 1))
    register(Door("jt808", str(_("车载终端 JT/T 808")), opens(Jt808Session, udp=True), 2))
    register(Door("sl651", str(_("水文测站 SL 651")), opens(Sl651Session, udp=True), 3))
    register(Door("http", str(_("HTTP 推送")), opens(PushSession), 4))
    register(Door("mqtt", "MQTT", opens(MqttSession)))
