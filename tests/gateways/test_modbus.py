"""Polling of Modbus TCP devices: pymodbus's own simulator answers."""

import math
import struct
from collections.abc import Callable, Iterator

import pytest
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from anning.gateways.modbus import BadTable, Register, plan_of
from anning.monitoring.observations import Quality
from anning.monitoring.selectors import Known
from tests.gateways.conftest import free_port, point_of, refusals, until


def words(form: str, value: float) -> list[int]:
    """Return a value as registers, highest first."""
    data = struct.pack(f">{form}", value)
    return list(struct.unpack(f">{len(data) // 2}H", data))


@pytest.fixture
def simulator(gate) -> Iterator[Callable[..., int]]:
    """``simulator(bits, holding, inputs)`` starts a device that answers; returns its port."""
    servers = []

    def start(bits: list[bool], holding: list[int], inputs: list[int]) -> int:
        port = free_port()
        coils = [SimData(0, values=bits, datatype=DataType.BITS)]
        data = (coils, coils, *([SimData(0, values=each, datatype=DataType.REGISTERS)] for each in (holding, inputs)))

        async def serve() -> None:
            server = ModbusTcpServer(SimDevice(1, data), address=("127.0.0.1", port))
            servers.append(server)
            await server.serve_forever(background=True)

        gate.do(serve())
        return port

    yield start
    for server in servers:
        gate.do(server.shutdown())


@pytest.mark.parametrize("order", ["ABCD", "CDAB", "BADC", "DCBA"])
def test_values_are_read_in_every_order_of_bytes(order):
    plain = struct.pack(">f", 12.5)
    places = {"ABCD": (0, 1, 2, 3), "CDAB": (2, 3, 0, 1), "BADC": (1, 0, 3, 2), "DCBA": (3, 2, 1, 0)}[order]
    sent = bytes(plain[at] for at in places)

    value = Register("x", "holding", 0, "float32", order).value(list(struct.unpack(">2H", sent)))

    assert value == 12.5


def test_signed_numbers_scale_and_offset():
    assert Register("x", "holding", 0, "int16", scale=0.1, offset=-40).value([0xFFFF]) == pytest.approx(-40.1)
    assert Register("x", "holding", 0, "uint32").value([1, 0]) == 65536.0
    assert Register("x", "holding", 0, "float64").value(words("d", math.pi)) == math.pi


@pytest.mark.parametrize(
    ("identity", "parameters"),
    [
        ("host:port/1", {}),
        ("127.0.0.1:502/1", {"registers": [{"channel": "x"}]}),
        ("127.0.0.1:502/1", {"registers": [{"channel": "x", "table": "other", "address": 1}]}),
        ("127.0.0.1:502/1", {"registers": [{"channel": "x", "table": "coil", "address": 70000}]}),
        ("127.0.0.1:502/1", {"registers": [{"channel": "x", "table": "holding", "address": 1, "type": "bcd"}]}),
        ("127.0.0.1:502/1", {"registers": 5}),
        ("127.0.0.1:502/1", {"period_s": "often"}),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(identity, parameters):
    with pytest.raises(BadTable):
        plan_of(Known(1, "modbus", identity, "", "in_service", parameters))


def test_a_device_is_polled_and_its_values_are_stored(gate, make_device, simulator):
    port = simulator([True] * 16, [0, 250, *words("f", 1.5)], [7])
    registers = [
        {"channel": "pressure", "table": "holding", "address": 1, "scale": 0.01},
        {"channel": "level", "table": "holding", "address": 2, "type": "float32"},
        {"channel": "count", "table": "input", "address": 0},
        {"channel": "pump", "table": "coil", "address": 3},
        {"channel": "nothing there", "table": "input", "address": 900},
    ]
    channels = [each["channel"] for each in registers]
    device = make_device(
        "modbus", f"127.0.0.1:{port}/1", *channels, parameters={"period_s": 0.2, "registers": registers}
    )
    gate.open("hj212")

    rows = until(lambda: len(found := gate.stored()) >= 10 and found)

    values = {row[0]: row[2:] for row in rows[:5]}
    assert [values[point_of(device, channel)] for channel in channels[:4]] == [(2.5, 0), (1.5, 0), (7.0, 0), (1.0, 0)]
    assert values[point_of(device, "nothing there")][1] == Quality.FAULT
    assert refusals(gate)[(device.identity, "exception")] >= 2


def test_a_device_that_does_not_answer_gives_faults_and_is_asked_less_often(gate, make_device):
    identity = f"127.0.0.1:{free_port()}/1"
    registers = [{"channel": "pressure", "table": "holding", "address": 1}]
    make_device("modbus", identity, "pressure", parameters={"period_s": 0.1, "registers": registers})
    gate.open("hj212")

    rows = until(lambda: len(found := gate.stored()) >= 3 and found)

    assert {row[3] for row in rows} == {Quality.FAULT}
    assert rows[2][1] - rows[1][1] > 250  # twice as long after every failure
    assert refusals(gate)[(identity, "no_answer")] >= 3
