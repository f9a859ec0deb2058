"""The task that chases a signature after a paper has left without it."""

from datetime import timedelta

from django.utils.translation import gettext as _

from anning.accounts.models import Person
from anning.kernel import clock
from anning.kernel.actor import system
from anning.tasks import permissions
from anning.tasks.lifecycle import TASK
from anning.tasks.models import Approval, Task, Urgency
from anning.tasks.services.assigning import assign_task
from anning.tasks.services.moving import move_task

PLATFORM = system(permissions.ADD, permissions.ANSWER, permissions.VIEW, permissions.CHANGE)


def chase_signature(approval: Approval, signer: Person, within: timedelta) -> Task:
    """Give the signer the task to sign; its clocks and its escalation do the chasing."""
    now = clock.now()
    return assign_task(
        PLATFORM,
        title=_("补签：%(title)s") % {"title": approval.title},
        to=signer,
        kind=Task.Kind.SIGNATURE,
        urgency=Urgency.URGENT,
        due_at=now + within,
        now=now,
        about=approval.subject,
        about_title=approval.title,
        about_url=approval.get_absolute_url(),
        area=approval.area,
        organisation=approval.organisation,
        exercise=approval.exercise,
    )


def end_chase(approval: Approval, text: str) -> None:
    """Finish the chasing task, if it still runs: the signer has decided."""
    chase = approval.chase
    if chase and "finish" in TASK.moves_from(chase.state):
        move_task(chase.pk, "finish", PLATFORM, text=text or _("已签署"))
