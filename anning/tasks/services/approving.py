"""Taking a paper from draft to signature; and letting it go first when the deadline does not wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.models import Area, Organisation, Person
from anning.accounts.selectors import person_of
from anning.accounts.services import take_number
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.kernel.digest import canonical, digest
from anning.kernel.errors import NotAllowed, Refused
from anning.kernel.identifying import refuse_in_title
from anning.tasks import logic, permissions
from anning.tasks.lifecycle import APPROVAL
from anning.tasks.models import Approval, Draft, Opinion, Step, Urgency, VerbalConsent
from anning.tasks.selectors import approval_for, authors_of, current_step
from anning.tasks.services.chasing import chase_signature, end_chase
from anning.tasks.services.entries import note


@transaction.atomic
def start_approval(
    actor: Actor,
    *,
    title: str,
    text: str,
    signer: Person,
    reviewers: Sequence[Person] = (),
    series: str = "",
    addressee: str = "",
    copied_to: str = "",
    urgency: int = Urgency.NORMAL,
    due_at: datetime | None = None,
    about: str = "",
    about_title: str = "",
    about_url: str = "",
    area: Area | None = None,
    organisation: Organisation | None = None,
    sensitivity: str = "internal",
    exercise: bool = False,
    cause: str = "",
) -> Approval:
    """Begin a paper with its first version, its reviewers in order, and its signer.

    Raises NotAllowed, and Refused for an empty paper or a signer who drafted it.
    """
    actor.require(permissions.ADD_APPROVAL)
    _check_text(title, text)
    drafter = person_of(actor)
    if organisation is None and area is None and drafter:
        organisation, area = drafter.organisation, drafter.organisation.area
    approval = Approval(
        title=title.strip(),
        addressee=addressee.strip(),
        copied_to=copied_to.strip(),
        urgency=urgency,
        due_at=due_at,
        about=about,
        about_title=about_title[:120],
        about_url=about_url,
        series=series.strip(),
        drafted_by=actor.name,
        area=area,
        organisation=organisation,
        sensitivity=sensitivity,
        exercise=exercise,
    )
    approval.derive()
    approval.save()
    _write_draft(approval, actor, title, text)
    _check_signer(approval, signer)
    route = [(Step.Duty.REVIEW, person) for person in reviewers] + [(Step.Duty.SIGN, signer)]
    for position, (duty, person) in enumerate(route, 1):
        approval.steps.create(position=position, duty=duty, person=person)
    note(approval, "start", actor, cause=cause, draft=1, digest=content_digest(approval))
    return approval


@transaction.atomic
def revise(approval_id: int, actor: Actor, *, title: str, text: str) -> Approval:
    """Write the next version. Raises IllegalMove once the paper is on its way, Refused when nothing changed."""
    actor.require(permissions.ADD_APPROVAL)
    approval = _locked(approval_id, actor, "revise")
    _check_drafter(approval, actor)
    _check_text(title, text)
    last = latest(approval)
    if (last.title, last.text) == (title.strip(), text.strip()):
        raise Refused(_("与上一稿完全相同"), _("修改后再保存；如无需修改，请直接送审"))
    draft = _write_draft(approval, actor, title, text)
    approval.title = draft.title
    approval.derive()
    _check_signer(approval, _sign_step(approval).person)
    return _moved(approval, "revise", actor, "", draft=draft.number)


@transaction.atomic
def submit(approval_id: int, actor: Actor, *, text: str = "") -> Approval:
    """Send the paper to its first reviewer, or straight to the signer when it has none."""
    actor.require(permissions.ADD_APPROVAL)
    approval = _locked(approval_id, actor)
    _check_drafter(approval, actor)
    step = current_step(approval)
    move = "hand_in" if step and step.duty == Step.Duty.SIGN and approval.state == "draft" else "submit"
    return _moved(approval, move, actor, text)


@transaction.atomic
def agree(approval_id: int, actor: Actor, *, text: str = "") -> Approval:
    """Agree as the reviewer whose turn it is; the paper goes to the next one."""
    approval, step = _on_turn(approval_id, actor)
    if step.duty == Step.Duty.SIGN:
        return _sign(approval, step, actor, text)
    _end(step, Step.Outcome.AGREED)
    following = current_step(approval)
    move = "pass_up" if following and following.duty == Step.Duty.SIGN else "agree"
    return _moved(approval, move, actor, text)


@transaction.atomic
def send_back(approval_id: int, actor: Actor, *, text: str) -> Approval:
    """Give the paper back to its drafter with the reason; submitted again, it goes its whole way again."""
    approval, step = _on_turn(approval_id, actor)
    _check_reason(text)
    _end(step, Step.Outcome.SENT_BACK)
    walked = approval.steps.filter(run=approval.run).exclude(duty=Step.Duty.ADDED)
    route = [(s.duty, s.person) for s in walked.exclude(outcome=Step.Outcome.TRANSFERRED).order_by("position")]
    approval.steps.filter(run=approval.run, outcome=Step.Outcome.WAITING).delete()
    approval.run += 1
    for position, (duty, person) in enumerate(route, 1):
        approval.steps.create(run=approval.run, position=position, duty=duty, person=person)
    return _moved(approval, "send_back", actor, text)


@transaction.atomic
def transfer(approval_id: int, actor: Actor, *, to: Person, text: str) -> Approval:
    """Let somebody else take this step."""
    approval, step = _on_turn(approval_id, actor)
    _check_reason(text)
    if step.duty == Step.Duty.SIGN:
        _check_signer(approval, to)
    _end(step, Step.Outcome.TRANSFERRED)
    _insert(approval, step.position + 1, step.duty, to)
    return _moved(approval, "transfer", actor, text, to=to.subject)


@transaction.atomic
def add_opinion(approval_id: int, actor: Actor, *, to: Person, text: str) -> Approval:
    """Ask somebody for an opinion first (加签); then the paper comes back to this step."""
    approval, step = _on_turn(approval_id, actor)
    _check_reason(text)
    if to.pk == step.person_id:
        raise Refused(_("不能加签给自己"), _("请选择其他人员"), fields={"to": _("请另选")})
    _insert(approval, step.position, Step.Duty.ADDED, to)
    Step.objects.filter(pk=step.pk).update(since=None)
    return _moved(approval, "add_opinion", actor, text, to=to.subject)


@transaction.atomic
def sign(approval_id: int, actor: Actor, *, text: str = "") -> Approval:
    """Sign: the official number is taken now, the content's digest is journaled. A drafter cannot sign."""
    approval, step = _on_turn(approval_id, actor)
    return _sign(approval, step, actor, text)


