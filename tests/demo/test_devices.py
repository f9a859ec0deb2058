"""The devices of the demo district speak through real doors; a leak alarms in order; dark firms stay dark."""

import asyncio
import json
import os
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from anning.demo.devices import orders, roster
from anning.demo.devices.client import Stage
from anning.demo.devices.pace import Pace, now_ms
from anning.demo.devices.playing import OFFSETS, play
from anning.demo.devices.plc import Plc
from anning.demo.devices.units import Unit
from anning.demo.instruments import FIRE, TRACK
from anning.demo.ledger import Ledger
from anning.demo.signals import Spot
from anning.demo.signals.leaks import LENGTH_MS
from anning.demo.watched import add_watched
from anning.demo.wires import key_of
from anning.gateways.modbus import plan_of
from anning.kernel import clock
from anning.monitoring.models import Alarm, Datastream, Refusal, Tier
from anning.monitoring.selectors import Known
from anning.ops.doors import doors
from anning.registry.models import Enterprise
from tests.gateways.conftest import Gate, free_port, until

NOON = "2026-04-09T12:00+08:00@1"  # an hour at which these enterprises have their power
TRADES = ("液化石油气储存、充装", "成品油零售", "木制品加工，涉爆粉尘", "木制品加工，涉爆粉尘")
DOORS = ("gb26875", "hj212", "jt808", "sl651", "http", "mqtt")
MINUTES, SPEED = 10.0, 200.0
PATIENCE_S = 30


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock shows a certain day, and runs."""
    monkeypatch.setattr(clock, "_clock", clock.parse(NOON))


@pytest.fixture
def town(noon: None, gate: Gate, make_device: Any, district: Any) -> list[Enterprise]:
    """Four watched enterprises, one of them dark, and one device of each other kind."""
    Enterprise.objects.update(is_monitored=False)
    firms = [
        Enterprise.objects.create(
            name=f"第{number}家企业", credit_code=f"9112{number}", business=trade, industry="hazmat",
            area=district.town_a.area, is_monitored=True,
        )
        for number, trade in enumerate(TRADES)
    ]  # fmt: skip
    add_watched(Ledger())
    facts: dict[str, Any] = {"enterprise": None, "family": "fire"}
    others = [
        (make_device("gb26875", "010000000000", **facts), [(row[0], row[1], row[3]) for row in FIRE]),
        (make_device("jt808", "16010000001", **facts), [(row[0], row[1], row[3]) for row in TRACK]),
        (make_device("jt808", "16010000002", parameters={"plate": "津B00002", "version": 2019}, **facts),
         [("speed", "speed", "km/h")]),
        (make_device("sl651", "0012011701", **facts), [("39", "river_stage", "m"), ("F4", "rain", "mm")]),
        (make_device("http", "RQ-001", **facts), [("methane", "combustible_gas", "%LEL")]),
    ]  # fmt: skip
    for device, points in others:
        for channel, kind, unit in points:
            point = Datastream(
                device=device, channel=channel, kind=kind, unit=unit, name=channel, code=f"{device.code}{channel}"
            )
            point.derive()
            point.save()
    give_demo_keys(*(device for device, _points in others[:2]), *(device for device, _points in others[3:]))
    return firms


def give_demo_keys(*devices: Any) -> None:
    """Give devices the keys by which the demo's devices present themselves."""
    from anning.demo.wires import give_keys

    give_keys(devices, clock.now())


def play_now(gate: Gate, units: list[Unit], leaks: dict[int, int] | None = None) -> Stage:
    """Let the devices play their minutes at the open doors; return what came of it."""
    stage = Stage("127.0.0.1", gate.ports, Pace(SPEED, MINUTES), leaks or {})

    async def perform() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await play(units, stage, asyncio.Event())

    asyncio.run(perform())
    return stage


def test_ten_minutes_reach_the_history_a_leak_alarms_in_order_and_the_dark_stay_dark(gate: Gate, town: Any):
    gate.open(*DOORS)
    units = roster.units()
    lpg, _oil, dark, _lit = town

    stage = play_now(gate, units, {lpg.pk: now_ms() - round(MINUTES * 60_000)})
    onsets = until(lambda: _onsets(lpg, both_limits_of=2))

    heard = Counter(row[0] for row in gate.stored())
    spoken = {unit.identity for unit in units}
    wanted = Datastream.objects.filter(device__identity__in=spoken)
    assert {point.pk for point in wanted} == set(heard)
    assert not Datastream.objects.filter(pk__in=heard, device__enterprise=dark).exists()
    assert Datastream.objects.filter(device__enterprise=dark).exists()
    assert {count for point, count in heard.items() if wanted.get(pk=point).kind == "level"} == {20}
    assert stage.failures == 0 and not Refusal.objects.exists()
    near, far = sorted({point for point, _condition in onsets}, key=lambda point: onsets[point, "high"])[:2]
    assert onsets[near, "high"] < onsets[far, "high"] < onsets[far, "high_high"]
    assert onsets[near, "high"] < onsets[near, "high_high"] < onsets[far, "high_high"]
    agreed = Alarm.objects.filter(datastream__in=[near, far], condition="high")
    assert {(alarm.first_tier, alarm.tier) for alarm in agreed} == {(Tier.NOTICE, Tier.WARNING)}


