"""The queue: who comes first, what lies together, what is done from it, and that nothing is dropped."""

import re
from datetime import timedelta

import pytest

from anning.accounts.models import Post
from anning.kernel import clock
from anning.monitoring.desk import queue
from anning.monitoring.models import Alarm, AlarmEvent
from anning.monitoring.services import take_transitions
from tests.duty.conftest import make_post
from tests.monitoring.conftest import ending, onset

NOW = clock.now()


@pytest.fixture
def raise_alarm(make_point):
    """``raise_alarm("GAS_2", tier=2, minutes=-3)`` raises an alarm that began so long ago."""

    def make(code: str, *, minutes: float = 0, **facts) -> Alarm:
        at = clock.now() + timedelta(minutes=minutes)
        kind = facts.pop("kind", "combustible_gas")
        point = make_point(code, kind, zone=facts.pop("zone", code))
        return take_transitions([onset(point, facts.pop("condition", "high"), at, **facts)], 1, at).raised[0]

    return make


def rows_of(page: str) -> list[int]:
    return [int(key) for key in re.findall(r'data-row="(\d+)"', page)]


def test_overdue_comes_before_worst_before_nearest(raise_alarm, operator):
    calm = raise_alarm("A", minutes=-1)
    near = raise_alarm("B", minutes=-8)
    worst = raise_alarm("C", minutes=0, condition="high_high")
    late = raise_alarm("D", minutes=-30)

    assert queue.open_alarms(operator) == [late, worst, near, calm]


def test_what_somebody_has_acknowledged_stands_behind_what_nobody_has(raise_alarm, operator):
    from anning.monitoring.services import acknowledge

    taken, open_one = raise_alarm("A", minutes=-5), raise_alarm("B", minutes=-1)
    acknowledge(taken.pk, operator)

    assert queue.open_alarms(operator)[0] == open_one


def test_one_cause_of_one_enterprise_is_one_group_with_every_alarm_in_it(raise_alarm, operator, client_of):
    gas = [raise_alarm(f"G{number}") for number in range(4)]
    level = raise_alarm("L", kind="level")

    groups = queue.grouped(queue.open_alarms(operator))
    page = client_of("monitor").get("/desk/").content.decode()

    assert sorted(len(group.alarms) for group in groups) == [1, 4]
    assert sorted(rows_of(page)) == sorted(alarm.pk for alarm in [*gas, level])
    assert "同因另 3 条" in page


def test_the_script_gets_the_rows_alone(alarm, client_of):
    page = client_of("monitor").get("/desk/", headers={"HX-Request": "true"}).content.decode()

    assert page.lstrip().startswith('<div id="queue"') and "<html" not in page and rows_of(page) == [alarm.pk]


def test_an_empty_queue_says_since_when(point, operator, client_of):
    at = clock.now() - timedelta(hours=2)
    client = client_of("monitor")
    assert "还没有发生过报警" in client.get("/desk/").content.decode()
    raised = take_transitions([onset(point, at=at)], 1, at).raised[0]
    from anning.monitoring.services import acknowledge

    acknowledge(raised.pk, operator, now=at)
    take_transitions([ending(point, at=at + timedelta(minutes=1))], 2, at + timedelta(minutes=1))

    page = client.get("/desk/").content.decode()

    assert f"自 {clock.local(at + timedelta(minutes=1)):%m-%d %H:%M} 起队列为空" in page


def test_a_silent_feed_is_said_and_a_living_one_is_dated(history, record, point, client_of):
    client = client_of("monitor")
    assert "还没有收到过读数" in client.get("/desk/").content.decode()

    record(point, [1.0, 2.0])

    page = client.get("/desk/").content.decode()
    assert "还没有收到过读数" not in page and f"{clock.local(clock.now()):%H:%M}" in page


