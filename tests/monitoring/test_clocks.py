"""What the clocks do: ask again, raise the tier, tell the next in line, end the silences."""

from datetime import timedelta

import pytest

from anning.accounts.models import Appointment, Post
from anning.delivery.models import Message
from anning.journal.models import Entry
from anning.kernel.errors import IllegalMove, NotAllowed, Refused
from anning.monitoring.models import Alarm, AlarmStep, Window
from anning.monitoring.services import (
    acknowledge,
    begin_windows,
    decide_window,
    end_shelving,
    end_suppression,
    end_windows,
    escalate_tiers,
    expire_acknowledgements,
    judge_verdict,
    move_device,
    request_window,
    shelve,
    take_transitions,
    tell_next,
    unshelve,
)
from tests.monitoring.conftest import NOW, ending, onset
from tests.races import together


def after(minutes):
    return NOW + timedelta(minutes=minutes)


def now_of(alarm):
    alarm.refresh_from_db()
    return alarm


def test_an_acknowledgement_that_has_run_out_asks_again(alarm, operator):
    acknowledge(alarm.pk, operator, minutes=20, now=NOW)

    assert expire_acknowledgements(after(19)) == 0
    assert expire_acknowledgements(after(21)) == 1

    assert now_of(alarm).state == "unacknowledged"
    assert alarm.due_at == after(30), "counted from when the promise ended, not from when the worker came"
    assert Entry.objects.get(kind="alarm.expire").actor == "system"
    assert expire_acknowledgements(after(22)) == 0


def test_what_stands_too_long_rises_tier_by_tier_and_asks_again(alarm, operator):
    acknowledge(alarm.pk, operator, minutes=400, now=NOW)

    assert escalate_tiers(after(29)) == 0
    assert escalate_tiers(after(31)) == 1
    assert (now_of(alarm).tier, alarm.state, alarm.first_tier) == (2, "unacknowledged", 1)
    assert alarm.tier_due_at == after(45)
    assert escalate_tiers(after(46)) == 1
    assert (now_of(alarm).tier, alarm.tier_due_at) == (3, None) and alarm.check_due_at == after(49)
    assert escalate_tiers(after(500)) == 0
    assert [e.data["after"] for e in Entry.objects.filter(kind="alarm.escalate").order_by("pk")] == [2, 3]


def test_what_was_judged_or_has_returned_does_not_rise(alarm, point, make_point, operator):
    other = take_transitions([onset(make_point("GAS_9", zone="别处"))], 2, NOW).raised[0]
    judge_verdict(alarm.pk, operator, verdict="false", reason="检定", now=NOW)
    take_transitions([ending(other.datastream, at=after(5))], 3, after(5))

    assert escalate_tiers(after(60)) == 0


@pytest.fixture
def watch(district, user_of) -> Post:
    """A post on duty around the clock, held by somebody with an account."""
    post = Post.objects.create(organisation=district.bureau, name="安防网值班员", is_round_the_clock=True)
    Appointment.objects.create(post=post, person=user_of("monitor").person, since_on=NOW.date() - timedelta(days=9))
    return post


def test_when_nobody_acknowledges_the_next_in_line_is_told(point, watch, user_of):
    lead = user_of("lead")
    AlarmStep.objects.create(tier=1, position=1, after_minutes=10, target="enterprise")  # nobody there has an account
    AlarmStep.objects.create(tier=1, position=2, after_minutes=5, target="post", post=watch)
    AlarmStep.objects.create(tier=1, position=3, after_minutes=5, target="leader", post=watch)
    take_transitions([onset(point)], 1, NOW)

    assert tell_next(after(9)) == 0
    assert tell_next(after(11)) == 1, "the empty first step is passed on at once"
    assert Message.objects.get().receipts.get().person == watch.appointments.get().person
    assert tell_next(after(12)) == 0
    assert tell_next(after(16)) == 1
    assert {r.person for m in Message.objects.all() for r in m.receipts.all()} >= {lead.person}
    assert tell_next(after(600)) == 0
    assert Entry.objects.filter(kind="alarm.tell").count() == 2


def test_who_acknowledges_stops_the_line(point, watch, operator):
    AlarmStep.objects.create(tier=1, position=1, after_minutes=10, target="post", post=watch)
    alarm = take_transitions([onset(point)], 1, NOW).raised[0]
    acknowledge(alarm.pk, operator, minutes=60, now=after(1))

    assert tell_next(after(30)) == 0
    expire_acknowledgements(after(62))
    assert tell_next(after(72)) == 1, "asked again, the line starts again"


def test_the_shelf_has_an_end(alarm, point, operator):
    with pytest.raises(Refused):
        shelve(alarm.pk, operator, reason="", minutes=10)
    with pytest.raises(Refused):
        shelve(alarm.pk, operator, reason="检定", minutes=10_000)
    shelve(alarm.pk, operator, reason="检定", minutes=30, now=NOW)
    assert now_of(alarm).state == "shelved" and alarm.tier_due_at is None

    assert end_shelving(after(29)) == 0
    assert end_shelving(after(31)) == 1

    assert now_of(alarm).state == "unacknowledged" and alarm.due_at == after(41)


def test_what_returned_on_the_shelf_lapses(alarm, point, operator):
    shelve(alarm.pk, operator, reason="检定", minutes=30, now=NOW)
    take_transitions([ending(point, at=after(5))], 2, after(5))
    assert now_of(alarm).state == "shelved"

    assert unshelve(alarm.pk, operator, now=after(6)).state == "normal"
    with pytest.raises(IllegalMove):
        unshelve(alarm.pk, operator)


