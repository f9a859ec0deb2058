"""The intake: nothing is acknowledged that is not durable, and what is durable is judged exactly once in effect."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from anning.monitoring.history import History, HistoryFull
from anning.monitoring.history.database import FileDatabase
from anning.monitoring.intake import Intake, NotStored, now_ms
from anning.monitoring.judging import Limits, Ruleset
from anning.monitoring.models import Alarm
from anning.monitoring.sentry import Sentry
from anning.monitoring.services import take_transitions
from tests.patience import until


class Disk(FileDatabase):
    """A history file on a disk that can be full, or slow."""

    is_full = False

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, writable=True)
        self.may_write = threading.Event()
        self.may_write.set()

    @contextmanager
    def writing(self, **facts: Any) -> Iterator[Any]:
        """Write, once there is room and leave."""
        self.may_write.wait(30)
        if self.is_full:
            raise HistoryFull
        with super().writing(**facts) as cursor:
            yield cursor


class Silent(Sentry):
    """Judges by no rules."""

    def __init__(self, disk_folder: Path) -> None:
        readable = History(FileDatabase(disk_folder, writable=False), writable=False)
        super().__init__(lambda: readable, Ruleset, lambda: "", lambda transitions, batch: None)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """Where the history lies."""
    return Disk(tmp_path)


def intake_of(disk: Disk, sentry: Sentry | None = None, most_rows: int = 1000) -> Intake:
    """Return an intake on the disk."""
    return Intake(lambda: History(disk, writable=True), sentry or Silent(disk.path.parent), most_rows)


def rows(*values: float, datastream: int = 1, at_ms: int = 1_700_000_000_000) -> list[tuple[int, int, float, int]]:
    """Return good values one second apart."""
    return [(datastream, at_ms + n * 1000, value, 0) for n, value in enumerate(values)]


def kept(folder: Path) -> list[float]:
    """Return the values in the history, in the order of arrival."""
    history = History(FileDatabase(folder, writable=False), writable=False)
    values = [value for _number, batch in history.batches(0) for value in batch.values.tolist()]
    history.close()
    return values


def test_what_arrives_together_becomes_one_durable_batch(disk, tmp_path):
    async def trial() -> list[int]:
        intake = intake_of(disk)
        await intake.start()
        disk.may_write.clear()
        first = asyncio.create_task(intake.accept(rows(0)))
        await asyncio.sleep(0.05)
        others = [asyncio.create_task(intake.accept(rows(n))) for n in range(1, 50)]
        await asyncio.sleep(0.05)
        assert not any(task.done() for task in others)
        disk.may_write.set()
        numbers = await asyncio.gather(first, *others)
        await intake.stop()
        return list(numbers)

    numbers = asyncio.run(trial())

    assert len(set(numbers)) <= 3
    assert sorted(kept(tmp_path)) == [float(n) for n in range(50)]


def test_on_a_full_disk_nothing_is_acknowledged_and_it_goes_on_when_there_is_room(disk, tmp_path):
    async def trial() -> tuple[str, str, int]:
        intake = intake_of(disk)
        await intake.start()
        await intake.accept(rows(1))
        disk.is_full = True
        with pytest.raises(NotStored) as caught:
            await intake.accept(rows(2))
        trouble = intake.trouble
        disk.is_full = False
        await intake.accept(rows(3))
        assert intake.trouble == ""
        await intake.stop()
        return caught.value.reason, trouble, intake.counts.refused_rows

    assert asyncio.run(trial()) == ("full", "full", 1)
    assert kept(tmp_path) == [1.0, 3.0]


def test_senders_wait_when_the_disk_cannot_keep_up(disk, tmp_path):
    async def trial() -> int:
        intake = intake_of(disk, most_rows=10)
        await intake.start()
        disk.may_write.clear()
        tasks = [asyncio.create_task(intake.accept(rows(*range(5), datastream=n))) for n in range(10)]
        await asyncio.sleep(0.1)
        taken_in = intake._waiting_rows
        disk.may_write.set()
        await asyncio.gather(*tasks)
        await intake.stop()
        return taken_in

    assert asyncio.run(trial()) == 10
    assert len(kept(tmp_path)) == 50


def test_after_the_end_nothing_is_taken_in(disk):
    async def trial() -> None:
        intake = intake_of(disk)
        await intake.start()
        await intake.stop()
        with pytest.raises(NotStored, match="stopping"):
            await intake.accept(rows(1))

    asyncio.run(trial())


class Watched:
    """An intake whose readings are judged: datastream above 25 alarms."""

    def __init__(self, disk: Disk, point: Any, take: Any = take_transitions) -> None:
        folder = disk.path.parent
        self.disk = disk
        self.point = point
        self.rules = Ruleset((Limits(point.pk, high=25.0),))
        self.sentry = Sentry(
            lambda: History(FileDatabase(folder, writable=False), writable=False), lambda: self.rules, lambda: "", take
        )

    def run(self, *batches: list[tuple[int, int, float, int]], is_killed: bool = False) -> None:
        """Take batches in; end properly, or as kill -9 does: without saving the state of judging."""

        async def work() -> None:
            intake = intake_of(self.disk, self.sentry)
            await intake.start()
            for batch in batches:
                number = await intake.accept(batch)
            await asyncio.to_thread(until, lambda: self.sentry.judged >= number)
            if is_killed:
                self.sentry._is_torn = True
            await intake.stop()

        asyncio.run(work())


@pytest.mark.django_db(transaction=True)
def test_a_pulse_within_one_batch_is_an_alarm_that_has_returned(disk, point):
    Watched(disk, point).run(rows(20, 30, 20, datastream=point.pk))

    (alarm,) = Alarm.objects.all()
    assert (alarm.condition, alarm.value, alarm.is_active) == ("high", 30.0, False)


@pytest.mark.django_db(transaction=True)
def test_what_was_judged_before_a_crash_raises_nothing_twice(disk, point, tmp_path):
    Watched(disk, point).run(rows(20, 30, datastream=point.pk), is_killed=True)
    Watched(Disk(tmp_path), point).run(rows(31, datastream=point.pk, at_ms=1_700_000_010_000), is_killed=True)
    Watched(Disk(tmp_path), point).run(rows(20, datastream=point.pk, at_ms=1_700_000_020_000))

    (alarm,) = Alarm.objects.all()
    assert (alarm.onset_ms, alarm.is_active, alarm.episodes) == (1_700_000_001_000, False, 1)


@pytest.mark.django_db(transaction=True)
def test_the_state_of_judging_outlives_a_restart(disk, point, tmp_path):
    Watched(disk, point).run(rows(20, 30, datastream=point.pk))
    again = Watched(Disk(tmp_path), point)
    again.run(rows(20, datastream=point.pk, at_ms=1_700_000_010_000))

    history = History(FileDatabase(tmp_path, writable=False), writable=False)
    saved = history.load_state("judge")
    history.close()
    (alarm,) = Alarm.objects.all()
    assert not alarm.is_active
    assert saved and saved[0] >= again.sentry.judged > 0


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_out_readings_are_acknowledged_and_alarms_follow(disk, point):
    calls: list[int] = []

    def take(transitions: Any, batch: int) -> None:
        calls.append(batch)
        if len(calls) < 4:
            raise OperationalError("the database is away")
        take_transitions(transitions, batch)

    Watched(disk, point, take).run(rows(30, datastream=point.pk), rows(31, datastream=point.pk, at_ms=now_ms()))

    assert len(calls) == 4
    assert Alarm.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_transition_that_cannot_be_recorded_does_not_silence_the_others(disk, point, make_point):
    other = make_point("GAS_2")

    def take(transitions: Any, batch: int) -> None:
        if any(each.datastream == other.pk for each in transitions):
            raise ValueError("this one is bad")
        take_transitions(transitions, batch)

    watched = Watched(disk, point, take)
    watched.rules = Ruleset((Limits(point.pk, high=25.0), Limits(other.pk, high=25.0)))
    watched.run([*rows(30, datastream=other.pk), *rows(30, datastream=point.pk)])

    assert [alarm.datastream for alarm in Alarm.objects.all()] == [point]
    assert watched.sentry.unraised == 1
