"""Reports: what the daily report says equals what anybody counts from the raw values."""

import io
import math
import random
from datetime import datetime, timedelta

import docx
import pytest
from openpyxl import load_workbook

from anning.kernel import clock
from anning.kernel.errors import Conflict, NotAllowed, Refused
from anning.monitoring.judging import Judge
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import Alarm, SpotCheck, WatchReport
from anning.monitoring.observations import Observations
from anning.monitoring.rounds import papers, services
from anning.monitoring.rounds.figures import Figures, figures
from anning.monitoring.rounds.services.reporting import begin_of, last_cut, make_due_report
from anning.monitoring.selectors import ruleset
from anning.monitoring.services import acknowledge, judge_verdict, take_transitions
from tests.duty.conftest import make_post

MINUTE = timedelta(minutes=1)
CUT = datetime(2026, 11, 24, 17, 0, tzinfo=clock.ZONE)
SINCE = CUT - timedelta(days=1)
LIMIT, DEADBAND_LIMIT, SILENCE_MIN, ACK_MIN = 25.0, 23.0, 5, 10  # as the rule packs prescribe for combustible gas


@pytest.fixture
def raw(make_point, history):
    """A day of three detectors: one steady, one with gaps and two leaks, one with faults; judged as it came."""
    rng = random.Random(20261124)
    points = [make_point(code, zone=code) for code in ("STEADY", "GAPS", "FAULTY")]
    judge = Judge(ruleset(SINCE))
    rows = []
    for minute in range(-3, 1440):
        at = SINCE + minute * MINUTE + timedelta(seconds=7)
        for place, point in enumerate(points):
            value, quality = 5 + rng.random(), 0
            if place == 1 and (200 <= minute < 260 or minute % 97 == 0):
                continue
            if place == 1 and (400 <= minute < 420 or 900 <= minute < 905):
                value = 30 + rng.random()
            if place == 2 and minute % 50 == 0:
                value, quality = -200.0, 2
            rows.append((point.pk, milliseconds(at), value, quality))
    for start in range(0, len(rows), 500):
        part = Observations.of(rows[start : start + 500], rows[min(start + 499, len(rows) - 1)][1])
        number = history.append(part)
        take_transitions(judge.judge(part), number, datetime.fromtimestamp(part.received_ms / 1000, clock.ZONE))
    return points, rows


def counted_again(points, rows):
    """Count from the raw rows alone, value by value."""
    first, last = milliseconds(SINCE), milliseconds(CUT)
    online = total = faulty = onsets = 0
    for point in points:
        own = [(at, value, quality) for key, at, value, quality in rows if key == point.pk]
        times = [at for at, _value, _quality in own]
        for minute in range(1440):
            end = first + (minute + 1) * 60_000
            online += any(end - SILENCE_MIN * 60_000 <= at < end for at in times)
        inside = [each for each in own if first <= each[0] < last]
        total += len(inside)
        faulty += sum(quality == 2 for _at, _value, quality in inside)
        is_high = False
        for _at, value, quality in inside:
            if quality:
                continue
            if value > LIMIT and not is_high:
                onsets, is_high = onsets + 1, True
            elif value < DEADBAND_LIMIT:
                is_high = False
    return {"online": online, "required": len(points) * 1440, "total": total, "faulty": faulty, "onsets": onsets}


def test_the_daily_report_equals_the_numbers_recomputed_from_raw_values(raw, operator, actor_of):
    points, rows = raw
    again = counted_again(points, rows)
    alarms = list(Alarm.objects.order_by("onset_at"))
    acknowledge(alarms[0].pk, operator, now=alarms[0].raised_at + 3 * MINUTE)
    judge_verdict(alarms[0].pk, operator, verdict="false", reason="检定校准", now=alarms[0].raised_at + 4 * MINUTE)
    acknowledge(alarms[1].pk, operator, now=alarms[1].raised_at + (ACK_MIN + 5) * MINUTE)

    report = services.make_report("daily", CUT, actor_of("duty"), now=CUT + MINUTE)
    found = Figures(**report.figures)

    assert again["onsets"] == 2 and again["faulty"] > 20
    assert (found.online_minutes, found.required_minutes) == (again["online"], again["required"])
    assert found.online_rate == round(100 * again["online"] / again["required"], 1) < 100
    assert (found.readings, found.faulty_readings) == (again["total"], again["faulty"])
    assert (found.raised, found.alarms["notice"]) == (again["onsets"], again["onsets"])
    assert (found.in_time, found.due, found.in_time_rate) == (1, 2, 50.0)
    assert (found.false, found.true, found.false_rate) == (1, 0, 100.0)
    assert (found.points, found.probes, found.cameras, found.enterprises, found.dark) == (3, 3, 0, 1, [])
    assert found.top == [{"name": "芦台某某化工有限公司", "count": 2, "place": "芦台街道"}]