def test_the_highest_tier_is_not_shelved_unless_it_is_false(point, operator):
    alarm = take_transitions([onset(point, "high_high", tier=3)], 1, NOW).raised[0]

    with pytest.raises(Refused):
        shelve(alarm.pk, operator, reason="吵")
    judge_verdict(alarm.pk, operator, verdict="false", reason="探头短路", now=NOW)
    assert shelve(alarm.pk, operator, reason="待更换", now=NOW).state == "shelved"


@pytest.fixture
def window(point, operator) -> Window:
    """A bypass that somebody asks for."""
    return request_window(
        point.pk, operator, kind="bypass", since_at=NOW, until_at=after(120), reason="更换探头", now=NOW
    )


def test_a_window_suppresses_by_design_and_ends_by_itself(window, point, alarm, operator, chief):
    with pytest.raises(Refused):
        decide_window(window.pk, "approve", operator, now=NOW)
    assert now_of(alarm).state == "unacknowledged", "nothing is suppressed before somebody has approved"

    decide_window(window.pk, "approve", chief, now=after(1))
    assert now_of(alarm).state == "suppressed"
    raised = take_transitions([onset(point, "high_high", after(5), value=60)], 2, after(5)).raised[0]
    assert (raised.state, raised.window) == ("suppressed", window)

    take_transitions([ending(point, at=after(10))], 3, after(10))
    assert end_windows(after(119)) == 0
    assert end_windows(after(121)) == 1
    assert now_of(alarm).state == "normal", "what returned meanwhile lapses"
    assert now_of(raised).state == "unacknowledged", "what still stands sounds"
    window.refresh_from_db()
    assert (window.state, window.ended_at) == ("ended", after(120))


def test_a_window_approved_ahead_begins_by_itself(point, operator, chief):
    window = request_window(
        point.pk, operator, kind="maintenance", since_at=after(10), until_at=after(60), reason="检修", now=NOW
    )
    decide_window(window.pk, "approve", chief, now=NOW)
    alarm = take_transitions([onset(point, at=after(5))], 1, after(5)).raised[0]
    assert alarm.state == "unacknowledged"

    assert begin_windows(after(9)) == 0
    assert begin_windows(after(11)) == 1
    assert now_of(alarm).state == "suppressed" and begin_windows(after(12)) == 0


def test_a_window_may_be_refused_withdrawn_and_ended_early(window, point, operator, chief):
    with pytest.raises(Refused):
        decide_window(window.pk, "refuse", chief)
    decide_window(window.pk, "approve", chief, now=NOW)
    alarm = take_transitions([onset(point)], 1, NOW).raised[0]

    decide_window(window.pk, "end", operator, now=after(5))

    assert now_of(alarm).state == "unacknowledged"
    assert take_transitions([onset(point, "high_high", after(6))], 2, after(6)).raised[0].state == "unacknowledged"
    with pytest.raises(IllegalMove):
        decide_window(window.pk, "withdraw", operator)


def test_what_a_deleted_window_suppressed_sounds_again(window, point, chief):
    decide_window(window.pk, "approve", chief, now=NOW)
    alarm = take_transitions([onset(point)], 1, NOW).raised[0]
    window.delete()

    assert end_suppression(after(1)) == 1
    assert now_of(alarm).state == "unacknowledged"


def test_a_window_needs_a_reason_an_end_and_a_bound(point, operator, actor_of):
    bad = [{"reason": " "}, {"until_at": NOW}, {"until_at": after(60 * 24 * 30)}, {"kind": "holiday"}]
    for facts in bad:
        usual = {"kind": "bypass", "since_at": NOW, "until_at": after(60), "reason": "检修"}
        with pytest.raises(Refused):
            request_window(point.pk, operator, **(usual | facts), now=NOW)
    with pytest.raises(NotAllowed):
        request_window(
            point.pk, actor_of("member"), kind="bypass", since_at=NOW, until_at=after(60), reason="检修", now=NOW
        )


def test_a_device_out_of_service_takes_its_alarms_with_it_and_brings_them_back(alarm, device, operator):
    with pytest.raises(Refused):
        move_device(device.pk, "stop", operator)
    move_device(device.pk, "stop", operator, reason="更换数采仪", now=NOW)
    assert now_of(alarm).state == "out_of_service"

    move_device(device.pk, "resume", operator, now=after(30))

    assert now_of(alarm).state == "unacknowledged"
    assert Entry.objects.filter(kind__in=("fielddevice.stop", "fielddevice.resume")).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_each_case_once(alarm, operator):
    acknowledge(alarm.pk, operator, minutes=20, now=NOW)

    together(lambda: expire_acknowledgements(after(21)), lambda: expire_acknowledgements(after(21)))
    together(lambda: escalate_tiers(after(31)), lambda: escalate_tiers(after(31)))

    assert Entry.objects.filter(kind="alarm.expire").count() == 1
    assert Entry.objects.filter(kind="alarm.escalate").count() == 1 and now_of(alarm).tier == 2


@pytest.mark.parametrize("state", [state for state, _label in Alarm._meta.get_field("state").choices])
def test_a_restart_in_any_state_changes_nothing(alarm, point, state):
    """All that is known of an alarm stands in its row: the same transitions, taken again, leave every state alone."""
    Alarm.objects.filter(pk=alarm.pk).update(state=state)

    take_transitions([onset(point)], 1, NOW)

    assert now_of(alarm).state == state and Alarm.objects.count() == 1
