"""Reactions hear what is sealed, in order, each entry once in effect, whatever fails."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from anning.journal import registry, selectors
from anning.journal.models import Cursor, Entry, Heartbeat
from anning.journal.reactor import hear_all
from anning.journal.registry import Listener, reacts_to
from anning.journal.sealer import seal
from anning.journal.services import beat, record, skip_entry
from anning.kernel import clock
from anning.kernel.actor import system
from anning.kernel.errors import Refused
from tests.journal.conftest import OFFICER, Write
from tests.races import together


def count(entry: Entry) -> None:
    """An effect that shows if it happened twice: a counter per entry."""
    beaten = Heartbeat.objects.filter(process="effect", instance=entry.uid)
    if not beaten.update(detail={"times": beaten.get().detail["times"] + 1} if beaten else {}):
        beat("effect", entry.uid, times=1, seq=entry.seq)


def effects() -> list[int]:
    """How often each entry had its effect."""
    return [heard.detail["times"] for heard in Heartbeat.objects.filter(process="effect")]


COUNTER = Listener("test.count", frozenset({"a.b"}), count)


@pytest.fixture
def registered() -> Iterator[Callable[..., Listener]]:
    """Registers listeners for the length of one test."""
    before = dict(registry.listeners)

    def keep(listener: Listener) -> Listener:
        registry.listeners[listener.name] = listener
        return listener

    yield keep
    registry.listeners.clear()
    registry.listeners.update(before)


def test_a_listener_hears_its_kinds_only_once_they_are_sealed(write: Write) -> None:
    write("a.b")
    write("a.c")

    assert hear_all([COUNTER]) == 0
    seal()
    assert hear_all([COUNTER]) == 1
    assert hear_all([COUNTER]) == 0
    assert effects() == [1]


def test_a_listener_hears_in_order_and_goes_on_where_it_was(write: Write) -> None:
    heard: list[int | None] = []
    listener = Listener("test.order", frozenset({"a.b"}), lambda entry: heard.append(entry.seq))
    for _ in range(5):
        write("a.b")
    seal()

    assert hear_all([listener], limit=2) == 2
    assert hear_all([listener], limit=2) == 2
    assert hear_all([listener]) == 1
    assert heard == [1, 2, 3, 4, 5]


def test_a_failing_reaction_leaves_no_effect_is_shown_and_tried_again_later(write: Write) -> None:
    broken = True

    def react(entry: Entry) -> None:
        count(entry)
        if broken:
            raise ValueError("药水用完")

    listener = Listener("test.failing", frozenset({"a.b"}), react)
    write("a.b")
    seal()

    assert hear_all([listener]) == 0
    assert effects() == []
    cursor = Cursor.objects.get(listener="test.failing")
    assert (cursor.seq, cursor.failures, cursor.error) == (0, 1, "ValueError: 药水用完")

    broken = False
    assert hear_all([listener]) == 0  # it waits
    Cursor.objects.update(retry_at=clock.now() - timedelta(seconds=1))
    assert hear_all([listener]) == 1
    cursor.refresh_from_db()
    assert (cursor.seq, cursor.failures, cursor.error) == (1, 0, "")
    assert effects() == [1]


def test_a_reaction_that_fails_again_and_again_waits_longer_each_time(write: Write) -> None:
    def react(entry: Entry) -> None:
        raise ValueError

    listener = Listener("test.stubborn", frozenset({"a.b"}), react)
    write("a.b")
    seal()
    waits = []
    begun = clock.now()
    for _ in range(12):
        hear_all([listener])
        waits.append((Cursor.objects.get().retry_at or begun) - begun)
        Cursor.objects.update(retry_at=None)

    assert waits == sorted(waits)
    assert waits[0] < timedelta(seconds=60) < timedelta(seconds=300) <= waits[-1] < timedelta(seconds=360)


def test_a_failing_reaction_does_not_hold_up_others(write: Write) -> None:
    def fail(entry: Entry) -> None:
        raise ValueError

    write("a.b")
    seal()

    assert hear_all([Listener("test.bad", frozenset({"a.b"}), fail), COUNTER]) == 1
    assert effects() == [1]


def test_what_a_reaction_records_is_heard_in_its_turn(write: Write) -> None:
    def answer(entry: Entry) -> None:
        record("a.c", entry.subject, system(), cause=entry.uid)

    first = Listener("test.answer", frozenset({"a.b"}), answer)
    second = Listener("test.second", frozenset({"a.c"}), count)
    asked = write("a.b")
    seal()
    hear_all([first, second])
    assert effects() == []
    seal()

    assert hear_all([first, second]) == 1
    assert Entry.objects.get(kind="a.c").cause == asked.uid


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_a_writer_at_the_same_moment_give_each_entry_its_effect_once() -> None:
    def write_some() -> None:
        for number in range(30):
            with transaction.atomic():
                record("a.b", f"a:{number}", OFFICER)

    def work() -> None:
        for _ in range(200):
            seal(limit=5)
            hear_all([COUNTER], limit=3)
            if Heartbeat.objects.filter(process="effect").count() == 30:
                return

    results = together(write_some, work, work)
    while seal() or hear_all([COUNTER]):
        pass

    assert results == [None, None, None]
    assert effects() == [1] * 30


def test_health_names_the_listener_that_is_stuck(write: Write, registered: Callable[..., Listener]) -> None:
    def fail(entry: Entry) -> None:
        raise ValueError("没有单位")

    registered(Listener("test.stuck", frozenset({"a.b"}), fail))
    write("a.b")
    write("a.b")
    seal()
    hear_all()

    [hearing] = [hearing for hearing in selectors.hearings() if hearing.listener == "test.stuck"]
    assert (hearing.waiting, hearing.failures, hearing.error) == (2, 1, "ValueError: 没有单位")


def test_a_stuck_listener_is_let_past_an_entry_only_openly(
    write: Write, registered: Callable[..., Listener], django_capture_on_commit_callbacks: Any
) -> None:
    def fail_once(entry: Entry) -> None:
        if entry.seq == 1:
            raise ValueError
        count(entry)

    registered(Listener("test.stuck", frozenset({"a.b"}), fail_once))
    write("a.b")
    write("a.b")
    seal()
    hear_all()
    operator = system("journal.skip_entry")

    with pytest.raises(Refused):
        skip_entry("test.stuck", operator, reason=" ")
    skip_entry("test.stuck", operator, reason="单位已撤销")
    hear_all()

    assert effects() == [1]
    skipped = Entry.objects.get(kind="listener.skip")
    assert skipped.data == {"seq": 1, "reason": "单位已撤销"}
    with pytest.raises(Refused):
        skip_entry("test.stuck", operator, reason="再来一次")


def test_a_name_is_registered_once(registered: Callable[..., Listener]) -> None:
    def react(entry: Entry) -> None: ...

    reacts_to("a.b")(react)

    with pytest.raises(ValueError, match="twice"):
        reacts_to("a.c")(react)
