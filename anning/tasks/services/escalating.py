"""What the clocks do: escalate, alarm again, remind, and hold the worker itself to account.

Each function asks the indexed columns what is due, and takes each case by compare-and-swap: of two workers that
see one case, one changes the row and goes on, the other changes nothing.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from anning.accounts.models import Person
from anning.kernel import clock
from anning.kernel.actor import system
from anning.tasks import logic
from anning.tasks.models import Alarm, Task
from anning.tasks.selectors import people_for, whom
from anning.tasks.selectors.tasks import GRACE
from anning.tasks.services.assigning import minutes_for
from anning.tasks.services.entries import note

PLATFORM = system()
BATCH = 100


def escalate_due(now: datetime | None = None) -> int:
    """Take every escalation step that is due; return how many tasks went a step further."""
    now = now or clock.now()
    due = Task.all_objects.filter(state="open", step_due_at__lte=now).order_by("step_due_at")
    return sum(_escalate(task, now) for task in due[:BATCH])


def realarm_due(now: datetime | None = None) -> int:
    """Open again what was acknowledged and not finished in the promised time; return how many."""
    now = now or clock.now()
    due = Task.all_objects.filter(state="acknowledged", promised_at__lte=now).order_by("promised_at")
    return sum(_realarm(task, now) for task in due[:BATCH])


def remind_due(now: datetime | None = None) -> int:
    """Remind of the deadlines that come near; return of how many."""
    now = now or clock.now()
    due = Task.all_objects.filter(remind_at__lte=now).order_by("remind_at")
    return sum(_remind(task) for task in due[:BATCH])


def audit_steps(now: datetime | None = None) -> int:
    """Journal each step that is overdue although a worker should have taken it; return how many are new."""
    now = now or clock.now()
    late = Task.all_objects.filter(state="open", step_due_at__lt=now - GRACE)
    fresh = late.exclude(audited_at=F("step_due_at"))
    return sum(_audit(task) for task in fresh[:BATCH])


@transaction.atomic
def _escalate(seen: Task, now: datetime) -> bool:
    reached, people = _next_in_line(seen)
    due_at = seen.step_due_at
    assert due_at is not None, "the query asks for a due step"
    following = logic.due_after(seen.steps, reached + 1, due_at)
    won = Task.all_objects.filter(
        pk=seen.pk, state="open", round=seen.round, step=seen.step, step_due_at=due_at
    ).update(step=reached + 1, step_due_at=following, version=F("version") + 1)
    if not won:
        return False
    for step in range(seen.step, min(reached + 1, len(seen.steps))):
        told = people if step == reached else []
        _write_alarm(seen, step, due_at, now, told)
    task = Task.all_objects.get(pk=seen.pk)
    verb = "escalate" if people else "exhaust"
    note(task, verb, PLATFORM, tell=people, round=task.round, step=reached, due_at=due_at.isoformat())
    return True


def _next_in_line(task: Task) -> tuple[int, list[Person]]:
    """Return the first step from the due one on that reaches somebody; nobody on the post passes it on at once."""
    for step in range(task.step, len(task.steps)):
        if people := whom(task.steps[step], task):
            return step, people
    return len(task.steps), []


def _write_alarm(task: Task, step: int, due_at: datetime, now: datetime, people: list[Person]) -> None:
    alarm = Alarm.objects.create(
        task=task,
        round=task.round,
        step=step,
        due_at=due_at,
        at=now,
        target=task.steps[step]["target"],
        vacant=not people,
    )
    alarm.people.set(people)


@transaction.atomic
def _realarm(seen: Task, now: datetime) -> bool:
    since = seen.promised_at
    assert since is not None, "the query asks for a promise"
    won = Task.all_objects.filter(pk=seen.pk, state="acknowledged", promised_at=since).update(
        state="open",
        round=F("round") + 1,
        step=0,
        step_due_at=logic.due_after(seen.steps, 0, since),
        ack_due_at=since + timedelta(minutes=minutes_for("TSK-ACK-MINUTES", seen.urgency, now)),
        promised_at=None,
        version=F("version") + 1,
    )
    if won:
        task = Task.all_objects.get(pk=seen.pk)
        note(task, "realarm", PLATFORM, tell=people_for(task), before="acknowledged", after="open", round=task.round)
    return bool(won)


@transaction.atomic
def _remind(seen: Task) -> bool:
    won = Task.all_objects.filter(pk=seen.pk, remind_at=seen.remind_at).update(remind_at=None)
    if won and seen.state in ("open", "acknowledged"):
        note(seen, "remind", PLATFORM, tell=people_for(seen), due_at=seen.due_at and seen.due_at.isoformat())
    return bool(won)


@transaction.atomic
def _audit(seen: Task) -> bool:
    late = Task.all_objects.filter(pk=seen.pk, state="open", step_due_at=seen.step_due_at)
    won = late.exclude(audited_at=F("step_due_at")).update(audited_at=seen.step_due_at)
    if won:
        note(seen, "audit", PLATFORM, step=seen.step, due_at=seen.step_due_at and seen.step_due_at.isoformat())
    return bool(won)