def test_an_acknowledgement_asks_how_long_and_holds_so_long(alarm, client_of):
    client = client_of("monitor")
    address = f"/desk/alarm/{alarm.pk}/acknowledge"
    form = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "多久之内处置" in form and "<html" not in form

    answer = client.post(address, {"minutes": "10", "keys": str(alarm.pk)}, headers={"HX-Request": "true"})

    alarm.refresh_from_db()
    assert answer.status_code == 204 and alarm.state == "acknowledged"
    assert alarm.acknowledged_until - alarm.acknowledged_at == timedelta(minutes=10)


def test_a_plain_form_leads_back_to_the_alarm(alarm, client_of):
    answer = client_of("monitor").post(f"/desk/alarm/{alarm.pk}/acknowledge", {"minutes": "30"})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/desk/alarm/{alarm.pk}/")


def test_a_group_is_acknowledged_at_once(raise_alarm, client_of):
    group = [raise_alarm(f"G{number}") for number in range(3)]
    keys = ",".join(str(alarm.pk) for alarm in group)

    client_of("monitor").post(f"/desk/alarm/{group[0].pk}/acknowledge", {"minutes": "30", "keys": keys})

    assert set(Alarm.objects.values_list("state", flat=True)) == {"acknowledged"}


@pytest.mark.parametrize("facts", [{"verdict": "false", "text": " "}, {"text": "检定校准"}])
def test_a_verdict_without_word_or_reason_is_refused_in_its_form(alarm, client_of, facts):
    answer = client_of("monitor").post(f"/desk/alarm/{alarm.pk}/judge", facts, headers={"HX-Request": "true"})

    alarm.refresh_from_db()
    assert answer.status_code == 422 and not alarm.verdict and "alert-danger" in answer.content.decode()


def test_who_hands_up_confirms_with_the_same_words(alarm, client_of):
    client_of("monitor").post(f"/desk/alarm/{alarm.pk}/hand-up", {"text": "现场确认泄漏"})

    alarm.refresh_from_db()
    assert (alarm.verdict, alarm.verdict_reason) == ("true", "现场确认泄漏") and alarm.handed_up_at


def test_the_second_of_two_is_told_that_somebody_was_quicker(alarm, client_of):
    client = client_of("monitor")
    address = f"/desk/alarm/{alarm.pk}/acknowledge"
    client.post(address, {"minutes": "30"})

    answer = client.post(address, {"minutes": "30"}, headers={"HX-Request": "true"})

    assert answer.status_code == 422 and "可能已有人处理过" in answer.content.decode()
    assert AlarmEvent.objects.filter(move="acknowledge").count() == 1


def test_another_town_sees_neither_row_nor_page(alarm, district, client_of):
    client = client_of("town", district.town_b.government)

    assert rows_of(client.get("/desk/").content.decode()) == []
    for rest in ("", "acknowledge", "evidence"):
        assert client.get(f"/desk/alarm/{alarm.pk}/{rest}").status_code in {403, 404}


def test_who_may_not_see_alarms_is_refused(alarm, client_of):
    assert client_of("admin").get("/desk/").status_code == 403


def test_the_page_tells_the_whole_story_and_whom_to_call(point, district, client_of):
    post = make_post(district.town_a.enterprise, "控制室值班员")
    Post.objects.filter(pk=post.pk).update(phone="022-6966 0001")
    at = clock.now() - timedelta(minutes=20)
    moves = []
    for number in range(6):
        begins = at + timedelta(minutes=2 * number)
        moves += [onset(point, at=begins, value=30.0 + number), ending(point, at=begins + timedelta(seconds=40))]
    take_transitions(moves, 1, clock.now())
    alarm = Alarm.objects.get()

    page = client_of("monitor").get(f"/desk/alarm/{alarm.pk}/").content.decode()

    assert "022-6966 0001" in page and "控制室值班员" in page
    assert page.count('class="event-head"') == alarm.events.count() >= 12 and "另 10 次" in page


def test_the_order_of_the_keys_keeps_the_alarm_asked_for_first(alarm):
    from anning.monitoring.desk.views import keys_of

    assert keys_of("7,x,99999999999999999999,7", alarm) == [alarm.pk, 7]