def test_a_report_is_kept_as_it_was_counted(raw, actor_of, operator):
    maker = actor_of("duty")
    report = services.make_report("daily", CUT, maker, now=CUT + MINUTE)
    before = papers.paragraphs(report)
    judge_verdict(Alarm.objects.first().pk, operator, verdict="true", reason="确认", now=CUT + 2 * MINUTE)

    assert papers.paragraphs(WatchReport.objects.get()) == before
    with pytest.raises(Conflict):
        services.make_report("daily", CUT, maker, now=CUT + 2 * MINUTE)


def test_an_enterprise_without_a_single_reading_is_named(history, point, actor_of):
    found = figures(actor_of("duty"), SINCE, CUT)

    assert found.dark == [{"key": point.device.enterprise_id, "name": "芦台某某化工有限公司"}]
    assert (found.online_minutes, found.required_minutes, found.online_rate) == (0, 1440, 0.0)


def test_a_point_of_no_enterprise_is_counted_and_names_nobody(history, point, device, actor_of):
    device.enterprise = None
    device.save()

    found = figures(actor_of("duty"), SINCE, CUT)

    assert (found.points, found.enterprises, found.required_minutes, found.dark) == (1, 0, 1440, [])


def test_shares_of_nothing_are_a_dash(history, actor_of):
    found = figures(actor_of("duty"), SINCE, CUT)

    assert found.false_rate is found.in_time_rate is found.online_rate is None
    assert papers.rate_text(None) == "—"


def test_the_answered_checks_are_counted_when_they_have_ended(history, actor_of, district, operator):
    posts = [make_post(district.bureau, f"岗{number}") for number in range(3)]
    for post, late in zip(posts, (1, 9, None), strict=True):
        (check,) = services.start_checks(operator, post=post, now=SINCE + MINUTE)
        if late:
            services.answer_check(check.pk, operator, now=SINCE + (1 + late) * MINUTE)
    found = figures(actor_of("duty"), SINCE, CUT)

    assert SpotCheck.objects.filter(result="").count() == 1
    assert (found.checks, found.answered_checks, found.check_rate) == (2, 1, 50.0)


def test_a_week_is_counted_day_by_day_too(raw, actor_of):
    found = figures(actor_of("duty"), CUT - timedelta(days=7), CUT, by_day=True)

    assert len(found.daily) == 7 and found.daily[-1]["raised"] == 2
    assert sum(day["raised"] for day in found.daily) == found.raised


def test_the_hour_makes_the_report_once(history, point, db):
    at = CUT + timedelta(minutes=5)  # a Tuesday

    assert (make_due_report(at), make_due_report(at)) == (1, 0)
    assert [each.kind for each in WatchReport.objects.all()] == ["daily"]
    monday = datetime(2026, 6, 1, 17, 1, tzinfo=clock.ZONE)
    assert make_due_report(monday) == 3, "a Monday that is the first of the month closes day, week and month"


def test_spans_end_at_the_hour_and_months_at_their_day():
    assert last_cut(CUT - MINUTE) == CUT - timedelta(days=1) and last_cut(CUT) == CUT
    assert begin_of("weekly", CUT) == CUT - timedelta(days=7)
    assert begin_of("monthly", datetime(2026, 3, 1, 17, tzinfo=clock.ZONE)).day == 1


def test_a_span_that_has_not_ended_and_a_stranger_are_refused(history, actor_of):
    with pytest.raises(Refused):
        services.make_report("daily", CUT, actor_of("duty"), now=CUT - MINUTE)
    with pytest.raises(NotAllowed):
        services.make_report("daily", CUT, actor_of("village"), now=CUT)


def test_word_and_excel_say_the_same_numbers(raw, client_of):
    client = client_of("duty")
    made = client.post("/rounds/report/", {"kind": "daily", "until": f"{CUT:%Y-%m-%dT%H:%M}"})
    assert made.status_code == 302, made.content.decode()
    report = WatchReport.objects.get()
    found = Figures(**report.figures)

    page = client.get(report.get_absolute_url()).content.decode()
    word = docx.Document(io.BytesIO(b"".join(client.get(f"/rounds/report/{report.pk}/word").streaming_content)))
    book = load_workbook(io.BytesIO(b"".join(client.get(f"/rounds/report/{report.pk}/excel").streaming_content)))

    assert f"在线率{found.online_rate:.1f}%" in page
    assert any(f"在线率{found.online_rate:.1f}%" in line.text for line in word.paragraphs)
    cells = {row[0].value: row[1].value for row in book["指标"].iter_rows(min_row=4)}
    assert cells["在线率"] == found.online_rate and cells["读数"] == found.readings
    assert not any(isinstance(value, float) and math.isnan(value) for value in cells.values())


def test_who_sees_less_than_the_district_reads_no_report(history, point, client_of, actor_of, district):
    report = services.make_report("daily", CUT, actor_of("duty"), now=CUT)
    client = client_of("town", district.town_a.government)

    assert "还没有报告" in client.get("/rounds/report/").content.decode()
    assert client.get(report.get_absolute_url()).status_code == 404
    assert client.get(f"/rounds/report/{report.pk}/word").status_code == 404
