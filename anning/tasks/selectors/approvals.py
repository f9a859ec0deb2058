"""Questions about approvals."""

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from anning.accounts.models import Person
from anning.accounts.selectors import person_of, scoped
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound
from anning.tasks import permissions
from anning.tasks.models import Approval, Step

UNDER_WAY = ("reviewing", "signing", "released")


def visible_approvals(actor: Actor) -> QuerySet[Approval]:
    """Approvals that the actor drafted or has a step in, and, if it may view them, those inside its scope."""
    return _seen_by(actor).filter(exercise=False)


def approval_for(approval_id: int, actor: Actor) -> Approval:
    """Return one approval. Raises NotFound when there is none, or none for this actor."""
    approval = _seen_by(actor).filter(pk=approval_id).first()
    if approval is None:
        raise NotFound(_("没有找到这份审批"), _("它可能不在您的管辖范围内；请从待办列表进入"))
    return approval


def approvals_about(subject: str, actor: Actor) -> QuerySet[Approval]:
    """Approvals about one record of any room."""
    return visible_approvals(actor).filter(about=subject)


def current_step(approval: Approval) -> Step | None:
    """Return the step whose turn it is."""
    waiting = approval.steps.filter(run=approval.run, outcome=Step.Outcome.WAITING)
    if approval.state == "released":  # what has left waits for its signature alone
        waiting = waiting.filter(duty=Step.Duty.SIGN)
    return waiting.select_related("person").order_by("position").first()


def waiting_steps(actor: Actor) -> QuerySet[Step]:
    """Steps whose turn has come and that wait for the actor, the most urgent first."""
    person = person_of(actor)
    mine = Step.objects.filter(
        person=person,
        outcome=Step.Outcome.WAITING,
        since__isnull=False,
        run=F("approval__run"),
        approval__state__in=UNDER_WAY,
        approval__exercise=False,
    )
    return mine.select_related("approval").order_by(
        "-approval__urgency", F("approval__due_at").asc(nulls_last=True), "since"
    )


def my_drafts(actor: Actor) -> QuerySet[Approval]:
    """Papers that the actor drafted and that wait for it: not submitted yet, or sent back."""
    return Approval.objects.filter(drafted_by=actor.name, state="draft").order_by("-urgency", "-pk")


def authors_of(approval: Approval) -> set[Person]:
    """Return the people who wrote any version: none of them may sign."""
    names = {approval.drafted_by, *approval.drafts.values_list("by", flat=True)}
    return {person for name in names if (person := person_of(Actor(name)))}


def _seen_by(actor: Actor) -> QuerySet[Approval]:
    person = person_of(actor)
    found = Q(drafted_by=actor.name)
    if person:
        found |= Q(pk__in=Step.objects.filter(person=person).values("approval"))
    if actor.may(permissions.VIEW_APPROVAL):
        found |= Q(pk__in=scoped(Approval.all_objects.all(), actor).values("pk"))
    return Approval.all_objects.filter(found).select_related("area", "organisation")
