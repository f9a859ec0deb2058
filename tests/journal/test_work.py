"""The work loop: it seals, reacts, does its duties, shows that it lives, and outlives failures."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction

from anning.journal import registry, work
from anning.journal.models import Entry, Heartbeat
from anning.journal.registry import Listener, Periodic
from anning.journal.services import beat, record
from tests.journal.conftest import OFFICER

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30


@pytest.fixture(autouse=True)
def empty_registry() -> Iterator[None]:
    """No listener and no duty but those of the test."""
    before = dict(registry.listeners), dict(registry.periodics)
    registry.listeners.clear()
    registry.periodics.clear()
    yield
    registry.listeners.clear()
    registry.periodics.clear()
    registry.listeners.update(before[0])
    registry.periodics.update(before[1])


@pytest.fixture
def duty() -> Callable[..., None]:
    """Registers a duty."""

    def keep(name: str, do: Callable[[], int], every_s: float = 0.01) -> None:
        registry.periodics[name] = Periodic(name, every_s, do)

    return keep


def rename(table: str, other: str) -> None:
    """Take a table away, or bring it back: the database then fails as in an outage."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {other}")


def work_until(done: threading.Event) -> None:
    """Run the loop in this thread until ``done``."""
    threading.Thread(target=lambda: (done.wait(PATIENCE_S), stop.set()), daemon=True).start()
    stop = threading.Event()
    work.run(stop)


def test_the_loop_seals_and_reacts_and_shows_that_it_lives() -> None:
    heard = threading.Event()
    registry.listeners["test.heard"] = Listener("test.heard", frozenset({"a.b"}), lambda entry: heard.set())
    with transaction.atomic():
        record("a.b", "a:1", OFFICER)

    work_until(heard)

    assert heard.is_set()
    assert Entry.objects.get().seq == 1
    assert Heartbeat.objects.filter(process="work").exists()


def test_a_duty_that_found_work_is_asked_again_at_once(duty: Callable[..., None]) -> None:
    left, done = [3], threading.Event()

    def do() -> int:
        left[0] -= 1
        if left[0] == 0:
            done.set()
        return max(left[0], 0)

    duty("test.busy", do, every_s=3600)
    work_until(done)

    assert left == [0]


def test_a_failing_duty_holds_up_nobody_and_is_tried_again(duty: Callable[..., None]) -> None:
    tries, done = [], threading.Event()

    def fail() -> int:
        tries.append(1)
        if len(tries) == 2:
            done.set()
        raise ValueError("打印机无纸")

    other = threading.Event()
    duty("test.failing", fail)
    duty("test.other", lambda: other.set() or 0)
    work_until(done)

    assert len(tries) >= 2
    assert other.is_set()


def test_failing_duties_are_named(duty: Callable[..., None]) -> None:
    failed = threading.Event()

    def fail() -> int:
        failed.set()
        raise ValueError("打印机无纸")

    duty("test.failing", fail)
    stop = threading.Event()
    duties = work.Duties(stop)
    thread = threading.Thread(target=duties.serve)
    thread.start()
    failed.wait(PATIENCE_S)
    stop.set()
    thread.join(PATIENCE_S)

    assert duties.failing() == {"test.failing": "ValueError: 打印机无纸"}


def test_the_loop_outlives_an_outage_of_the_database(caplog: pytest.LogCaptureFixture) -> None:
    heard = threading.Event()
    registry.listeners["test.heard"] = Listener("test.heard", frozenset({"a.b"}), lambda entry: heard.set())
    with transaction.atomic():
        record("a.b", "a:1", OFFICER)
    rename("journal_entry", "journal_away")

    def repair() -> None:
        while "the work loop met an error" not in caplog.text and not heard.wait(0.02):
            pass
        rename("journal_away", "journal_entry")
        connection.close()

    repairer = threading.Thread(target=repair)
    repairer.start()
    work_until(heard)
    repairer.join(PATIENCE_S)

    assert heard.is_set()
    assert "the work loop met an error" in caplog.text


def test_signs_of_life_of_instances_long_gone_are_dropped() -> None:
    beat("work", "old")
    Heartbeat.objects.update(at="2020-01-01T00:00Z")
    beat("serve", "other")

    beat("work", "new", sealed=3)

    assert set(Heartbeat.objects.values_list("instance", flat=True)) == {"new", "other"}
    assert Heartbeat.objects.get(instance="new").detail == {"sealed": 3}
