"""Questions about tasks: whose, which first, what is late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import BooleanField, Case, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from anning.accounts.models import Role
from anning.accounts.selectors import person_of, scoped
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound
from anning.tasks import logic, permissions
from anning.tasks.lifecycle import TASK
from anning.tasks.models import Task

RUNNING = ("open", "acknowledged")
CLOSED = ("done", "cancelled")
GRACE = timedelta(minutes=2)  # how late the worker may be before somebody must know


def visible_tasks(actor: Actor) -> QuerySet[Task]:
    """Tasks inside the actor's scope, if it may view tasks, and those that it gave, must do or is told of."""
    return _seen_by(actor).filter(exercise=False)


def task_for(task_id: int, actor: Actor) -> Task:
    """Return one task. Raises NotFound when there is none, or none for this actor."""
    task = _seen_by(actor).filter(pk=task_id).first()
    if task is None:
        raise NotFound(_("没有找到这项任务"), _("它可能不在您的管辖范围内；请从待办列表进入"))
    return task


def waiting_for(actor: Actor) -> QuerySet[Task]:
    """Tasks that wait for the actor: to do, and given by it but sent back."""
    mine = Q(state__in=RUNNING) & _mine(actor)
    return _joined(Task.objects.filter(mine | Q(state="returned", assigned_by=actor.name)))


def finished_by(actor: Actor) -> QuerySet[Task]:
    """Closed tasks that were the actor's to do, or that it acknowledged."""
    return _joined(Task.objects.filter(_mine(actor) | Q(acknowledged_by=actor.name), state__in=CLOSED))


def copied_to(actor: Actor) -> QuerySet[Task]:
    """Tasks of which the actor has a copy."""
    return _joined(Task.objects.filter(pk__in=_copied(actor).values("pk")))


def assigned_by(actor: Actor) -> QuerySet[Task]:
    """Tasks that the actor gave."""
    return _joined(Task.objects.filter(assigned_by=actor.name))


def tasks_about(subject: str, actor: Actor) -> QuerySet[Task]:
    """Tasks about one record of any room."""
    return visible_tasks(actor).filter(about=subject)


def urgent_first(tasks: QuerySet[Task], now: datetime | None = None) -> QuerySet[Task]:
    """Order tasks: running before closed, overdue first, then the most urgent, then the nearest deadline."""
    now = now or clock.now()
    ticking = Case(
        When(state="open", then=F("ack_due_at")),
        When(state="acknowledged", then=Coalesce("promised_at", "due_at")),
        output_field=DateTimeField(),
    )
    late = Case(When(ticking__lt=now, then=Value(True)), default=Value(False), output_field=BooleanField())
    running = Case(When(state__in=CLOSED, then=Value(False)), default=Value(True), output_field=BooleanField())
    ordered = tasks.annotate(ticking=ticking).annotate(late=late, running=running)
    return ordered.order_by("-running", "-late", "-urgency", F("ticking").asc(nulls_last=True), "-pk")


def overdue_steps(actor: Actor, now: datetime | None = None) -> QuerySet[Task]:
    """Open tasks whose escalation step was due and did not happen: the worker is behind."""
    late = (now or clock.now()) - GRACE
    return _joined(scoped(Task.objects.filter(state="open", step_due_at__lt=late), actor).order_by("step_due_at"))


def exhausted(actor: Actor) -> QuerySet[Task]:
    """Open tasks whose whole chain was told and nobody acknowledged."""
    return _joined(scoped(Task.objects.filter(state="open", step_due_at=None), actor).order_by("assigned_at"))


def moves_open_to(task: Task, actor: Actor) -> list[str]:
    """Return the names of the buttons that this actor has on this task."""
    return buttons_of([task], actor)[task.pk]


def buttons_of(tasks: Sequence[Task], actor: Actor) -> dict[int, list[str]]:
    """Return the names of the buttons that this actor has on each task, by its key, asking once for all."""
    rows = Task.all_objects.filter(pk__in=[task.pk for task in tasks])
    managed = {task.pk for task in tasks if task.assigned_by == actor.name and actor.may(permissions.ADD)}
    if actor.may(permissions.CHANGE):
        managed |= set(scoped(rows, actor).values_list("pk", flat=True))
    answered: set[int] = set()
    if actor.may(permissions.ANSWER):
        answered = managed | set(rows.filter(_mine(actor)).values_list("pk", flat=True))
    return {
        task.pk: [
            move
            for move in TASK.moves_from(task.state)
            if (move in logic.ANSWERS and task.pk in answered) or (move in logic.MANAGES and task.pk in managed)
        ]
        for task in tasks
    }


def may_answer(task: Task, actor: Actor) -> bool:
    """Whether the actor may act as the one who must do it: it is, or it enters the answer for somebody in its scope."""
    if not actor.may(permissions.ANSWER):
        return False
    return may_manage(task, actor) or Task.all_objects.filter(_mine(actor), pk=task.pk).exists()


def may_manage(task: Task, actor: Actor) -> bool:
    """Whether the actor may reassign, extend, cancel: it gave the task, or manages tasks where the task belongs."""
    if task.assigned_by == actor.name and actor.may(permissions.ADD):
        return True
    return actor.may(permissions.CHANGE) and scoped(Task.all_objects.filter(pk=task.pk), actor).exists()


def _seen_by(actor: Actor) -> QuerySet[Task]:
    found = _mine(actor) | Q(assigned_by=actor.name) | Q(pk__in=_copied(actor).values("pk"))
    if actor.may(permissions.VIEW):
        found |= Q(pk__in=scoped(Task.all_objects.all(), actor).values("pk"))
    return _joined(Task.all_objects.filter(found))


def _mine(actor: Actor) -> Q:
    """Match what the actor must do: as a person, on a post, in a unit, in a role, or told by an alarm of this round."""
    person = person_of(actor)
    if person is None:
        return Q(pk__in=[])
    today = clock.today()
    posts = person.appointments.filter(Q(until_on=None) | Q(until_on__gte=today), since_on__lte=today).values("post")
    roles = Role.objects.filter(users__person=person, users__is_active=True).values("pk")
    own_role = Q(role__in=roles) & Q(pk__in=scoped(Task.all_objects.all(), actor).values("pk"))
    alarmed = Q(pk__in=person.task_alarms.filter(round=F("task__round")).values("task"))
    return Q(person=person) | Q(post__in=posts) | Q(unit=person.organisation_id) | own_role | alarmed


def _copied(actor: Actor) -> QuerySet[Task]:
    person = person_of(actor)
    return Task.all_objects.filter(copies__person=person) if person else Task.all_objects.none()


def _joined(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.select_related("person__organisation", "post__organisation", "unit", "role", "area", "organisation")
