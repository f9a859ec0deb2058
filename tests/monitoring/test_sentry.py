"""How time passes for the judge: told by the batches, and not while the gateways themselves were away."""

from anning.monitoring.judging import Limits, Ruleset
from anning.monitoring.observations import Observations
from anning.monitoring.sentry import Course

START = 1_700_000_000_000
RULES = Ruleset((Limits(1, offline_ms=60_000, high=25.0), Limits(2, offline_ms=60_000)))


def batch(second: int, *rows: tuple[int, float]) -> Observations:
    """Return values (datastream, value) of this moment, received at it."""
    at = START + second * 1000
    return Observations.of([(datastream, at, value, 0) for datastream, value in rows], at)


def run(course: Course, seconds: range, *talking: int) -> list[tuple[int, str, bool]]:
    """Let a second pass at a time, with the datastreams talking; return what it brings."""
    found = []
    for second in seconds:
        transitions = course.follow(batch(second, *((each, 20.0) for each in talking)))
        found += [(each.datastream, each.condition, each.is_active) for each in transitions]
    return found


def test_a_datastream_that_falls_silent_while_others_talk_is_offline_once():
    course = Course(RULES)
    run(course, range(10), 1, 2)

    assert run(course, range(10, 200), 1) == [(2, "offline", True)]
    assert run(course, range(200, 210), 1, 2) == [(2, "offline", False)]


def test_silence_is_noticed_without_any_reading():
    course = Course(RULES)
    run(course, range(10), 1, 2)

    assert sorted(run(course, range(10, 200))) == [(1, "offline", True), (2, "offline", True)]


def test_nobody_is_called_offline_for_the_time_in_which_the_gateways_were_away():
    course = Course(RULES)
    run(course, range(10), 1, 2)

    back = run(course, range(1000, 1250), 1, 2)

    assert back == []


def test_whoever_stays_silent_after_the_gateways_are_back_is_offline_in_the_end():
    course = Course(RULES)
    run(course, range(10), 1, 2)

    assert run(course, range(1000, 1400), 1) == [(2, "offline", True)]


def test_the_same_batches_bring_the_same_however_often_the_process_restarts():
    whole, restarted = Course(RULES), Course(RULES)
    seconds = [*range(30), *range(100, 400)]
    talking = {second: (1, 2) if second % 150 < 45 else (1,) for second in seconds}

    at_once, in_parts = [], []
    for second in seconds:
        at_once += run(whole, range(second, second + 1), *talking[second])
        in_parts += run(restarted, range(second, second + 1), *talking[second])
        state, restarted = restarted.dump(), Course(RULES)
        restarted.load(state)

    assert at_once == in_parts
    assert at_once


def test_a_state_that_cannot_be_read_is_left_and_judging_goes_on():
    course = Course(RULES)
    course.load(b"not a state")

    assert [each.condition for each in course.follow(batch(0, (1, 30.0)))] == ["high"]
