"""Taking a task through its life, and what people add to it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.models import Person
from anning.accounts.selectors import person_of
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, NotAllowed, Refused
from anning.tasks import logic, permissions, proofs
from anning.tasks.lifecycle import TASK
from anning.tasks.models import Feedback, Proof, Task
from anning.tasks.selectors import people_for, place_for, task_for
from anning.tasks.selectors.people import Assignee
from anning.tasks.selectors.tasks import may_answer, may_manage
from anning.tasks.services.assigning import (
    assignee_name,
    check_due,
    check_reach,
    minutes_for,
    put_on,
    remind_before,
    start_clocks,
)
from anning.tasks.services.entries import note


@transaction.atomic
def move_task(
    task_id: int,
    move: str,
    actor: Actor,
    *,
    text: str = "",
    until: datetime | None = None,
    to: Assignee | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Take a task through one move of its lifecycle, write the line under it, and journal it.

    ``until`` is the promise of an acknowledgement or the new end of an extension; ``to`` the next assignee.
    Raises NotFound, NotAllowed, IllegalMove, Conflict for an older ``version``, and Refused for a missing reason.
    """
    actor.require(permissions.ANSWER)
    now = now or clock.now()
    task = locked(task_id, actor, version)
    before, after = task.state, TASK.after(task.state, move)
    check_side(task, move, actor)
    text = text.strip()
    if move in logic.NEEDS_REASON and not text:
        raise Refused(_("没有写明原因"), _("请填写原因后再提交"), fields={"text": _("必填")})
    task.state = after
    facts = EFFECTS.get(move, _nothing)(task, actor, now, until, to)
    task.version += 1
    task.save()
    Feedback.objects.create(task=task, at=now, by=actor.name, move=move, text=text)
    note(task, move, actor, tell=_to_tell(task, move), before=before, after=after, text=text, **facts)
    return task


@transaction.atomic
def add_feedback(task_id: int, actor: Actor, *, text: str, now: datetime | None = None) -> Feedback:
    """Add a line under a task. Lines are never changed. Raises Refused for an empty one."""
    actor.require(permissions.ANSWER)
    task = locked(task_id, actor)
    if not text.strip():
        raise Refused(_("反馈内容为空"), _("请写明进展情况"), fields={"text": _("必填")})
    line = Feedback.objects.create(task=task, at=now or clock.now(), by=actor.name, text=text.strip())
    note(task, "feedback", actor, text=line.text)
    return line


@transaction.atomic
def add_proof(task_id: int, actor: Actor, *, name: str, chunks: Iterable[bytes]) -> Proof:
    """Keep a file that shows what was done. Raises Refused for a file that is too large or not what it says."""
    actor.require(permissions.ANSWER)
    task = locked(task_id, actor)
    if not may_answer(task, actor):
        raise NotAllowed(_("这项任务不是由您办理"), _("请由承办人上传佐证材料"))
    file = proofs.keep(name, chunks)
    proof, _made = Proof.objects.get_or_create(
        task=task,
        sha256=file.sha256,
        defaults={
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "at": clock.now(),
            "by": actor.name,
        },
    )
    note(task, "prove", actor, sha256=proof.sha256, size=proof.size)
    return proof


@transaction.atomic
def read_copy(task_id: int, actor: Actor) -> None:
    """Note that the actor has read its copy; reading is no decision, so the journal does not hear of it."""
    if person := person_of(actor):
        person_copies = Task.objects.get(pk=task_id).copies.filter(person=person, read_at=None)
        person_copies.update(read_at=clock.now())


def locked(task_id: int, actor: Actor, version: int | None = None) -> Task:
    """Return the task, locked. Raises NotFound outside what the actor sees, Conflict for an older ``version``."""
    task_for(task_id, actor)
    task = Task.all_objects.select_for_update().get(pk=task_id)
    if version is not None and task.version != version:
        raise Conflict(_("这项任务刚刚被别人处理过"), _("请刷新页面，查看最新状态后再操作"))
    return task


