"""Polling of Modbus TCP devices: each in a task of its own, at its own pace, slower while it does not answer."""

import asyncio
import logging
import random
import struct
from dataclasses import dataclass
from typing import Any

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from anning.gateways.house import House
from anning.monitoring.intake import NotStored, Row, now_ms
from anning.monitoring.observations import Quality
from anning.monitoring.selectors import Known

log = logging.getLogger(__name__)

PERIOD_S, TIMEOUT_S = 5.0, 2.0
SLOWEST_S = 60.0
MOST_REGISTERS = 500
TYPES = {"int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "float32": "f", "float64": "d"}
ORDERS = ("ABCD", "CDAB", "BADC", "DCBA")
TABLES = ("holding", "input", "coil", "discrete")


class BadTable(ValueError):
    """The polling table of a device cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Register:
    """One value to ask for: value = raw × ``scale`` + ``offset``."""

    channel: str
    table: str
    address: int
    type: str = "uint16"
    order: str = "ABCD"
    scale: float = 1.0
    offset: float = 0.0

    @property
    def words(self) -> int:
        """How many registers of 16 bits it takes."""
        return struct.calcsize(TYPES[self.type]) // 2

    def value(self, words: list[int]) -> float:
        """Return the value that stands in these registers."""
        data = struct.pack(f">{len(words)}H", *words)
        if self.order in ("BADC", "DCBA"):
            data = b"".join(data[at : at + 2][::-1] for at in range(0, len(data), 2))
        if self.order in ("CDAB", "DCBA"):
            data = b"".join(data[at : at + 2] for at in range(len(data) - 2, -1, -2))
        (raw,) = struct.unpack(f">{TYPES[self.type]}", data)
        return float(raw) * self.scale + self.offset


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a device is and what is asked, how often."""

    host: str
    port: int
    unit: int
    period_s: float
    timeout_s: float
    registers: tuple[Register, ...]


def plan_of(known: Known) -> Plan:
    """Return the plan in a device's identity and parameters. Raises BadTable."""
    try:
        place, _, unit = known.identity.partition("/")
        host, _, port = place.rpartition(":")
        given = known.parameters.get("registers", [])
        registers = tuple(Register(**facts) for facts in given[:MOST_REGISTERS])
        plan = Plan(
            host or place,
            int(port) if host else 502,
            int(unit or 1),
            max(0.1, float(known.parameters.get("period_s", PERIOD_S))),
            max(0.1, float(known.parameters.get("timeout_s", TIMEOUT_S))),
            registers,
        )
        for register in registers:
            if register.table not in TABLES or register.type not in TYPES or register.order not in ORDERS:
                raise BadTable(f"register {register.channel}: table, type or order")
            if not 0 <= int(register.address) <= 0xFFFF:
                raise BadTable(f"register {register.channel}: address")
    except (TypeError, ValueError, AttributeError) as error:
        raise BadTable(str(error)) from None
    return plan


async def poll_all(house: House) -> None:
    """Keep one task for every Modbus device; a device that changes gets a new one."""
    tasks: dict[int, tuple[Plan, asyncio.Task[None]]] = {}
    try:
        while True:
            changed = house.renewed
            wanted: dict[int, tuple[Known, Plan]] = {}
            for known in house.directory.of("modbus"):
                try:
                    wanted[known.pk] = (known, plan_of(known))
                except BadTable:
                    house.ledger.refuse("modbus", "parameters", known=known)
            for pk, (plan, task) in list(tasks.items()):
                if pk not in wanted or wanted[pk][1] != plan:
                    task.cancel()
                    del tasks[pk]
            for pk, (known, plan) in wanted.items():
                if pk not in tasks and plan.registers:
                    tasks[pk] = (plan, asyncio.create_task(Poller(house, known, plan).run()))
            await changed.wait()
    finally:
        for _plan, task in tasks.values():
            task.cancel()


class Poller:
    """Asks one device again and again."""

    def __init__(self, house: House, known: Known, plan: Plan) -> None:
        self.house, self.known, self.plan = house, known, plan
        self.client = AsyncModbusTcpClient(plan.host, port=plan.port, timeout=plan.timeout_s, retries=0)
        self._failures = 0

    async def run(self) -> None:
        """Ask until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time() + random.random() * self.plan.period_s  # noqa: S311  # only to spread the devices
        try:
            while True:
                await asyncio.sleep(max(0.0, due - loop.time()))
                await self.ask_once()
                wait_s = (
                    min(SLOWEST_S, self.plan.period_s * 2**self._failures) if self._failures else self.plan.period_s
                )
                due = max(due + wait_s, loop.time())
        finally:
            self.client.close()

    async def ask_once(self) -> None:
        """Ask for all registers and have the answers stored; what was not answered is stored as FAULT."""
        values = await self._ask()
        at_ms = now_ms()
        known = self.house.directory.find("modbus", self.known.identity) or self.known
        rows: list[Row] = []
        for register in self.plan.registers:
            point = known.points.get(register.channel)
            if point is None:
                self.house.directory.memory(known).unknown[register.channel] = float("nan")
                continue
            value = values.get(register.channel)
            quality = Quality.GOOD if value is not None else Quality.FAULT
            if quality == Quality.GOOD and known.in_maintenance:
                quality = Quality.MAINTENANCE
            rows.append((point.pk, at_ms, float("nan") if value is None else value, quality))
        try:
            await self.house.intake.accept(rows)
        except NotStored as error:
            self.house.ledger.refuse("modbus", f"not_stored_{error.reason}", known=known)

    async def _ask(self) -> dict[str, float]:
        """Return the values that were answered, by channel."""
        values: dict[str, float] = {}
        try:
            if not self.client.connected and not await self.client.connect():
                raise ConnectionError
            for register in self.plan.registers:
                value = await self._read(register)
                if value is None:
                    self.house.ledger.refuse("modbus", "exception", known=self.known)
                else:
                    values[register.channel] = value
            self._failures = 0
            self.house.ledger.see(self.known.pk, now_ms(), self.plan.host)
        except (ModbusException, OSError, TimeoutError):
            self.client.close()
            self._failures = min(self._failures + 1, 8)
            self.house.ledger.refuse("modbus", "no_answer", known=self.known)
        return values

    async def _read(self, register: Register) -> float | None:
        """Return the value of one register; None when the device answers with an exception."""
        read: dict[str, Any] = {
            "holding": self.client.read_holding_registers,
            "input": self.client.read_input_registers,
            "coil": self.client.read_coils,
            "discrete": self.client.read_discrete_inputs,
        }
        is_bit = register.table in ("coil", "discrete")
        count = 1 if is_bit else register.words
        answer = await read[register.table](register.address, count=count, device_id=self.plan.unit)
        if answer.isError() or len(answer.bits if is_bit else answer.registers) < count:
            return None
        return float(answer.bits[0]) if is_bit else register.value(answer.registers[:count])
