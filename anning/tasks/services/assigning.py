"""Giving a task to somebody."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.models import Area, Organisation, Person, Post, Role
from anning.accounts.selectors import scoped
from anning.kernel import clock, rulebook
from anning.kernel.actor import SYSTEM, Actor
from anning.kernel.errors import Refused
from anning.kernel.identifying import refuse_in_title
from anning.tasks import logic, permissions
from anning.tasks.models import Copy, Task, Urgency
from anning.tasks.selectors import people_for, place_for, policy_for
from anning.tasks.selectors.people import Assignee
from anning.tasks.services.entries import note


@transaction.atomic
def assign_task(
    actor: Actor,
    *,
    title: str,
    to: Assignee,
    body: str = "",
    kind: str = Task.Kind.WORK,
    urgency: int = Urgency.NORMAL,
    due_at: datetime | None = None,
    about: str = "",
    about_title: str = "",
    about_url: str = "",
    area: Area | None = None,
    organisation: Organisation | None = None,
    copies: Iterable[Person] = (),
    sensitivity: str = "internal",
    exercise: bool = False,
    cause: str = "",
    now: datetime | None = None,
) -> Task:
    """Give a task to a person, post, organisation or role; its clocks start and its escalation policy is frozen.

    Raises NotAllowed, and Refused for an empty title, a deadline that has passed, or somebody outside the
    actor's scope.
    """
    actor.require(permissions.ADD)
    now = now or clock.now()
    title = title.strip()
    if not title:
        raise Refused(_("没有写明任务"), _("请填写任务标题"), fields={"title": _("必填")})
    if actor.name != SYSTEM:  # what the platform repeats was checked when somebody wrote it
        refuse_in_title(title)
    check_due(due_at, now)
    check_reach(actor, to)
    place = (area, organisation) if area or organisation else place_for(to, actor)
    task = Task(
        title=title[:120],
        body=body.strip(),
        kind=kind,
        urgency=urgency,
        about=about,
        about_title=about_title[:120],
        about_url=about_url,
        area=place[0],
        organisation=place[1],
        assigned_by=actor.name,
        assigned_at=now,
        due_at=due_at,
        sensitivity=sensitivity,
        exercise=exercise,
    )
    put_on(task, to)
    start_clocks(task, now)
    task.derive()
    task.save()
    Copy.objects.bulk_create(Copy(task=task, person=person) for person in dict.fromkeys(copies))
    entry_about = {"due_at": due_at and due_at.isoformat(), "assignee": assignee_name(to), "task_kind": kind}
    note(task, "assign", actor, tell=people_for(task), cause=cause, **entry_about)
    return task


def put_on(task: Task, to: Assignee) -> None:
    """Make ``to`` the one who must do the task."""
    task.person = to if isinstance(to, Person) else None
    task.post = to if isinstance(to, Post) else None
    task.unit = to if isinstance(to, Organisation) else None
    task.role = to if isinstance(to, Role) else None


def start_clocks(task: Task, now: datetime) -> None:
    """Start a round: the acknowledgement clock, the frozen chain from its first step, the reminder."""
    minutes = minutes_for("TSK-ACK-MINUTES", task.urgency, now)
    task.ack_due_at = now + timedelta(minutes=minutes)
    task.acknowledged_by, task.acknowledged_at, task.promised_at, task.closed_at = "", None, None, None
    task.steps = task.steps or policy_for(task.kind, task.urgency, minutes)
    task.step, task.step_due_at = 0, logic.due_after(task.steps, 0, now)
    task.remind_at = remind_before(task, now)


def remind_before(task: Task, now: datetime) -> datetime | None:
    """Return when to remind of the deadline; None when it is too near or there is none."""
    if task.due_at is None:
        return None
    at = task.due_at - timedelta(minutes=minutes_for("TSK-REMIND-MINUTES", task.urgency, now))
    return at if at > now else None


def minutes_for(rule: str, urgency: int, at: datetime) -> int:
    """Return the minutes that the rulebook gives for an urgency."""
    return int(rulebook.value(rule, at)[Urgency(urgency).name.lower()])


def assignee_name(to: Assignee) -> str:
    """Return the assignee as a journal subject, never as a person's name."""
    return f"{to._meta.model_name}:{to.pk}"


def check_due(due_at: datetime | None, now: datetime) -> None:
    """Raise Refused for a deadline that has passed."""
    if due_at and due_at <= now:
        raise Refused(_("办结时限早于现在"), _("请填写将来的时间"), fields={"due_at": _("须晚于现在")})


def check_reach(actor: Actor, to: Assignee) -> None:
    """Raise Refused for an assignee outside the actor's scope, or one who has left."""
    if isinstance(to, Person) and (not to.is_active or to.erased_at):
        raise Refused(_("承办人已不在岗"), _("请另选承办人"), fields={"to": _("已不在岗")})
    if not isinstance(to, Role) and not scoped(type(to).objects.filter(pk=to.pk), actor).exists():
        raise Refused(_("承办方不在您的管辖范围内"), _("请在本单位、本辖区内选择"), fields={"to": _("超出管辖范围")})
