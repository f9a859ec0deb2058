"""Limits in versions: one drafts, another approves; what the judge judges by follows."""

from datetime import timedelta

import pytest

from anning.kernel.errors import IllegalMove, NotAllowed, Refused
from anning.monitoring import selectors
from anning.monitoring.history import open_history
from anning.monitoring.models import LimitVersion, Rule
from anning.monitoring.observations import Observations
from anning.monitoring.services import decide_limits, decide_rule, try_out
from anning.ui.records import services as records
from anning.ui.records.register import find
from tests.monitoring.conftest import NOW


@pytest.fixture
def draft(point, operator) -> LimitVersion:
    """Limits that somebody has drafted."""
    values = {"datastream": point, "high": 10.0, "high_high": 40.0, "deadband": 1.0, "delay_s": 5.0, "reason": "设计"}
    return records.create(find("limits"), operator, values)


def of_point(point, now=NOW):
    return next(each for each in selectors.ruleset(now).limits if each.datastream == point.pk)


def test_a_point_without_limits_of_its_own_follows_the_rule_pack(point):
    limits = of_point(point)

    assert (limits.high, limits.high_high, limits.offline_ms) == (25, 50, 300_000)


def test_a_draft_judges_nothing_until_somebody_else_has_approved_it(draft, point, operator, chief):
    stamp = selectors.ruleset_stamp(NOW)
    assert of_point(point).high == 25
    with pytest.raises(Refused):
        decide_limits(draft.pk, "approve", operator, now=NOW)

    decide_limits(draft.pk, "approve", chief, now=NOW)

    limits = of_point(point)
    assert (limits.high, limits.high_high, limits.delay_ms, limits.low) == (10, 40, 5000, None)
    assert limits.offline_ms == 300_000, "what a version does not say follows the kind"
    assert selectors.ruleset_stamp(NOW) != stamp


def test_a_version_comes_into_force_at_its_moment_and_the_stamp_tells(draft, point, chief):
    later = NOW + timedelta(days=2)
    decide_limits(draft.pk, "approve", chief, in_force_at=later, now=NOW)

    assert of_point(point).high == 25 and of_point(point, later).high == 10
    assert selectors.ruleset_stamp(NOW) != selectors.ruleset_stamp(later)


def test_what_was_decided_is_not_changed_but_followed_by_a_version(draft, operator, chief):
    decide_limits(draft.pk, "approve", chief, now=NOW)

    with pytest.raises(IllegalMove):
        records.change(find("limits"), operator, draft.pk, {"high": 12.0})
    with pytest.raises(IllegalMove):
        decide_limits(draft.pk, "withdraw", operator)


def test_a_refusal_needs_a_reason_and_ones_own_is_withdrawn(draft, operator, chief, actor_of):
    with pytest.raises(NotAllowed):
        decide_limits(draft.pk, "approve", actor_of("town"))
    with pytest.raises(Refused):
        decide_limits(draft.pk, "refuse", chief)

    assert decide_limits(draft.pk, "withdraw", operator).state == "withdrawn"


def test_limits_that_do_not_rise_are_refused_in_plain_words(point, operator):
    with pytest.raises(Refused) as refused:
        records.create(find("limits"), operator, {"datastream": point, "high": 50.0, "high_high": 40.0, "reason": "误"})
    assert "high_high" in refused.value.fields
    with pytest.raises(Refused):
        records.create(find("limits"), operator, {"datastream": point, "more": {"wind": 3}, "reason": "误"})


def test_limits_that_cannot_be_read_do_not_keep_others_from_being_judged(point, make_point):
    other = make_point("GAS_2")
    facts = {"drafted_by": "user:1", "drafted_at": NOW, "state": "approved", "in_force_at": NOW}
    LimitVersion.objects.create(datastream=point, high=5.0, more={"wind": 3}, **facts)

    assert of_point(point).high == 25 and of_point(other).high == 25


def test_cameras_retired_and_unmonitored_points_are_not_judged(point, make_point):
    make_point("CAM_1", kind="camera")
    make_point("GAS_2", is_monitored=False)

    assert [each.datastream for each in selectors.ruleset(NOW).limits] == [point.pk]


def test_a_toxic_gas_is_judged_by_its_own_limit_of_exposure(make_point):
    ammonia = make_point("NH3_1", kind="toxic_gas", medium="氨", unit="mg/m³")

    assert of_point(ammonia).high == 20 and of_point(ammonia).high_high == 40


def test_a_draft_is_tried_against_history(draft, point, operator, settings, tmp_path):
    settings.HOME = tmp_path
    start = round((NOW - timedelta(days=1)).timestamp() * 1000)
    values = [5.0] * 30 + [12.0] * 30 + [5.0] * 30 + [45.0] * 30 + [5.0] * 30
    rows = [(point.pk, start + 1000 * number, value, 0) for number, value in enumerate(values)]
    history = open_history(writable=True)
    history.append(Observations.of(rows, start + 200_000))
    history.close()

    tried = try_out(draft.pk, operator, now=NOW)

    assert "150" in tried.trial and "会报警 3 次" in tried.trial and "高高报 45" in tried.trial


def test_a_rule_names_its_points_and_judges_when_somebody_else_approved_it(point, make_point, operator, chief):
    make_point("GAS_2")
    values = {"name": "二取二", "datastream": point, "text": "votes(2, GAS_1 > 20, GAS_2 > 20)", "hold_s": 3.0}
    rule = records.create(find("rules"), operator, values)
    assert selectors.ruleset(NOW).expressions == ()
    with pytest.raises(Refused):
        decide_rule(rule.pk, "approve", operator)

    decide_rule(rule.pk, "approve", chief)

    (expression,) = selectors.ruleset(NOW).expressions
    assert set(expression.datastreams) == {"GAS_1", "GAS_2"} and expression.hold_ms == 3000
    assert expression.datastream == point.pk

    records.change(find("rules"), operator, rule.pk, {"text": "GAS_1 > 30"})
    assert Rule.objects.get().state == "draft" and selectors.ruleset(NOW).expressions == ()


def test_a_rule_over_points_that_nobody_knows_is_refused(point, operator):
    for text in ("GAS_1 > 20 and NOBODY > 3", "GAS_1 >", "__import__('os')"):
        with pytest.raises(Refused):
            records.create(find("rules"), operator, {"name": text, "datastream": point, "text": text})