@transaction.atomic
def consent(
    approval_id: int, actor: Actor, *, words: str, phone: str = "", given_at: datetime | None = None
) -> Approval:
    """Note that the signer consented by voice (先报后补签): the paper may leave, its signature is chased.

    Raises Refused without the words, for a time to come, and when the one who notes it is the signer itself.
    """
    actor.require(permissions.CONSENT_APPROVAL)
    now = clock.now()
    approval, given_at = _locked(approval_id, actor), given_at or now
    signer = _sign_step(approval).person
    if not words.strip():
        raise Refused(_("没有记录口头同意的原话"), _("请写明同意人的原话"), fields={"words": _("必填")})
    if given_at > now:
        raise Refused(_("同意时间晚于现在"), _("请改正时间"), fields={"given_at": _("不能晚于现在")})
    if person_of(actor) == signer:
        raise Refused(_("签发人本人可以直接签发"), _("请直接签发"))
    _check_signer(approval, signer)
    VerbalConsent.objects.create(
        approval=approval,
        person=signer,
        given_at=given_at,
        phone=phone.strip(),
        words=words.strip(),
        heard_by=actor.name,
        recorded_at=now,
    )
    return _let_go(approval, "consent", actor, signer, given_at=given_at.isoformat(), by=signer.subject)


@transaction.atomic
def release(approval_id: int, actor: Actor, *, text: str) -> Approval:
    """Let a paper go unsigned because its deadline is too near to wait; its signature is chased.

    Raises Refused while there is still time.
    """
    actor.require(permissions.CONSENT_APPROVAL)
    approval = _locked(approval_id, actor)
    _check_reason(text)
    minutes = int(rulebook.value("APP-NO-WAIT-MINUTES"))
    if not logic.must_not_wait(approval.due_at, clock.now(), minutes):
        raise Refused(
            _("距时限还有 %(minutes)s 分钟以上，应先签发") % {"minutes": minutes},
            _("请联系签发人签发，或登记其口头同意"),
        )
    return _let_go(approval, "release", actor, _sign_step(approval).person, text=text)


@transaction.atomic
def deny(approval_id: int, actor: Actor, *, text: str) -> Approval:
    """Say as the signer that a paper which left unsigned is not approved; the rooms above hear it and correct."""
    approval, step = _on_turn(approval_id, actor)
    _check_reason(text)
    APPROVAL.after(approval.state, "deny")
    _end(step, Step.Outcome.SENT_BACK)
    moved = _moved(approval, "deny", actor, text, digest=approval.content_digest)
    end_chase(moved, text)
    return moved


@transaction.atomic
def withdraw(approval_id: int, actor: Actor, *, text: str) -> Approval:
    """Take the own paper back for good, before it is signed."""
    actor.require(permissions.ADD_APPROVAL)
    approval = _locked(approval_id, actor)
    _check_drafter(approval, actor)
    _check_reason(text)
    return _moved(approval, "withdraw", actor, text)


def content_digest(approval: Approval) -> str:
    """Return the digest of the latest version."""
    draft = latest(approval)
    return digest("", canonical({"title": draft.title, "text": draft.text}))


def latest(approval: Approval) -> Draft:
    """Return the latest version."""
    return approval.drafts.order_by("-number")[0]


