"""What people do with alarms, and that of two who do it one succeeds."""

from datetime import timedelta

import pytest

from anning.journal.models import Entry
from anning.journal.personal import resolve
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, IllegalMove, NotAllowed, NotFound, Refused
from anning.monitoring.models import Alarm
from anning.monitoring.services import (
    acknowledge,
    acknowledge_many,
    close,
    hand_up,
    judge_verdict,
    reset,
    shelve,
    take_transitions,
)
from tests.monitoring.conftest import NOW, ending, onset
from tests.races import successes, together

LATER = NOW + timedelta(minutes=2)


def test_an_acknowledgement_carries_its_end_and_is_signed(alarm, operator):
    acknowledge(alarm.pk, operator, minutes=20, text="已电话联系", now=LATER)

    alarm.refresh_from_db()
    assert (alarm.state, alarm.acknowledged_by, alarm.acknowledged_at) == ("acknowledged", operator.name, LATER)
    assert alarm.acknowledged_until == alarm.due_at == LATER + timedelta(minutes=20)
    entry = Entry.objects.get(kind="alarm.acknowledge")
    assert entry.actor == operator.name and resolve(entry.data)["text"] == "已电话联系"
    assert "已电话联系" not in entry.body, "what somebody wrote can be erased"


def test_an_acknowledgement_holds_at_most_as_long_as_the_rules_say(alarm, operator):
    acknowledge(alarm.pk, operator, minutes=100_000, now=LATER)

    assert Alarm.objects.get().acknowledged_until == LATER + timedelta(minutes=480)


def test_an_unchecked_alarm_of_the_highest_tier_is_held_no_longer_than_its_check(point, operator):
    alarm = take_transitions([onset(point, "high_high", tier=3)], 1, NOW).raised[0]

    acknowledge(alarm.pk, operator, minutes=60, now=NOW + timedelta(seconds=30))
    alarm.refresh_from_db()
    assert alarm.acknowledged_until == NOW + timedelta(minutes=3, seconds=30)

    judge_verdict(alarm.pk, operator, verdict="true", reason="视频可见泄漏", now=LATER)
    alarm.refresh_from_db()
    assert alarm.check_due_at is None and alarm.acknowledged_until == LATER + timedelta(minutes=15)


def test_a_group_is_taken_on_at_once_and_what_somebody_else_took_is_left(point, make_point, operator, chief):
    points = [point, make_point("GAS_2"), make_point("GAS_3")]
    alarms = take_transitions([onset(each) for each in points], 1, NOW).raised
    acknowledge(alarms[1].pk, chief, now=NOW)

    taken = acknowledge_many([each.pk for each in alarms], operator, now=NOW)

    assert {each.pk for each in taken} == {alarms[0].pk, alarms[2].pk}
    assert Alarm.objects.get(pk=alarms[1].pk).acknowledged_by == chief.name


def test_nobody_without_the_permission_or_outside_the_scope_acts(alarm, operator, actor_of, district):
    stranger = actor_of("town", district.town_b.government)

    with pytest.raises(NotAllowed):
        acknowledge(alarm.pk, Actor("user:1", frozenset(), operator.scope))
    with pytest.raises(NotFound):
        acknowledge(alarm.pk, stranger)
    with pytest.raises(NotAllowed):
        judge_verdict(alarm.pk, stranger, verdict="false", reason="试")
    assert Alarm.objects.get().state == "unacknowledged"


def test_the_enterprise_acknowledges_its_own(alarm, actor_of):
    assert acknowledge(alarm.pk, actor_of("enterprise"), now=NOW).state == "acknowledged"


def test_a_verdict_needs_a_reason_and_takes_the_alarm_on(alarm, operator):
    with pytest.raises(Refused):
        judge_verdict(alarm.pk, operator, verdict="false", reason=" ")
    with pytest.raises(Refused):
        judge_verdict(alarm.pk, operator, verdict="maybe", reason="说不清")

    judge_verdict(alarm.pk, operator, verdict="false", reason="检定校准", now=LATER)

    alarm.refresh_from_db()
    assert (alarm.state, alarm.verdict, alarm.judged_by) == ("acknowledged", "false", operator.name)
    assert alarm.tier_due_at is None, "what was judged does not rise by itself"


