"""Only what a rule names is dropped, and only after its time."""

from tests.monitoring.history.readings import DAY, NOON, batch

LATER = NOON + 40 * DAY


def kept(history, stream):
    return len(history.series(stream, 0, LATER))


def test_nothing_is_dropped_without_a_rule(history):
    history.append(batch((1, 0, 1.0)), frames=b"@@")
    history.seal(LATER)

    assert history.expire(LATER) == 0
    assert kept(history, 1) == 1
    assert len(list(history.raw_frames(0, LATER))) == 1


def test_readings_go_after_the_days_of_the_setting(opened):
    history = opened(writable=True, days=39)
    history.append(batch((1, 0, 1.0), (1, DAY, 2.0)))
    history.seal(LATER)

    assert history.expire(LATER) == 1
    assert history.series(1, 0, LATER).values.tolist() == [2.0]


def test_a_datastream_has_its_own_class(opened):
    history = opened(writable=True, days=10)
    history.append(batch((1, 0, 1.0), (2, 0, 2.0), (3, 0, 3.0)))
    history.seal(LATER)

    gone = history.expire(LATER, {1: 0, 2: 100}.get)

    assert gone == 1
    assert [kept(history, stream) for stream in (1, 2, 3)] == [1, 1, 0]


def test_raw_frames_go_after_their_own_time(opened):
    history = opened(writable=True, frames_days=30)
    for day in range(0, 40, 4):
        history.append(batch((1, 0, 1.0), received_ms=NOON + day * DAY), frames=b"%d" % day)

    history.expire(LATER)

    assert [frames for _, frames in history.raw_frames(0, LATER)] == [b"12", b"16", b"20", b"24", b"28", b"32", b"36"]
    assert kept(history, 1) == 1