def _sign(approval: Approval, step: Step, actor: Actor, text: str) -> Approval:
    if step.duty != Step.Duty.SIGN:
        raise NotAllowed(_("现在是审核环节，还不能签发"), _("请先填写审核意见"))
    APPROVAL.after(approval.state, "sign")
    _check_signer(approval, step.person)
    now = clock.now()
    _end(step, Step.Outcome.AGREED)
    approval.signed_by, approval.signed_at = actor.name, now
    approval.content_digest = content_digest(approval)
    if approval.series:
        approval.number = str(take_number(approval.series, clock.local(now).year))
    facts = {"number": approval.number, "digest": approval.content_digest, "draft": latest(approval).number}
    moved = _moved(approval, "sign", actor, text, **facts)
    end_chase(moved, text)
    return moved


def _let_go(approval: Approval, move: str, actor: Actor, signer: Person, *, text: str = "", **facts: str) -> Approval:
    approval.content_digest = content_digest(approval)
    hours = int(rulebook.value("APP-VERBAL-CHASE-HOURS"))
    sign_step = _sign_step(approval)
    approval.steps.filter(run=approval.run, outcome=Step.Outcome.WAITING).exclude(pk=sign_step.pk).delete()
    Step.objects.filter(pk=sign_step.pk).update(since=clock.now())
    approval.chase = chase_signature(approval, signer, timedelta(hours=hours))
    return _moved(approval, move, actor, text, digest=approval.content_digest, **facts)


def _moved(approval: Approval, move: str, actor: Actor, text: str, **facts: Any) -> Approval:
    """Take the move, start the turn of whoever comes next, keep the opinion, journal it."""
    before, approval.state = approval.state, APPROVAL.after(approval.state, move)
    approval.version += 1
    approval.save()
    Opinion.objects.create(
        approval=approval, draft=latest(approval), at=clock.now(), by=actor.name, move=move, text=text.strip()
    )
    step = current_step(approval) if approval.state in ("reviewing", "signing", "released") else None
    if step:
        Step.objects.filter(pk=step.pk, since=None).update(since=clock.now())
    drafter = person_of(Actor(approval.drafted_by))
    tell = [step.person] if step else [drafter] if drafter and move != "revise" else []
    note(approval, move, actor, tell=tell, before=before, after=approval.state, text=text.strip(), **facts)
    return approval


def _locked(approval_id: int, actor: Actor, move: str = "") -> Approval:
    """Return the approval, locked. Raises NotFound outside what the actor sees."""
    approval_for(approval_id, actor)
    approval = Approval.all_objects.select_for_update().get(pk=approval_id)
    if move:
        APPROVAL.after(approval.state, move)
    return approval


def _on_turn(approval_id: int, actor: Actor) -> tuple[Approval, Step]:
    """Return the approval and the step whose turn it is. Raises NotAllowed when it is somebody else's."""
    actor.require(permissions.DECIDE_APPROVAL)
    approval = _locked(approval_id, actor)
    step = current_step(approval) if approval.state in ("reviewing", "signing", "released") else None
    if step is None:
        APPROVAL.after(approval.state, "send_back")  # says why nothing can be decided
    if step is None or step.person != person_of(actor):
        raise NotAllowed(_("现在不是由您办理这份审批"), _("请等待当前办理人处理，或由其转交给您"))
    return approval, step


def _end(step: Step, outcome: str) -> None:
    step.outcome, step.ended_at = outcome, clock.now()
    step.save(update_fields=["outcome", "ended_at"])


def _insert(approval: Approval, position: int, duty: str, person: Person) -> None:
    """Put a step at ``position`` and move what follows."""
    for later in approval.steps.filter(run=approval.run, position__gte=position).order_by("-position"):
        later.position += 1
        later.save(update_fields=["position"])
    approval.steps.create(run=approval.run, position=position, duty=duty, person=person)


def _sign_step(approval: Approval) -> Step:
    return approval.steps.filter(run=approval.run, duty=Step.Duty.SIGN, outcome=Step.Outcome.WAITING).get()


def _write_draft(approval: Approval, actor: Actor, title: str, text: str) -> Draft:
    number = approval.drafts.count() + 1
    return approval.drafts.create(number=number, title=title.strip(), text=text.strip(), at=clock.now(), by=actor.name)


def _check_text(title: str, text: str) -> None:
    fields = {name: _("必填") for name, value in (("title", title), ("text", text)) if not value.strip()}
    if fields:
        raise Refused(_("标题或正文为空"), _("请填写完整后再保存"), fields=fields)
    refuse_in_title(title)


def _check_reason(text: str) -> None:
    if not text.strip():
        raise Refused(_("没有写明意见"), _("请填写意见后再提交"), fields={"text": _("必填")})


def _check_drafter(approval: Approval, actor: Actor) -> None:
    if actor.name != approval.drafted_by:
        raise NotAllowed(_("只有拟稿人可以修改、送审或撤回"), _("请联系拟稿人"))


def _check_signer(approval: Approval, signer: Person) -> None:
    """Whoever wrote a version never signs it."""
    if signer in authors_of(approval):
        raise Refused(_("拟稿人不能签发自己拟的文稿"), _("请选择其他签发人"), fields={"signer": _("不能是拟稿人")})
    if not signer.is_active or signer.erased_at:
        raise Refused(_("签发人已不在岗"), _("请另选签发人"), fields={"signer": _("已不在岗")})
