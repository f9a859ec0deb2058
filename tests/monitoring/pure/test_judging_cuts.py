"""The same observations give the same transitions, however they are cut, carried over a restart, or asked about."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from anning.monitoring.judging import Expression, Judge, Limits, Profile, Ruleset, WindowSum
from anning.monitoring.observations import Observations

START = 1_760_000_000_000
RULES = Ruleset(
    (
        Limits(1, low_low=-20, low=-10, high=10, high_high=20, deadband=2, delay_ms=3_000, offline_ms=20_000),
        Limits(2, high=10, range_low=-15, range_high=25, fault_values=(-200.0, 0.0), offline_ms=9_000, late_ms=4_000),
        Limits(3, low=-10, high=20, flat_ms=8_000, deadband=1, reorder_ms=2_000),
        Limits(4, high=10, delay_ms=5_000, rate_per_min=300, rate_ms=2_000, count=(3, 10_000), grace_ms=0),
        Limits(5, sums=(WindowSum(10_000, 30), WindowSum(30_000, 50, 3)), offline_ms=20_000),
        Limits(6, high=10, profiles=(Profile(high=5, mode=1.0), Profile(high=15, hours=(0, 1439))), mode_datastream=7),
        Limits(8, high=20, high_high=25, sums=(WindowSum(20_000, 60),), is_total=True),
    ),
    (
        Expression("both", "a > 5 and b > 5", {"a": 1, "b": 2}, hold_ms=2_000),
        Expression("two", "votes(2, a > 5, b > 5, c > 5)", {"a": 3, "b": 4, "c": 9}, stale_ms=10_000),
    ),
)
VALUES = st.sampled_from(
    [-200.0, -21.0, -16.0, -10.0, -9.0, 0.0, 1.0, 4.0, 6.0, 9.0, 10.0, 12.0, 20.0, 26.0, float("nan")]
)
ROW = st.tuples(
    st.sampled_from([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 77]),
    st.sampled_from([0, 0, 1, 500, 1_000, 1_000, 2_500, 6_000, 30_000, -1_500, -90_000]),
    VALUES,
    st.sampled_from([0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
)


def busy(seed):
    """Long walks, second by second, that cross every limit; a few values late, doubled, of bad quality."""
    chance, level, batches = Random(seed), dict.fromkeys((1, 2, 3, 4, 5, 6, 7, 8, 9), 1.0), []
    for _batch in range(chance.randint(2, 8)):
        rows, slow = [], chance.sample(range(1, 10), chance.choice([0, 0, 1, 2]))  # clocks that are set back
        for _row in range(chance.randint(20, 120)):
            datastream = chance.choice([1, 2, 3, 4, 4, 5, 5, 6, 7, 8, 9])
            level[datastream] = max(-22.0, min(26.0, level[datastream] + chance.choice([-9, -1, 0, 0, 1, 6, 9])))
            value = chance.choice([0.0, 1.0]) if datastream == 7 else level[datastream]
            step = chance.choice([0, 0, 100, 300, 300, 1_000, -700, 4_000 if chance.random() < 0.1 else 50])
            if datastream in slow and chance.random() < 0.9:
                step = -300_000
            rows.append((datastream, step, value, 0 if chance.random() < 0.95 else chance.randint(1, 4)))
        batches.append((rows, chance.choice([0, 500, 2_000, 2_000, 12_000, 40_000, 70_000])))
    return batches


BATCHES = st.lists(
    st.tuples(st.lists(ROW, max_size=30), st.sampled_from([0, 1, 700, 2_000, 12_000, 400_000])), min_size=1, max_size=6
) | st.integers(0, 1_000_000).map(busy)


def laid_out(batches):
    """Rows with absolute times, in batches with moments of reception."""
    at, received, result = START, START, []
    for rows, later in batches:
        absolute = []
        for datastream, step, value, quality in rows:
            absolute.append((datastream, at + step, value, quality))
            at = max(at, at + step)
        received = max(received + later, at - 1_000)
        at = max(at, received - 2_000)
        result.append((absolute, received))
    return result


def with_a_wrong_clock(batches):
    """The same received by a house whose own clock is set back now and then."""
    return [(rows, received - number % 3 * 1_500) for number, (rows, received) in enumerate(batches)]


def judged(judge, batches):
    return [change for rows, received in batches for change in judge.judge(Observations.of(rows, received))]


@settings(max_examples=80, deadline=None)
@given(BATCHES, st.data())
def test_any_cut_gives_the_same_transitions(batches, data):
    whole = with_a_wrong_clock(laid_out(batches))
    cut = []
    for rows, received in whole:
        places = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
        cut += [(rows[a:b], received) for a, b in zip([0, *places], [*places, len(rows)], strict=True)]

    assert judged(Judge(RULES), cut) == judged(Judge(RULES), whole)


@settings(max_examples=80, deadline=None)
@given(BATCHES)
def test_columns_and_rows_give_the_same_transitions(batches):
    whole = with_a_wrong_clock(laid_out(batches))

    assert judged(Judge(RULES, few=0), whole) == judged(Judge(RULES, few=1_000_000), whole)


@settings(max_examples=60, deadline=None)
@given(BATCHES, st.sets(st.integers(0, 5)))
def test_a_restart_at_any_point_changes_nothing(batches, restarts):
    whole = laid_out(batches)
    judge, found = Judge(RULES), []

    for number, batch in enumerate(whole):
        if number in restarts:
            blob = judge.dump()
            judge = Judge(RULES)
            judge.load(blob)
            assert judge.dump() == blob
        found += judged(judge, [batch])

    assert found == judged(Judge(RULES), whole)


@settings(max_examples=60, deadline=None)
@given(BATCHES, st.data())
def test_whoever_asks_for_the_time_and_how_often_changes_no_transition(batches, data):
    everyone = [(each, START, 1.0, 0) for each in (1, 2, 3, 4, 5, 6, 7, 8, 9)]
    whole = [(everyone, START), *laid_out(batches)]
    end, heard = whole[-1][1] + 1_000_000, START
    asked, plain = Judge(RULES), Judge(RULES)

    found = []
    for rows, received in whole:
        for now in sorted(data.draw(st.lists(st.integers(heard, received), max_size=3))):
            found += asked.tick(now)
        found += judged(asked, [(rows, received)])
        heard = received

    assert order(found + asked.tick(end)) == order(judged(plain, whole) + plain.tick(end))


def order(transitions):
    """By datastream and rule, each in its own order."""
    return sorted(transitions, key=lambda each: (each.datastream, each.rule))


@settings(max_examples=60, deadline=None)
@given(BATCHES)
def test_every_rule_alternates_and_no_two_onsets_share_a_moment(batches):
    last, onsets = {}, set()

    for each in judged(Judge(RULES), laid_out(batches)):
        key = each.datastream, each.rule
        before = last.get(key)
        assert each.is_active != (before is not None and before.is_active)
        assert before is None or each.at_ms >= before.at_ms
        last[key] = each
        if each.is_active:
            assert (*key, each.at_ms) not in onsets
            onsets.add((*key, each.at_ms))


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 7), st.integers(0, 12)), min_size=1, max_size=40),
    st.integers(0, 9),
    st.integers(0, 3),
)
def test_delay_and_deadband_are_as_second_by_second(steps, delay, deadband):
    at, rows = 0, []
    for step, value in steps:
        at += step
        rows.append((1, START + at * 1_000, float(value), 0))
    held = {(moment - START) // 1_000: value for _datastream, moment, value, _quality in rows}

    told, since, is_active, value = [], None, False, None
    for second in range(min(held), at + 1):
        value = held.get(second, value)
        if is_active and value < 8 - deadband:
            is_active = False
            told.append((second, False))
        if value < 8:
            since = None
        elif not is_active:
            since = second if since is None else since
            if second - since == delay:
                is_active = True
                told.append((second, True))

    limits = Limits(1, high=8, delay_ms=delay * 1_000, deadband=deadband)
    changes = Judge(Ruleset((limits,))).judge(Observations.of(rows, START + at * 1_000))
    assert [((each.at_ms - START) // 1_000, each.is_active) for each in changes] == told