def check_side(task: Task, move: str, actor: Actor) -> None:
    """Raise NotAllowed when this button belongs to somebody else, or to the platform alone."""
    allowed = may_answer if move in logic.ANSWERS else may_manage if move in logic.MANAGES else None
    if allowed is None or not allowed(task, actor):
        raise NotAllowed(
            _("您不是这项任务的承办人或交办人，不能“%(move)s”") % {"move": TASK.move_label(move)},
            _("请由承办人、交办人或有管理权限的人员操作"),
        )


def _acknowledge(
    task: Task, actor: Actor, now: datetime, until: datetime | None, to: Assignee | None
) -> dict[str, Any]:
    hold = timedelta(minutes=minutes_for("TSK-ACK-MINUTES", task.urgency, now))
    task.acknowledged_by, task.acknowledged_at = actor.name, now
    task.promised_at = logic.promise(task.due_at, now, until, hold)
    task.step_due_at = None
    return {"promised_at": task.promised_at.isoformat()}


def _close(task: Task, actor: Actor, now: datetime, until: datetime | None, to: Assignee | None) -> dict[str, Any]:
    task.closed_at, task.step_due_at, task.promised_at, task.remind_at = now, None, None, None
    if task.state == "done" and not task.acknowledged_at:  # one tap is enough: finishing acknowledges
        task.acknowledged_by, task.acknowledged_at = actor.name, now
    return {}


def _stop(task: Task, actor: Actor, now: datetime, until: datetime | None, to: Assignee | None) -> dict[str, Any]:
    task.step_due_at, task.promised_at, task.remind_at = None, None, None
    return {}


def _hand_on(task: Task, actor: Actor, now: datetime, until: datetime | None, to: Assignee | None) -> dict[str, Any]:
    if to is None:
        raise Refused(_("没有选择新的承办方"), _("请选择人员、岗位或单位"), fields={"to": _("必填")})
    check_reach(actor, to)
    put_on(task, to)
    task.area, task.organisation = place_for(to, actor)
    return {"assignee": assignee_name(to)} | _again(task, actor, now, until, to)


def _again(task: Task, actor: Actor, now: datetime, until: datetime | None, to: Assignee | None) -> dict[str, Any]:
    if until:
        check_due(until, now)
        task.due_at = until
    task.round += 1
    start_clocks(task, now)
    return {"round": task.round}


def _extend(task: Task, actor: Actor, now: datetime, until: datetime | None, to: Assignee | None) -> dict[str, Any]:
    if until is None or (task.due_at and until <= task.due_at):
        raise Refused(_("新的时限不晚于原时限"), _("请填写更晚的办结时限"), fields={"until": _("须晚于原时限")})
    check_due(until, now)
    before, task.due_at = task.due_at, until
    if task.state == "acknowledged":
        task.promised_at = until
    task.remind_at = remind_before(task, now)
    return {"changes": {"due_at": [before and before.isoformat(), until.isoformat()]}}


def _nothing(task: Task, actor: Actor, now: datetime, until: datetime | None, to: Assignee | None) -> dict[str, Any]:
    return {}


Effect = Callable[[Task, Actor, datetime, datetime | None, Assignee | None], dict[str, Any]]
EFFECTS: dict[str, Effect] = {
    "acknowledge": _acknowledge,
    "finish": _close,
    "cancel": _close,
    "send_back": _stop,
    "transfer": _hand_on,
    "reassign": _hand_on,
    "rework": _again,
    "extend": _extend,
}


def _to_tell(task: Task, move: str) -> list[Person]:
    """Return who must hear of the move: the doers of what starts again or ends, the giver of what comes back."""
    giver = person_of(Actor(task.assigned_by))
    if move in {"transfer", "reassign", "rework", "cancel", "extend"}:
        return people_for(task)
    return [giver] if giver and move in {"send_back", "finish"} else []
