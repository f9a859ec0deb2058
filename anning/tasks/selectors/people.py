"""Who is behind an assignee, a step of a chain, a policy."""

from typing import Any

from anning.accounts.models import Area, Organisation, Person, Post, Role
from anning.accounts.selectors import district_area, leaders_over, people_on, person_of
from anning.kernel.actor import Actor
from anning.tasks import logic
from anning.tasks.models import EscalationPolicy, Task

Assignee = Person | Post | Organisation | Role


def people_for(task: Task) -> list[Person]:
    """Return the people who must do the task now: the person, the holders of the post, the users of unit or role."""
    working = Person.objects.filter(is_active=True, erased_at=None)
    if task.person:
        return list(working.filter(pk=task.person_id))
    if task.post:
        return list(people_on(task.post))
    if task.unit:
        return list(working.filter(organisation=task.unit, users__is_active=True).distinct().order_by("pk"))
    inside = working.filter(users__roles=task.role, users__is_active=True)
    if task.organisation:
        inside = inside.filter(organisation__path__startswith=task.organisation.path)
    elif task.area:
        inside = inside.filter(organisation__area__code__startswith=task.area.code)
    return list(inside.distinct().order_by("pk"))


def place_for(assignee: Assignee, giver: Actor) -> tuple[Area | None, Organisation | None]:
    """Return where a task for this assignee belongs, when its giver does not say.

    A task for a role belongs to the district, or to the unit of a giver who does not see the whole district.
    """
    match assignee:
        case Person() | Post():
            return assignee.organisation.area, assignee.organisation
        case Organisation():
            return assignee.area, assignee
    person = None if giver.scope.everything else person_of(giver)
    if person:
        return person.organisation.area, person.organisation
    return district_area(), None


def policy_for(kind: str, urgency: int, minutes: int) -> list[dict[str, Any]]:
    """Return the steps to freeze onto a new task; without a policy its giver is told when nobody acknowledged."""
    active = EscalationPolicy.objects.filter(is_active=True, steps__isnull=False).distinct()
    policy = logic.best_policy(active, kind, urgency)
    if policy is None:
        return [{"after_minutes": minutes, "target": "assigner", "post": None, "person": None}]
    return [step.frozen() for step in policy.steps.order_by("position")]


def whom(step: dict[str, Any], task: Task) -> list[Person]:
    """Return whom a step tells; empty when nobody is there (then the next in line is told)."""
    match step["target"]:
        case "again":
            return people_for(task)
        case "assigner":
            giver = person_of(Actor(task.assigned_by))
            return [giver] if giver and giver.is_active else []
        case "leader":
            return leaders_over(task.organisation) if task.organisation else []
        case "post":
            post = Post.objects.filter(pk=step["post"]).first()
            return list(people_on(post)) if post else []
    return list(Person.objects.filter(pk=step["person"], is_active=True, erased_at=None))
