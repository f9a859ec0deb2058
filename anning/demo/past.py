"""Three years of ordinary days: tasks that towns, departments, villages and firms have done; two towns always late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any

from django.db.models import F, Model

from anning.accounts.models import Organisation, Person, User
from anning.demo.firms import LATE
from anning.demo.places import Places
from anning.demo.sheets import read_sheet
from anning.demo.staff import Staff
from anning.kernel import clock
from anning.tasks.models import Feedback, Task

SEED = 1096
DAYS = 1095
LATEST = 4  # days ago that the last of the ordinary days lies: today has its own morning
CANCELLED_EVERY = 47


@dataclass(frozen=True)
class Past:
    """What every ordinary day needs: places, people, who has an account, and chance."""

    places: Places
    staff: Staff
    users: dict[str, User]
    random: Random

    @cached_property
    def units(self) -> dict[str, Organisation]:
        """The units by all that the sheets call them."""
        return self.places.units | {unit.short_name: unit for unit in self.places.units.values()}

    @cached_property
    def accounts(self) -> dict[int | None, User]:
        """The accounts by the key of their person."""
        return {user.person_id: user for user in self.users.values()}

    def holder(self, unit: str, post: str) -> Person:
        """Return who holds a post of a unit that the sheets name."""
        return self.staff.holder(self.units[unit], post)

    def days(self, facts: dict[str, str]) -> Iterator[datetime]:
        """Yield the instants, oldest first, at which a thing of this rhythm began; only in its months."""
        months = set(map(int, facts["months"].split()))
        for back in self._rhythm(facts["days"]):
            day = clock.today() - timedelta(days=back)
            if day.month in months:
                begun = time(self.random.randint(8, 17), self.random.randint(0, 59))
                yield datetime.combine(day, begun, clock.ZONE)

    def _rhythm(self, days: str) -> Iterator[int]:
        """Yield how many days ago: for ``14`` about every fortnight, for ``25.`` on that day of each month."""
        if days.endswith("."):
            wanted = int(days.removesuffix("."))
            yield from (n for n in range(DAYS, LATEST, -1) if (clock.today() - timedelta(days=n)).day == wanted)
            return
        back = DAYS - self.random.randrange(int(days))
        while back > LATEST:
            yield back
            back -= max(1, int(days) + self.random.randint(-2, 2))


def the_past(places: Places, staff: Staff) -> Past:
    """Return three years to be filled."""
    users = {user.username: user for user in User.objects.filter(is_demo=True).select_related("person__organisation")}
    return Past(places, staff, users, Random(SEED))  # noqa: S311 - facts for show


def add_past_tasks(past: Past) -> None:
    """Write the tasks of three years, done or called off."""
    told: list[tuple[Task, str, str]] = []
    for facts in read_sheet("routine"):
        units = [town.code for town in past.places.towns] if facts["to"] == "towns" else [facts["to"]]
        for begun in past.days(facts):
            told += [_task(past, facts, begun, past.holder(unit, facts["post"]), len(told)) for unit in units]
    told.sort(key=lambda line: line[0].assigned_at)
    tasks = Task.all_objects.bulk_create([task for task, _by, _answer in told], batch_size=500)
    Feedback.objects.bulk_create([line for task in told for line in _feedback(*task)], batch_size=500)
    date_back(Task, [task.pk for task in tasks], created_at=F("assigned_at"), changed_at=F("closed_at"))


def _task(past: Past, facts: dict[str, str], begun: datetime, holder: Person, number: int) -> tuple[Task, str, str]:
    """Return a task that ended as such tasks do, who did it, and the answer."""
    unit, span = holder.organisation, timedelta(hours=int(facts["hours"]))
    closed = begun + span * (0.2 + 0.7 * past.random.random())
    if unit.area and unit.area.code in LATE:
        closed = begun + span + timedelta(hours=past.random.randint(3, 90))
    user = past.accounts.get(holder.pk) or past.users["duty"]  # on behalf, as told by telephone
    is_off = number % CANCELLED_EVERY == 0
    task = Task(
        title=facts["title"].format(month=begun.month),
        body=facts["body"],
        kind=facts["kind"],
        urgency=int(facts["urgency"]),
        state="cancelled" if is_off else "done",
        person=holder,
        area=unit.area,
        organisation=unit,
        assigned_by=past.users[facts["by"]].subject,
        assigned_at=begun,
        due_at=begun + span,
        acknowledged_by="" if is_off else user.subject,
        acknowledged_at=None if is_off else min(begun + timedelta(minutes=past.random.randint(3, 90)), closed),
        closed_at=closed,
    )
    task.derive()
    return task, user.subject, facts["answer"]


def _feedback(task: Task, by: str, answer: str) -> Iterator[Feedback]:
    assert task.closed_at is not None, "what is past is over"
    if task.acknowledged_at is None:
        yield Feedback(task=task, at=task.closed_at, by=task.assigned_by, move="cancel", text="情况已变化，不再需要")
        return
    yield Feedback(task=task, at=task.acknowledged_at, by=by, move="acknowledge")
    yield Feedback(task=task, at=task.closed_at, by=by, move="finish", text=answer)


def date_back(model: type[Model], keys: list[int], **dates: Any) -> None:
    """Give rows the dates that loading would otherwise stamp with today."""
    model._base_manager.filter(pk__in=keys).update(**dates)
