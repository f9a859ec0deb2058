"""An approval on one screen: the text, what changed, what was said, and the buttons."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anning.accounts.models import Person
from anning.accounts.selectors import names_of, person_of
from anning.accounts.web import actor_of
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound, Refused
from anning.tasks import logic, permissions, selectors, services
from anning.tasks.forms import ApprovalForm, ConsentForm, DecisionForm, DraftForm
from anning.tasks.lifecycle import APPROVAL
from anning.tasks.models import Approval, Step, Urgency
from anning.tasks.views.tasks import refuse, sent_form
from anning.ui.cautions import caution

PHRASES = (
    gettext_lazy("同意。"),
    gettext_lazy("同意，请按程序办理。"),
    gettext_lazy("请指挥中心阅办。"),
    gettext_lazy("请有关科室会签。"),
    gettext_lazy("数据请核实后再报。"),
)
PER_PAGE = 20


@login_required
@require_GET
def approval_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader first, its own drafts, then all that it may see."""
    actor = actor_of(request)
    page = Paginator(selectors.visible_approvals(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": selectors.waiting_steps(actor),
        "drafts": selectors.my_drafts(actor),
        "found": page,
        "names": names_of(approval.drafted_by for approval in page),
        "may_view": actor.may(permissions.VIEW_APPROVAL),
        "may_add": actor.may(permissions.ADD_APPROVAL),
    }
    return render(request, "tasks/approval_list.html", context)


@login_required
def approval_new(request: HttpRequest) -> HttpResponse:
    """Draft a paper and say which way it goes."""
    actor = actor_of(request)
    actor.require(permissions.ADD_APPROVAL)
    form = ApprovalForm(actor, sent_form(request), initial={"urgency": Urgency.NORMAL})
    if request.method == "POST" and form.is_valid():
        try:
            approval = services.start_approval(actor, **form.cleaned_data)
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("已保存第 1 稿"))
            return redirect(approval)
    return render(request, "tasks/approval_form.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def approval_detail(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Show the paper, what changed since the version before, the opinions, and the reader's buttons."""
    actor = actor_of(request)
    approval = selectors.approval_for(approval_id, actor)
    drafts = list(approval.drafts.order_by("-number"))
    draft = _chosen(drafts, request.GET.get("draft", ""))
    before = next((d for d in drafts if d.number == draft.number - 1), None)
    opinions = list(approval.opinions.select_related("draft"))
    step = selectors.current_step(approval)
    moves = _moves(approval, step, actor)
    is_drafter = approval.drafted_by == actor.name
    context = {
        "approval": approval,
        "drafts": drafts,
        "draft": draft,
        "before": before,
        "paragraphs": logic.differences(before.text if before else draft.text, draft.text),
        "opinions": opinions,
        "steps": approval.steps.filter(run=approval.run).select_related("person__organisation"),
        "names": names_of(
            [approval.drafted_by, approval.signed_by, *(o.by for o in opinions), *(d.by for d in drafts)]
        ),
        "phrases": PHRASES,
        "moves": moves,
        "hand_on": DecisionForm(actor),
        "is_drafter": is_drafter and approval.state == "draft",
        "may_withdraw": is_drafter and "withdraw" in APPROVAL.moves_from(approval.state),
        "may_consent": "sign" not in moves
        and actor.may(permissions.CONSENT_APPROVAL)
        and "consent" in APPROVAL.moves_from(approval.state),
        "must_not_wait": _must_not_wait(approval),
        "consent": getattr(approval, "consent", None),
    }
    return render(request, "tasks/approval_detail.html", context)


@login_required
def approval_revise(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Write the next version."""
    actor = actor_of(request)
    approval = selectors.approval_for(approval_id, actor)
    draft = approval.drafts.order_by("-number")[0]
    form = DraftForm(sent_form(request), initial={"title": draft.title, "text": draft.text})
    if request.method == "POST" and form.is_valid():
        try:
            services.revise(approval_id, actor, **form.cleaned_data)
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("已保存新的一稿"))
            return redirect(approval)
    context = {"form": form, "approval": approval}
    return render(request, "tasks/approval_revise.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def approval_move(request: HttpRequest, approval_id: int, move: str) -> HttpResponse:
    """Press one button of an approval."""
    if move not in ACTIONS:
        raise NotFound(_("没有这个操作"), _("请返回审批页面"))
    approval = ACTIONS[move](approval_id, actor_of(request), request)
    messages.success(request, _("已%(move)s") % {"move": APPROVAL.move_label(move)})
    caution(request, opinion_of(request), request.POST.get("words", ""))
    return redirect(approval)


def _decide(service: Callable[..., Approval]) -> Callable[[int, Actor, HttpRequest], Approval]:
    def act(approval_id: int, actor: Actor, request: HttpRequest) -> Approval:
        return service(approval_id, actor, text=opinion_of(request))

    return act


def _hand_on(service: Callable[..., Approval]) -> Callable[[int, Actor, HttpRequest], Approval]:
    def act(approval_id: int, actor: Actor, request: HttpRequest) -> Approval:
        form = DecisionForm(actor, request.POST)
        if not form.is_valid() or len(form.cleaned_data["to"]) != 1:
            why = str(form.errors["to"][0]) if "to" in form.errors else _("请填一位人员")
            raise Refused(_("没有写明交给谁"), why, fields={"to": why})
        to: Person = form.cleaned_data["to"][0]
        return service(approval_id, actor, to=to, text=opinion_of(request))

    return act


def opinion_of(request: HttpRequest) -> str:
    """Return the ticked phrases followed by what was written."""
    return "".join([*request.POST.getlist("phrase")[:10], request.POST.get("text", "")])[:2000]


def _consent(approval_id: int, actor: Actor, request: HttpRequest) -> Approval:
    form = ConsentForm(request.POST)
    if not form.is_valid():
        why = str(next(iter(form.errors.values()))[0])
        raise Refused(_("口头同意记录不完整"), why)
    return services.consent(approval_id, actor, **form.cleaned_data)


ACTIONS: dict[str, Callable[[int, Actor, HttpRequest], Approval]] = {
    "submit": _decide(services.submit),
    "agree": _decide(services.agree),
    "sign": _decide(services.sign),
    "send_back": _decide(services.send_back),
    "deny": _decide(services.deny),
    "withdraw": _decide(services.withdraw),
    "release": _decide(services.release),
    "transfer": _hand_on(services.transfer),
    "add_opinion": _hand_on(services.add_opinion),
    "consent": _consent,
}


def _moves(approval: Approval, step: Step | None, actor: Actor) -> list[str]:
    """Return the reader's buttons: none when it is not its turn."""
    mine = step and step.person == person_of(actor) and actor.may(permissions.DECIDE_APPROVAL)
    if step is None or not mine or approval.state not in ("reviewing", "signing", "released"):
        return []
    if approval.state == "released":
        return ["sign", "deny"]
    first = "sign" if step.duty == Step.Duty.SIGN else "agree"
    return [first, "send_back", "transfer", "add_opinion"]


def _chosen(drafts: list[Any], number: str) -> Any:
    return next((d for d in drafts if str(d.number) == number), drafts[0])


def _must_not_wait(approval: Approval) -> bool:
    minutes = int(rulebook.value("APP-NO-WAIT-MINUTES"))
    open_still = "release" in APPROVAL.moves_from(approval.state)
    return open_still and logic.must_not_wait(approval.due_at, clock.now(), minutes)
