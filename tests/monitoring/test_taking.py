"""What the judge found becomes alarms and faults, each once, in one transaction with its entries."""

from datetime import timedelta

import pytest
from django.db import transaction

from anning.journal.models import Entry
from anning.monitoring.judging import Transition
from anning.monitoring.models import Alarm, AlarmEvent, Fault
from anning.monitoring.services import acknowledge, judge_verdict, take_transitions
from tests.monitoring.conftest import NOW, ending, onset

LATER = NOW + timedelta(minutes=1)


def test_an_onset_raises_an_alarm_with_its_facts_clocks_and_entry(point, enterprise):
    taken = take_transitions([onset(point)], 7, NOW)

    alarm = Alarm.objects.get()
    assert taken.raised == [alarm]
    assert (alarm.state, alarm.tier, alarm.value, alarm.limit) == ("unacknowledged", 1, 26.0, 25.0)
    assert (alarm.enterprise, alarm.cause, alarm.area, alarm.organisation) == (
        enterprise, "gas", enterprise.area, enterprise.organisation,
    )  # fmt: skip
    assert alarm.due_at == NOW + timedelta(minutes=10) and alarm.tier_due_at == NOW + timedelta(minutes=30)
    entry = Entry.objects.get(kind="alarm.raise")
    assert entry.subject == alarm.subject and entry.at == NOW and entry.area_code == enterprise.area.code
    assert entry.data["batch"] == 7 and entry.data["value"] == 26.0 and entry.data["enterprise"] == enterprise.pk
    assert alarm.code == f"2026-{alarm.pk:06d}" and alarm.letter == "B"


def test_the_same_transitions_twice_raise_nothing_twice(point):
    batch = [onset(point), ending(point, at=LATER), onset(point, "high_high", LATER, value=51)]
    take_transitions(batch, 1, NOW)
    before = Alarm.objects.count(), AlarmEvent.objects.count(), Entry.objects.count()

    again = take_transitions([*batch, batch[0]], 1, NOW)

    assert (Alarm.objects.count(), AlarmEvent.objects.count(), Entry.objects.count()) == before
    assert not (again.raised or again.repeated or again.returned)


def test_an_onset_and_its_return_within_one_batch_are_both_kept(point):
    take_transitions([onset(point), ending(point, at=LATER)], 1, LATER)

    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.is_active, alarm.returned_at) == ("returned", False, LATER)
    assert [(e.move, e.state) for e in alarm.events.all()] == [("occur", "unacknowledged"), ("recover", "returned")]
    assert alarm.due_at is not None, "nobody has seen it: it still asks"
    assert Entry.objects.filter(kind="alarm.return").count() == 1


def test_chatter_is_one_alarm_with_all_its_episodes(point):
    batch = []
    for number in range(5):
        at = NOW + timedelta(minutes=2 * number)
        batch += [onset(point, at=at, value=26 + number), ending(point, at=at + timedelta(seconds=30))]

    take_transitions(batch, 1, NOW)

    alarm = Alarm.objects.get()
    assert (alarm.episodes, alarm.peak, alarm.state) == (5, 30.0, "returned")
    assert alarm.events.count() == 10, "nothing is dropped"
    assert Entry.objects.filter(kind="alarm.raise").count() == 1
    assert Entry.objects.filter(kind="alarm.repeat").count() == 4


def test_what_comes_again_after_a_while_is_another_alarm(point):
    much_later = LATER + timedelta(minutes=11)

    take_transitions([onset(point), ending(point, at=LATER), onset(point, at=much_later)], 1, much_later)

    assert Alarm.objects.count() == 2


def test_what_was_acknowledged_and_comes_again_asks_again(point, operator):
    alarm = take_transitions([onset(point)], 1, NOW).raised[0]
    acknowledge(alarm.pk, operator, now=NOW)
    take_transitions([ending(point, at=LATER)], 2, LATER)
    assert Alarm.objects.get().state == "normal"

    take_transitions([onset(point, at=LATER + timedelta(minutes=2))], 3, LATER)

    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.episodes) == ("unacknowledged", 2) and alarm.due_at is not None


def test_a_latching_point_keeps_its_alarm_until_somebody_resets_it(make_point):
    fire = make_point("FIRE_1", kind="fire", is_latching=True)

    take_transitions([onset(fire), ending(fire, at=LATER)], 1, LATER)

    assert Alarm.objects.get().state == "latched"


def test_two_conditions_of_one_point_are_two_alarms(point):
    take_transitions([onset(point), onset(point, "high_high", LATER, value=51)], 1, LATER)

    assert {(a.condition, a.first_tier) for a in Alarm.objects.all()} == {("high", 1), ("high_high", 2)}


