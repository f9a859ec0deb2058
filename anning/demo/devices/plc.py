"""A controller that is polled (Modbus TCP): a server that measures whenever its registers are asked for."""

import asyncio
import contextlib
import logging
import struct

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from anning.demo.devices.client import FIRST_WAIT_S, LONGEST_WAIT_S, Stage
from anning.demo.devices.units import Unit

log = logging.getLogger(__name__)

SPACE = 256  # registers
LOOK_MS = 5_000


class Plc:
    """Listens where its identity says, ``127.0.0.1:5020/1``; registers of 32-bit floats, high word first."""

    def __init__(self, unit: Unit, stage: Stage) -> None:
        self.unit, self.stage = unit, stage
        place, _, number = unit.identity.partition("/")
        host, _, port = place.rpartition(":")
        self._address = host, int(port)
        registers = [SimData(0, values=[0] * SPACE, datatype=DataType.REGISTERS)]
        self._device = SimDevice(int(number or 1), registers, action=self._measure)

    async def run(self) -> None:
        """Serve until the story ends or the task is cancelled; try again while somebody else has the port."""
        wait_s = FIRST_WAIT_S
        while not self.stage.pace.is_over(self.stage.pace.now_ms()):
            server = ModbusTcpServer(self._device, address=self._address)
            try:
                await server.serve_forever(background=True)
                await self._wait_for_the_end()
            except (OSError, RuntimeError) as error:
                log.debug("modbus %s：%s", self.unit.identity, error)
                self.stage.failures += 1
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
            finally:
                with contextlib.suppress(OSError, RuntimeError):
                    await server.shutdown()  # type: ignore[no-untyped-call]

    async def _wait_for_the_end(self) -> None:
        pace = self.stage.pace
        while not pace.is_over(pace.now_ms()):
            await pace.until(pace.now_ms() + LOOK_MS)

    async def _measure(
        self, _function: int, start: int, _address: int, _count: int, registers: list[int], new: object
    ) -> ExcCodes | None:
        """Write what is measured now into the registers that are asked for."""
        if self.unit.is_silent(self.stage.pace.now_ms()):
            return ExcCodes.DEVICE_FAILURE
        said = self.unit.read(self.stage.pace.now_ms(), self.stage.leaks.get(self.unit.enterprise))
        for register in self.unit.parameters.get("registers", ()):
            value, quality = said.get(register["channel"], (0.0, 0))
            place = int(register["address"]) - start
            if 0 <= place <= len(registers) - 2:
                registers[place : place + 2] = struct.unpack(">2H", struct.pack(">f", 0.0 if quality else value))
        self.stage.answered += 1
        return None
