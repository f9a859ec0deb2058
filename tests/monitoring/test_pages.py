"""The pages of monitoring: buttons, keys shown once, panels, what waits, the search box, the API."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from anning.journal.models import Entry
from anning.kernel import clock
from anning.monitoring.models import Device, Fault, LimitVersion, Window
from anning.monitoring.panels.homes import _count, _waiting
from anning.monitoring.panels.places import find_alarms
from anning.monitoring.services import request_window, take_transitions
from anning.ui.records import services as records
from anning.ui.records.register import find
from tests.monitoring.conftest import NOW, onset


@pytest.fixture
def watcher(user_of):
    return user_of("monitor")


@pytest.fixture
def client(client_of, watcher):
    return client_of(watcher)


def page(client, register, row):
    answer = client.get(reverse("records:detail", args=[register, row.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_new_key_is_shown_once_and_never_again(client, device):
    answer = client.post(reverse("monitoring:device_key", args=[device.pk]))
    secret = answer.context["secret"]

    assert secret in answer.content.decode() and answer["Cache-Control"] == "no-store"
    assert secret not in page(client, "devices", device)

    key = device.keys.get()
    assert client.post(reverse("monitoring:device_key_end", args=[key.pk])).status_code == 302
    assert "已失效" in page(client, "devices", device)


def test_a_device_is_taken_through_its_life_by_buttons(client, device):
    url = reverse("monitoring:device_move", args=[device.pk, "stop"])

    assert "停用检修" in page(client, "devices", device)
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "更换"}).status_code == 302
    assert Device.objects.get().state == "maintenance"
    assert client.post(url, {"reason": "更换"}).status_code == 409


def test_limits_and_windows_are_decided_on_their_pages_by_somebody_else(client, point, operator, chief):
    draft = records.create(find("limits"), chief, {"datastream": point, "high": 10.0, "reason": "按设计"})
    now = clock.now()
    window = request_window(
        point.pk, chief, kind="bypass", since_at=now, until_at=now + timedelta(hours=2), reason="更换探头"
    )
    assert "批准" in page(client, "limits", draft) and "不批准" in page(client, "windows", window)

    assert client.post(reverse("monitoring:limits_move", args=[draft.pk, "approve"])).status_code == 302
    assert client.post(reverse("monitoring:window_move", args=[window.pk, "refuse"])).status_code == 422
    assert client.post(reverse("monitoring:window_move", args=[window.pk, "approve"])).status_code == 302

    assert LimitVersion.objects.get().state == "approved" and Window.objects.get().state == "approved"
    text = page(client, "datastreams", point)
    assert "自有限值" in text and "摘除" in text


def test_the_page_of_a_point_says_where_its_limits_come_from(client, point, alarm):
    text = page(client, "datastreams", point)

    assert "GB/T 50493-2019" in text and "已核对原文" in text and "高报" in text
    assert alarm.get_tier_display() in text


def test_the_page_of_an_enterprise_shows_what_alarms_there(client, enterprise, alarm, make_point):
    make_point("CAM_1", kind="camera")

    text = page(client, "enterprises", enterprise)

    assert "在线监测" in text and str(alarm) in text


def test_what_waits_are_alarms_and_what_others_have_put_forward(alarm, point, operator, chief):
    records.create(find("limits"), operator, {"datastream": point, "high": 10.0, "reason": "按设计"})

    titles = [todo.title for todo in _waiting(chief)]

    assert any(str(alarm) in title for title in titles) and len(titles) == _count(chief) == 2
    assert _count(operator) == 1, "nobody approves what is one's own"


def test_the_search_box_finds_alarms_by_number_point_and_enterprise(alarm, operator, actor_of, district):
    assert [found.url for found in find_alarms(operator, alarm.code, 5)] == [alarm.get_absolute_url()]
    assert find_alarms(operator, "某某化工", 5) and find_alarms(operator, "罐区", 5)
    assert not find_alarms(operator, "", 5) and not find_alarms(operator, "99999", 5)
    assert not find_alarms(actor_of("town", district.town_b.government), alarm.code, 5)


def test_the_api_takes_an_alarm_through_its_moves(client, alarm):
    url = f"/api/alarms/{alarm.pk}/moves"

    def move(**body):
        return client.post(url, json.dumps(body), "application/json")

    assert move(move="acknowledge", minutes=15).json()["letter"] == "C"
    assert move(move="acknowledge").status_code == 409
    assert move(move="hand_up").status_code == 422
    assert move(move="judge", verdict="true", text="现场确认").json()["verdict"] == "true"
    assert move(move="hand_up", text="请接报").json()["handed_up_at"]
    assert move(move="fly").status_code == 422
    assert client.post("/api/alarms/99999999999999999999/moves", "{}", "application/json").status_code == 422
    assert Entry.objects.filter(kind="alarm.hand_up").count() == 1


def test_the_books_of_alarms_and_faults_are_looked_up_and_take_no_entry(client, alarm, point):
    take_transitions([onset(point, "offline")], 2, NOW)

    for book, row in (("alarms", alarm), ("faults", Fault.objects.get())):
        assert f'data-row="{row.pk}"' in client.get(f"/r/{book}/").content.decode()
        assert page(client, book, row)
        assert client.post(reverse("records:add", args=[book]), {}).status_code in (403, 404)
        assert client.get(f"/r/{book}/export/?format=csv").status_code == 200
    for register in ("alarms", "faults", "devices", "datastreams", "windows", "refusals"):
        for question in find(register).questions:
            assert client.get(f"/r/{register}/?only={question}").status_code == 200


def test_a_home_shows_how_the_points_stand(client, alarm):
    text = client.get("/monitor").content.decode()

    assert "监测概况" in text and "<b>1</b>在用点位" in text and "<b>1</b>未签收" in text
