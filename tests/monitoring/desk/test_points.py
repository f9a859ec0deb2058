"""The point wall, the trend and the evidence: what stands how, drawn, exported, and proven."""

import csv
import hashlib
import io
import json
from datetime import timedelta
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from anning.journal.models import Entry
from anning.kernel import clock
from anning.monitoring.desk import states
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import Datastream, LimitVersion, Window
from anning.monitoring.services import take_transitions
from tests.monitoring.conftest import onset


def state_of(point: Datastream) -> str:
    (found,) = states.standings(Datastream.objects.filter(pk=point.pk).select_related("device"))
    return found.state.name


@pytest.fixture
def online(device):
    """The data logger has spoken."""
    device.is_online = True
    device.save()
    return device


def test_alarm_before_fault_before_offline_before_well(point, online):
    assert state_of(point) == "normal"
    at = clock.now()
    take_transitions([onset(point, "out_of_range", at, value=-3.0, limit=0.0)], 1, at)
    assert state_of(point) == "fault"
    take_transitions([onset(point, "offline", at, value=None, limit=None)], 2, at)
    assert state_of(point) == "offline"
    take_transitions([onset(point, "high", at)], 3, at)
    assert state_of(point) == "notice"


def test_a_device_that_never_spoke_is_offline_and_one_in_maintenance_is_said_to_be(point, device):
    assert state_of(point) == "offline"
    device.state = "maintenance"
    device.save()
    assert state_of(point) == "silent"


def test_an_approved_window_shows_as_long_as_it_runs(point, online, operator):
    now = clock.now()
    span = {"since_at": now - timedelta(hours=1), "until_at": now + timedelta(hours=1)}
    window = Window.objects.create(
        datastream=point,
        kind="bypass",
        reason="检修",
        applied_by=operator.name,
        applied_at=now,
        state="approved",
        **span,
    )
    assert state_of(point) == "silent"
    Window.objects.filter(pk=window.pk).update(until_at=now)
    assert state_of(point) == "normal"


@pytest.mark.parametrize("state", ["offline", "blocked", "black"])
def test_a_camera_stands_as_it_was_seen(make_point, online, state):
    camera = make_point("CAM", "camera", unit="")
    Datastream.objects.filter(pk=camera.pk).update(camera_state=state)
    assert state_of(camera) == state


def test_the_wall_counts_filters_and_leads_to_the_trend(make_point, online, history, client_of):
    gas, camera = make_point("GAS"), make_point("CAM", "camera", unit="")
    Datastream.objects.filter(pk=camera.pk).update(camera_state="blocked")
    client = client_of("monitor")

    page = client.get("/desk/points/").content.decode()
    assert "1 家企业，2 个点位（其中监 1）" in page
    assert f"/desk/trend/{gas.pk}/" in page and f"/desk/trend/{camera.pk}/" in page
    blocked = client.get("/desk/points/?state=blocked").content.decode()
    assert f"/desk/trend/{camera.pk}/" in blocked and f"/desk/trend/{gas.pk}/" not in blocked
    probes = client.get("/desk/points/?share=probe&q=gas", headers={"HX-Request": "true"}).content.decode()
    assert f"/desk/trend/{gas.pk}/" in probes and f"/desk/trend/{camera.pk}/" not in probes and "<html" not in probes


def test_the_trend_draws_every_extreme_the_limits_and_the_alarms(point, record, client_of):
    now = clock.now()
    record(point, [5.0] * 600 + [77.0] + [5.0] * 399, every_s=10, until=now)
    take_transitions([onset(point, at=now - timedelta(minutes=66), value=77.0)], 1, now)
    first, last = milliseconds(now - timedelta(hours=3)), milliseconds(now)

    told = client_of("monitor").get(f"/desk/trend/{point.pk}/data?from={first}&to={last}&buckets=100").json()

    assert max(told["maximum"]) == 77.0 and sum(told["count"]) in (999, 1000) and len(told["at"]) <= 100
    assert told["limits"] == [{"name": "high", "value": 25}, {"name": "high_high", "value": 50}]
    assert [alarm["tier"] for alarm in told["alarms"]] == [1]


def test_own_limits_come_before_the_defaults_of_the_kind(point, record, operator, client_of):
    now = clock.now()
    LimitVersion.objects.create(
        datastream=point, high=12, reason="低温库", state="approved", in_force_at=now, drafted_by="x", drafted_at=now
    )
    page = client_of("monitor").get(f"/desk/trend/{point.pk}/").content.decode()
    assert "高报 12" in page and "高高报" not in page.split("数值表")[0].split("限值")[1][:40]


def test_the_page_has_the_table_of_what_the_chart_draws(point, record, client_of):
    record(point, [1.0, 2.0, 3.0], every_s=1)
    page = client_of("monitor").get(f"/desk/trend/{point.pk}/?span=hour").content.decode()
    assert "共 3 个读数" in page and "<td" in page


@pytest.mark.parametrize("bounds", ["", "from=5", "from=9&to=3", "from=a&to=b", "from=1&to=99999999999999999999"])
def test_a_span_that_is_none_is_refused_in_words(point, history, client_of, bounds):
    assert client_of("monitor").get(f"/desk/trend/{point.pk}/data?{bounds}").status_code == 422


def test_csv_and_excel_hold_the_raw_values(point, record, client_of):
    now = clock.now()
    record(point, [1.5, 2.25, 3.125], every_s=60, until=now)
    client = client_of("duty")
    span = f"from={milliseconds(now - timedelta(days=2))}&to={milliseconds(now) + 1}"

    text = b"".join(client.get(f"/desk/trend/{point.pk}/export?{span}").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    book = load_workbook(
        io.BytesIO(b"".join(client.get(f"/desk/trend/{point.pk}/export?{span}&format=xlsx").streaming_content))
    )

    assert [row[1] for row in rows[1:]] == ["1.5", "2.25", "3.125"] and rows[1][2] == "有效"
    assert [row[1].value for row in book["数值"].iter_rows(min_row=2)] == [1.5, 2.25, 3.125]


def test_another_town_reads_no_value(point, record, client_of, district):
    record(point, [1.0])
    client = client_of("town", district.town_b.government)
    for rest in ("", "data?from=1&to=2", "export?from=1&to=2"):
        assert client.get(f"/desk/trend/{point.pk}/{rest}").status_code == 404
    assert f"/desk/trend/{point.pk}/" not in client.get("/desk/points/").content.decode()


def test_the_evidence_holds_values_frames_story_and_digests_that_the_journal_keeps(point, record, history, client_of):
    now = clock.now()
    record(point, [20.0, 26.0, 30.0], every_s=30, until=now)
    alarm = take_transitions([onset(point, at=now)], 1, now).raised[0]

    answer = client_of("duty").get(f"/desk/alarm/{alarm.pk}/evidence")
    content = b"".join(answer.streaming_content)

    packed = ZipFile(io.BytesIO(content))
    sums = json.loads(packed.read("digests.json"))
    facts = json.loads(packed.read("facts.json"))
    assert packed.read("values.csv").decode("utf-8-sig").count("\nGAS_1,") == 3
    assert [event["move"] for event in facts["events"]] == ["occur"]
    assert all(hashlib.sha256(packed.read(name)).hexdigest() == value for name, value in sums["files"].items())
    entry = Entry.objects.get(kind="alarm.evidence").data
    assert entry["sha256"] == hashlib.sha256(content).hexdigest()
    assert entry["digests"] == sums["values"] and len(sums["values"]["GAS_1"]) == 64
