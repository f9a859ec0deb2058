"""Tasks and approvals over the API."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.pagination import paginate
from pydantic import Field

from anning.accounts.models import Organisation, Person, Post, Role
from anning.accounts.selectors import find_scoped
from anning.accounts.web import actor_of
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.tasks import selectors, services
from anning.tasks.models import Approval, Task, Urgency

router = Router(tags=["tasks"])
KINDS: dict[str, Any] = {"person": Person, "post": Post, "organisation": Organisation, "role": Role}
KEY = Field(ge=1, le=2**63 - 1)


class TaskOut(Schema):
    """A task."""

    id: int
    uid: str
    title: str
    body: str
    kind: str
    urgency: int
    state: str
    about: str
    assigned_by: str
    assigned_at: datetime
    ack_due_at: datetime | None
    due_at: datetime | None
    promised_at: datetime | None
    closed_at: datetime | None
    version: int


class AssigneeIn(Schema):
    """Who must do it: ``kind`` is person, post, organisation or role."""

    kind: str = Field(pattern="^(person|post|organisation|role)$")
    id: int = KEY


class TaskIn(Schema):
    """A new task."""

    title: str = Field(min_length=1, max_length=120)
    to: AssigneeIn
    body: str = Field("", max_length=10_000)
    kind: str = Field("work", pattern="^(" + "|".join(Task.Kind.values) + ")$")
    urgency: Urgency = Urgency.NORMAL
    due_at: datetime | None = None
    about: str = Field("", max_length=64)


class TaskMoveIn(Schema):
    """One move of a task."""

    move: str = Field(max_length=20)
    text: str = Field("", max_length=2000)
    until: datetime | None = None
    to: AssigneeIn | None = None
    version: int | None = None


class ApprovalOut(Schema):
    """An approval."""

    id: int
    uid: str
    title: str
    urgency: int
    state: str
    about: str
    number: str
    drafted_by: str
    signed_by: str
    signed_at: datetime | None
    content_digest: str
    version: int


class DecisionIn(Schema):
    """One move of an approval."""

    move: str = Field(pattern="^(submit|agree|sign|send_back|deny|withdraw|release|transfer|add_opinion)$")
    text: str = Field("", max_length=2000)
    to: int | None = Field(None, ge=1, le=2**63 - 1, description="transfer, add_opinion: a person's id")


class TaskFilter(Schema):
    """Which tasks: those that wait for the asker, that it finished, has a copy of, or gave."""

    tab: str = Field("waiting", pattern="^(waiting|done|copies|given|all)$")


SOURCES = {
    "waiting": selectors.waiting_for,
    "done": selectors.finished_by,
    "copies": selectors.copied_to,
    "given": selectors.assigned_by,
    "all": selectors.visible_tasks,
}


@router.get("/tasks", response=list[TaskOut])
@paginate
def list_tasks(request: HttpRequest, which: Query[TaskFilter]) -> QuerySet[Task]:
    """The asker's tasks, most urgent first."""
    return selectors.urgent_first(SOURCES[which.tab](actor_of(request)))


@router.post("/tasks", response=TaskOut)
def assign_task(request: HttpRequest, body: TaskIn) -> Task:
    """Give a task."""
    actor = actor_of(request)
    facts = body.dict(exclude={"to", "due_at"})
    return services.assign_task(actor, to=_assignee(body.to, actor), due_at=_aware(body.due_at, "due_at"), **facts)


@router.get("/tasks/{task_id}", response=TaskOut)
def get_task(request: HttpRequest, task_id: int) -> Task:
    """One task."""
    return selectors.task_for(_key(task_id), actor_of(request))


@router.post("/tasks/{task_id}/moves", response=TaskOut)
def move_task(request: HttpRequest, task_id: int, body: TaskMoveIn) -> Task:
    """Take a task through one move. 409 when its state does not allow it."""
    actor = actor_of(request)
    to = _assignee(body.to, actor) if body.to else None
    until = _aware(body.until, "until")
    return services.move_task(_key(task_id), body.move, actor, text=body.text, until=until, to=to, version=body.version)


@router.get("/approvals", response=list[ApprovalOut])
@paginate
def list_approvals(request: HttpRequest) -> QuerySet[Approval]:
    """Approvals that the asker may see."""
    return selectors.visible_approvals(actor_of(request))


@router.get("/approvals/{approval_id}", response=ApprovalOut)
def get_approval(request: HttpRequest, approval_id: int) -> Approval:
    """One approval."""
    return selectors.approval_for(_key(approval_id), actor_of(request))


@router.post("/approvals/{approval_id}/moves", response=ApprovalOut)
def move_approval(request: HttpRequest, approval_id: int, body: DecisionIn) -> Approval:
    """Press one button of an approval. 409 when its state does not allow it."""
    actor = actor_of(request)
    facts: dict[str, Any] = {"text": body.text}
    if body.move in ("transfer", "add_opinion"):
        if body.to is None:
            raise Refused(_("没有写明交给谁"), _("请填写人员编号"), fields={"to": _("必填")})
        facts["to"] = find_scoped(Person.objects.all(), actor, body.to)
    moved: Approval = getattr(services, body.move)(_key(approval_id), actor, **facts)
    return moved


def _assignee(asked: AssigneeIn, actor: Actor) -> Any:
    model = KINDS[asked.kind]
    return find_scoped(model.objects.all(), actor, asked.id)


def _key(key: int) -> int:
    """Return a key that the database can hold; one out of range names nothing."""
    return key if 0 < key < 2**63 else 0


def _aware(instant: datetime | None, name: str) -> datetime | None:
    if instant and instant.tzinfo is None:
        raise Refused(
            _("时间没有写明时区"), _("请使用带时区的写法，如 2026-07-20T08:00+08:00"), fields={name: _("缺少时区")}
        )
    return instant