def _onsets(firm: Enterprise, *, both_limits_of: int) -> dict[tuple[int, str], int]:
    """Return when which gas alarm began, once so many sensors are beyond both limits; nothing before."""
    rows = Alarm.objects.filter(enterprise=firm, datastream__kind="combustible_gas")
    found = {(row.datastream_id, row.condition): row.onset_ms for row in rows}
    return found if sum(condition == "high_high" for _point, condition in found) >= both_limits_of else {}


def test_a_device_waits_for_a_closed_door_and_fills_in(gate: Gate, town: Any):
    gate.open("http")
    (unit,) = [unit for unit in roster.units("http") if unit.identity == "RQ-001"]
    stage = Stage("127.0.0.1", {"http": free_port()}, Pace(SPEED, MINUTES))

    async def perform() -> None:
        playing = asyncio.ensure_future(play([unit], stage, asyncio.Event()))
        while not stage.failures:
            await asyncio.sleep(0.01)
        stage.ports["http"] = gate.ports["http"]
        await playing

    asyncio.run(perform())

    assert stage.failures >= 1
    assert len(gate.stored()) == 20


def test_devices_stop_when_told(gate: Gate, town: Any):
    gate.open("http")
    stage, units = Stage("127.0.0.1", gate.ports, Pace()), roster.units("http")

    async def perform() -> None:
        stop = asyncio.Event()
        playing = asyncio.ensure_future(play(units, stage, stop))
        async with asyncio.timeout(20):
            while not stage.answered:
                await asyncio.sleep(0.01)
        stop.set()
        await asyncio.wait_for(playing, 5)

    asyncio.run(perform())

    assert stage.failures == 0


def test_a_controller_measures_when_it_is_asked():
    from pymodbus.client import AsyncModbusTcpClient

    identity = f"127.0.0.1:{free_port()}/1"
    registers = [
        {"channel": "a", "table": "holding", "address": 0, "type": "float32", "order": "ABCD"},
        {"channel": "b", "table": "holding", "address": 2, "type": "float32", "order": "ABCD"},
    ]
    unit = Unit("modbus", identity, parameters={"registers": registers}, spots={"b": Spot(1, "oxygen")})
    plan = plan_of(Known(1, "modbus", identity, "", "in_service", {"registers": registers}))

    async def ask() -> list[float]:
        serving = asyncio.ensure_future(Plc(unit, Stage("127.0.0.1", {}, Pace())).run())
        await _until_open(plan.port)
        client = AsyncModbusTcpClient(plan.host, port=plan.port)
        assert await client.connect()
        answers = [await client.read_holding_registers(each.address, count=2, device_id=1) for each in plan.registers]
        client.close()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        return [each.value(answer.registers) for each, answer in zip(plan.registers, answers, strict=True)]

    nothing, oxygen = asyncio.run(ask())

    assert nothing == 0.0
    assert 17 < oxygen < 22


async def _until_open(port: int) -> None:
    """Wait until somebody listens."""
    async with asyncio.timeout(10):
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return


def test_the_devices_know_the_offsets_of_the_doors():
    assert {name: door.offset for name, door in doors.items() if door.offset is not None} == OFFSETS


def test_keys_are_those_of_the_installation(town: Any):
    for unit in roster.units("hj212"):
        assert unit.key and unit.key.isdigit() and len(unit.key) == 6
    device = Datastream.objects.filter(device__protocol="mqtt").first()
    assert device and key_of(device.device) != key_of(Datastream.objects.filter(device__protocol="http")[0].device)


def test_a_real_district_has_no_demo_devices(district: Any):
    with pytest.raises(CommandError, match="不是演示环境"):
        call_command("demo_devices")


def test_faster_play_needs_an_end(district: Any):
    with pytest.raises(CommandError, match="--minutes"):
        call_command("demo_devices", speed=60.0)


def test_a_leak_is_ordered_by_a_file_and_is_over_by_itself(tmp_path: Any):
    orders.order_leak(tmp_path, 7, 1_000)
    orders.order_leak(tmp_path, 8, 2_000)

    assert orders.read_leaks(tmp_path, 3_000) == {7: 1_000, 8: 2_000}
    assert orders.read_leaks(tmp_path, 1_000 + LENGTH_MS) == {8: 2_000}
    (tmp_path / orders.FILE).write_text(json.dumps([1]))
    assert orders.read_leaks(tmp_path, 0) == {}


def test_only_one_process_plays(tmp_path: Any):
    with orders.the_only_one(tmp_path) as first, orders.the_only_one(tmp_path) as second:
        assert (first, second) == (True, False)
    with orders.the_only_one(tmp_path) as again:
        assert again


def test_an_orphan_knows(monkeypatch: pytest.MonkeyPatch):
    assert not orders.has_lost_parent()
    monkeypatch.setenv("ANNING_SUPERVISOR", str(os.getppid()))
    assert not orders.has_lost_parent()
    monkeypatch.setenv("ANNING_SUPERVISOR", "1")
    assert orders.has_lost_parent() == (os.getppid() != 1)


def test_the_story_ends_now():
    pace = Pace(speed=100, minutes=10)

    assert pace.end_ms is not None
    assert pace.end_ms - pace.start_ms == 600_000
    assert abs(pace.end_ms - now_ms() - 6_000) < 1_000
