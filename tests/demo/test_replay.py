"""Tables of measurements are read as they are written, and reach the history as a device would have sent them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from anning.demo.replay.moments import read_moment
from anning.demo.replay.table import open_table
from anning.kernel import clock
from anning.kernel.errors import Refused
from anning.monitoring.observations import Quality
from tests.gateways.conftest import Gate, give_key, point_of

TELEMETRY = Path(__file__).parents[3] / "shared" / "data" / "telemetry"
NOON = int(datetime(2026, 7, 20, 4, 0, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-20 12:00:00", "2026-07-20T12:00:00+08:00", "2026-07-20T04:00:00Z", "2026/7/20 12:00",
        "2026.7.20 12.00",
        "2026年7月20日 12时00分", "2026年7月20日12:00:00", "2026年7月20日 12点", "20260720120000", "2026 7 20 12",
        str(NOON), str(NOON // 1000), f"{NOON // 1000}.0",
    ],
)  # fmt: skip
def test_a_moment_is_read_however_it_is_written(text):
    assert read_moment(text) == NOON


@pytest.mark.parametrize("text", ["", "noon", "2026-13-01 00:00", "2026年2月30日", "12345"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError):
        read_moment(text)


def table(tmp_path: Path, text: str, *known: str, encoding: str = "utf-8", **facts: Any):
    """Return the table in a file with this text."""
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode(encoding))
    return open_table(path, known or ("level",), facts.pop("mapped", {}), **facts)


def test_delimiters_missing_marks_and_bad_lines(tmp_path):
    found = table(
        tmp_path,
        "采集时间;液位;温度\n2026-07-20 12:00:00;-200;1\nwhen;2;2\n2026-07-20 12:01:00;x;3\n"
        "2026-07-20 12:02:00;4;缺测\n",
        "level", "temperature", mapped={"液位": "level", "温度": "temperature"}, missing=["-200"], encoding="gb18030",
    )  # fmt: skip

    lines = list(found.lines())

    assert [(line.number, line.values) for line in lines] == [
        (2, {"level": None, "temperature": 1.0}),
        (5, {"level": 4.0, "temperature": None}),
    ]
    assert [number for number, _why in found.errors] == [3, 4]
    assert "when" in found.errors[0][1] and "液位" in found.errors[1][1]


def test_time_in_parts_and_the_only_column_is_the_only_channel(tmp_path):
    found = table(tmp_path, "year,month,day,hour,TEMP\n2026,7,20,12,NA\n2026,7,20,13,31.5\n", "temperature")

    assert [(line.at_ms, line.values["temperature"]) for line in found.lines()] == [
        (NOON, None),
        (NOON + 3_600_000, 31.5),
    ]


@pytest.mark.parametrize(
    ("text", "known", "mapped", "complaint"),
    [
        ("a,b\n1,2\n", ("b",), {}, "没有认出时间列"),
        ("time,b\n1,2\n", ("c", "d"), {}, "没有一列"),
        ("time,b\n1,2\n", ("c",), {"b": "x"}, "没有通道"),
        ("time,b\n1,2\n", ("c",), {"x": "c"}, "没有列"),
    ],
)
def test_a_table_that_does_not_fit_says_what_it_has(tmp_path, text, known, mapped, complaint):
    with pytest.raises(Refused) as refused:
        table(tmp_path, text, *known, mapped=mapped)

    assert complaint in str(refused.value.message)


@pytest.fixture
def doors(gate: Gate, settings: Any) -> Gate:
    """Doors where the settings say that they are."""
    gate.open("mqtt", "hj212", "http")
    settings.MQTT_PORT = gate.ports["mqtt"]
    return gate


def replay(doors: Gate, path: Path, capsys: Any, **options: Any) -> str:
    """Replay a table to the devices that are registered now; return what was said."""
    doors.renew()
    call_command("monitoring_replay", path, **options)
    return str(capsys.readouterr().out)


def test_a_table_reaches_the_history_with_its_own_times(doors, make_device, tmp_path, capsys):
    device = make_device("mqtt", "tank", "level", key="secret-token")
    path = tmp_path / "a.csv"
    path.write_text("time,level\n" + "".join(f"{NOON + n * 60_000},{n}\n" for n in range(250)) + "bad,1\n")

    said = replay(doors, path, capsys, device="tank", key="secret-token", protocol="mqtt")

    point = point_of(device, "level")
    assert doors.stored() == [(point, NOON + n * 60_000, float(n), Quality.GOOD) for n in range(250)]
    assert "已回放 250 行" in said and "第 252 行" in said


def test_a_table_is_moved_to_now_and_played_faster(doors, make_device, tmp_path, capsys, settings):
    device = make_device("hj212", "MN1", "a21026", key="123456")
    settings.GATEWAY_PORT = doors.ports["hj212"] - 1
    path = tmp_path / "a.csv"
    path.write_text("time,value\n" + "".join(f"2026年7月20日 12时0分{n}秒,{n}\n" for n in range(3)))

    replay(doors, path, capsys, device=device.code, key="123456", speed=20.0, now=True)

    rows = doors.stored()
    assert [row[2] for row in rows] == [0.0, 1.0, 2.0]
    assert abs(rows[-1][1] - int(clock.now().timestamp() * 1000)) < 5_000


def test_what_cannot_be_replayed_is_said(doors, make_device, tmp_path):
    make_device("modbus", "127.0.0.1:5020/1", "level")
    make_device("mqtt", "tank", "level", key="secret-token")
    path = tmp_path / "a.csv"
    path.write_text("time,level\nwhen,1\n")

    for device, protocol, complaint in (
        ("nobody", None, "没有编码"), ("127.0.0.1:5020/1", None, "轮询"), ("tank", "hj212", "协议"),
        ("tank", None, "第 2 行"),
    ):  # fmt: skip
        with pytest.raises(CommandError, match=complaint):
            call_command("monitoring_replay", path, device=device, protocol=protocol)


@pytest.mark.skipif(not TELEMETRY.is_dir(), reason="the real series are not here")
def test_marks_of_a_broken_gas_sensor_are_no_values(doors, make_device, capsys, tmp_path, settings):
    device = make_device("http", "gas", "co", "no2")
    give_key(device, "gas-token")
    settings.GATEWAY_PORT = doors.ports["http"] - 4
    source = TELEMETRY / "gas" / "airquality_uci_2004-03_2004-09.csv"
    short = tmp_path / "gas.csv"
    short.write_text("".join(source.read_text().splitlines(keepends=True)[:500]))

    columns = [("CO(GT)", "co"), ("NO2(GT)", "no2")]
    said = replay(doors, short, capsys, device="gas", key="gas-token", missing="-200", column=columns)

    rows = doors.stored()
    assert "已回放 499 行" in said and len(rows) == 998
    assert {row[3] for row in rows} == {Quality.GOOD, Quality.MISSING}
    assert min(row[2] for row in rows if row[3] == Quality.GOOD) >= 0