def test_a_device_that_is_not_in_service_raises_silently(point, device):
    type(device).objects.filter(pk=device.pk).update(state="maintenance")

    take_transitions([onset(point)], 1, NOW)

    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.letter, alarm.due_at) == ("out_of_service", "I", None)


@pytest.mark.parametrize("condition", ["out_of_range", "flat", "offline", "late", "fault"])
def test_what_is_wrong_with_the_instrument_is_a_fault_and_never_an_alarm(point, condition):
    take_transitions([onset(point, condition, tier=0, value=float("nan")), ending(point, condition, LATER)], 1, NOW)

    fault = Fault.objects.get()
    assert (fault.condition, fault.onset_at, fault.ended_at, fault.value) == (condition, NOW, LATER, None)
    assert not Alarm.objects.exists() and not Entry.objects.filter(kind__startswith="alarm.").exists()


def test_a_fault_judged_again_is_kept_once(point):
    batch = [onset(point, "offline"), ending(point, "offline", LATER)]
    take_transitions(batch, 1, NOW)

    assert take_transitions(batch, 1, NOW).faults == 0
    assert Fault.objects.count() == 1


def test_a_missing_gauge_is_an_alarm(make_point):
    gauge = make_point("STAGE_1", kind="river_stage", unit="m")

    take_transitions([onset(gauge, "offline", tier=0, value=None)], 1, NOW)

    assert Alarm.objects.get().cause == "line" and not Fault.objects.exists()


def test_two_points_of_one_unit_that_agree_are_a_warning(point, make_point):
    take_transitions([onset(point)], 1, NOW)
    beside = make_point("GAS_2")
    elsewhere = make_point("GAS_3", zone="装车区")

    take_transitions([onset(elsewhere)], 2, NOW)
    assert {alarm.tier for alarm in Alarm.objects.all()} == {1}
    take_transitions([onset(beside)], 3, NOW)

    assert {a.datastream.code: a.tier for a in Alarm.objects.all()} == {"GAS_1": 2, "GAS_2": 2, "GAS_3": 1}
    assert Entry.objects.filter(kind="alarm.agree").count() == 2


def test_two_alarms_of_the_highest_tier_that_agree_are_handed_up_at_once(point, make_point):
    beside = make_point("GAS_2")

    take_transitions([onset(point, "high_high", tier=3), onset(beside, "high_high", tier=3)], 1, NOW)

    assert all(alarm.handed_up_at == NOW for alarm in Alarm.objects.all())
    facts = Entry.objects.filter(kind="alarm.hand_up").first().data
    assert facts["tier"] == 3 and facts["place"] == "芦台某某化工有限公司" and facts["point"]


def test_what_somebody_judged_to_be_false_is_not_handed_up_by_agreement(point, make_point, operator):
    alarm = take_transitions([onset(point, "high_high", tier=3)], 1, NOW).raised[0]
    judge_verdict(alarm.pk, operator, verdict="false", reason="标定气体", now=NOW)

    take_transitions([onset(make_point("GAS_2"), "high_high", tier=3)], 2, NOW)

    assert Alarm.objects.get(pk=alarm.pk).handed_up_at is None


def test_a_transition_of_a_point_that_is_gone_harms_nobody(point):
    taken = take_transitions([Transition(999_999, "high", "high", 1, True, 1.0, 1.0, 1), onset(point)], 1, NOW)

    assert len(taken.raised) == 1


def test_a_flood_is_taken_with_a_bounded_number_of_questions(make_point, django_assert_max_num_queries):
    points = [make_point(f"GAS_{number}", zone=f"装置{number}") for number in range(30)]
    batch = [onset(point) for point in points]

    with django_assert_max_num_queries(45 + 30):  # one entry each
        take_transitions(batch, 1, NOW)

    assert Alarm.objects.count() == 30


@pytest.mark.django_db(transaction=True)
def test_alarms_and_entries_live_or_die_together(point):
    def take_and_fail():
        with transaction.atomic():
            take_transitions([onset(point)], 1, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        take_and_fail()

    assert not Alarm.objects.exists() and not Entry.objects.filter(kind="alarm.raise").exists()


def test_a_return_that_comes_late_ends_what_still_stands_and_not_what_came_after(point, operator):
    """A device that was cut off hands in its past after its present."""
    present = NOW + timedelta(hours=2)
    take_transitions([onset(point, at=present), ending(point, at=present + timedelta(minutes=1))], 1, present)
    take_transitions([onset(point)], 2, present)

    taken = take_transitions([ending(point, at=LATER)], 3, present)

    assert [alarm.onset_at for alarm in taken.returned] == [NOW]
    assert not Alarm.objects.filter(is_active=True).exists()