def test_a_verdict_on_an_older_version_is_a_conflict(alarm, operator, chief):
    seen = alarm.version
    judge_verdict(alarm.pk, chief, verdict="true", reason="现场确认", version=seen)

    with pytest.raises(Conflict):
        judge_verdict(alarm.pk, operator, verdict="false", reason="误碰", version=seen)


def test_only_a_confirmed_alarm_is_handed_up_and_only_once(alarm, operator):
    with pytest.raises(Refused):
        hand_up(alarm.pk, operator)
    judge_verdict(alarm.pk, operator, verdict="true", reason="现场确认泄漏")

    hand_up(alarm.pk, operator, text="请应急值班接报")

    facts = Entry.objects.get(kind="alarm.hand_up").data
    assert facts["verdict"] == "true" and facts["tier"] == 1 and facts["value"] == 26.0 and facts["url"]
    with pytest.raises(IllegalMove):
        hand_up(alarm.pk, operator)
    with pytest.raises(IllegalMove):
        judge_verdict(alarm.pk, operator, verdict="false", reason="改判")


def test_an_alarm_is_closed_with_a_reason_when_it_is_over(alarm, point, operator):
    with pytest.raises(Refused):
        close(alarm.pk, operator, reason="好了", verdict="false")
    take_transitions([ending(point, at=LATER)], 2, LATER)
    with pytest.raises(Refused):
        close(alarm.pk, operator, reason=" ", verdict="false")
    with pytest.raises(Refused):
        close(alarm.pk, operator, reason="好了")

    close(alarm.pk, operator, reason="探头进水", measure="更换探头", verdict="false", now=LATER)

    alarm.refresh_from_db()
    assert (alarm.state, alarm.closed_by, alarm.verdict, alarm.measure) == (
        "normal", operator.name, "false", "更换探头",
    )  # fmt: skip
    assert [e.move for e in alarm.events.all()] == ["occur", "recover", "acknowledge", "close"]
    with pytest.raises(IllegalMove):
        close(alarm.pk, operator, reason="再来一次")


def test_what_comes_after_closing_is_another_alarm(alarm, point, operator):
    take_transitions([ending(point, at=LATER)], 2, LATER)
    close(alarm.pk, operator, reason="误碰", verdict="false", now=LATER)

    take_transitions([onset(point, at=LATER + timedelta(minutes=1))], 3, LATER)

    assert Alarm.objects.count() == 2


def test_a_latched_alarm_is_reset_by_hand(make_point, operator):
    fire = make_point("FIRE_1", kind="fire", is_latching=True)
    alarm = take_transitions([onset(fire), ending(fire, at=LATER)], 1, LATER).raised[0]

    assert reset(alarm.pk, operator, now=LATER).state == "returned"
    assert acknowledge(alarm.pk, operator, now=LATER).state == "normal"
    with pytest.raises(IllegalMove):
        reset(alarm.pk, operator)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_one_button_one_succeeds(alarm, operator, chief):
    for deed in (
        lambda actor: acknowledge(alarm.pk, actor),
        lambda actor: shelve(alarm.pk, actor, reason="检定"),
    ):
        results = together(lambda do=deed: do(operator), lambda do=deed: do(chief))

        assert len(successes(results)) == 1
        assert [type(each) for each in results if isinstance(each, Exception)] == [IllegalMove]
    assert Entry.objects.filter(kind="alarm.acknowledge").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_taken_twice_at_once_raises_once(point):
    batch = [onset(point), ending(point, at=LATER), onset(point, "high_high", LATER)]

    together(lambda: take_transitions(batch, 1, NOW), lambda: take_transitions(batch, 1, NOW))
    take_transitions(batch, 1, NOW)

    assert Alarm.objects.count() == 2 and Entry.objects.filter(kind="alarm.raise").count() == 2
