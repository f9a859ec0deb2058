"""The page of rounds and spot checks, and what is done there."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from anning.accounts.models import Post
from anning.accounts.selectors import find_scoped, names_of, person_of, scoped
from anning.accounts.web import actor_of
from anning.duty.selectors import shifts_at
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.monitoring.models import Finding, PatrolRound, PatrolVisit, SpotCheck
from anning.monitoring.rounds import permissions, services
from anning.monitoring.rounds.services.checking import askable
from anning.monitoring.rounds.shifts import shift_of

MOST = 20


@require_safe
@login_required
def rounds_page(request: HttpRequest) -> HttpResponse:
    """Show the round of this shift, the spot checks of today, the open findings."""
    actor = actor_of(request)
    actor.require(permissions.VIEW_ROUND)
    now = clock.now()
    shift = shift_of(now)
    current = PatrolRound.objects.filter(from_at__lte=now, until_at__gt=now)
    found = scoped(current, actor).order_by("-from_at").first()
    visits = scoped(found.visits.select_related("enterprise__area"), actor).order_by("position") if found else ()
    rows = list(visits)
    checks = scoped(SpotCheck.objects.filter(asked_at__gte=shift[0]), actor)
    open_findings = scoped(Finding.objects.exclude(state="mended"), actor).select_related("enterprise")
    context = {
        "round": found,
        "visits": rows,
        "done": sum(bool(each.result) for each in rows),
        "next": next((each for each in rows if not each.result), None),
        "results": [each for each in PatrolVisit.Result.choices if each[0]],
        "shift": shift,
        "checks": list(checks.select_related("post__organisation")[:MOST]),
        "posts": list(askable(actor)[:300]) if actor.may(permissions.CHECK) else [],
        "findings": list(open_findings[:MOST]),
        "names": names_of({each.seen_by for each in rows} - {""}),
        "now": now,
        "may_patrol": actor.may(permissions.PATROL),
        "may_check": actor.may(permissions.CHECK),
        "may_mend": actor.may(permissions.MEND),
        "may_write": actor.may(permissions.WRITE_NOTICE),
    }
    return render(request, "monitoring/rounds/rounds.html", context)


@login_required
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Draw the round of this shift."""
    actor = actor_of(request)
    actor.require(permissions.PATROL)
    since, until = shift_of(clock.now())
    made = services.plan_round(_watch_post(actor), actor, from_at=since, until_at=until)
    messages.success(request, _("已生成本班巡查计划，共 %s 家") % made.visits.count())
    return redirect("rounds:rounds")


def _watch_post(actor: Actor) -> Post:
    """Return the post of the shift that the actor sits on, else a round-the-clock post of the own unit, else any.

    Raises Refused when the district has no such post.
    """
    person = person_of(actor)
    if person and (running := shifts_at().filter(person=person).first()):
        return running.post
    posts = scoped(Post.objects.filter(is_round_the_clock=True), actor).order_by("organisation__path", "pk")
    own = posts.filter(organisation=person.organisation).first() if person else None
    post: Post | None = own or posts.first()
    if post is None:
        raise Refused(_("没有24小时值守岗位"), _("请先在岗位台账中登记监测中心的值守岗位"))
    return post


@login_required
@require_POST
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Note one enterprise of the round."""
    result, text = request.POST.get("result", ""), request.POST.get("text", "")
    _try(request, lambda actor: services.note_visit(visit_id, actor, result=result, text=text))
    return redirect("rounds:rounds")


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin spot checks: of the post that was chosen, or of a sample."""
    actor = actor_of(request)
    actor.require(permissions.CHECK)
    key = request.POST.get("post", "")
    post = find_scoped(Post.objects.all(), actor, int(key)) if key.isdecimal() and len(key) < 19 else None
    made = services.start_checks(actor, post=post)
    messages.success(request, _("已开始查岗 %s 处，请逐个拨打电话") % len(made))
    return redirect("rounds:rounds")


@login_required
@require_POST
def answer(request: HttpRequest, check_id: int) -> HttpResponse:
    """Note that a post has answered."""
    note = request.POST.get("note", "")
    _try(request, lambda actor: services.answer_check(check_id, actor, note=note))
    return redirect("rounds:rounds")


@login_required
@require_POST
def mend(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Note how a finding was mended."""
    measure = request.POST.get("measure", "")
    _try(request, lambda actor: services.mend_finding(finding_id, actor, measure=measure))
    return redirect("rounds:rounds")


def _try(request: HttpRequest, deed: Any) -> None:
    """Do it; what the form lacks is said on the page one comes back to."""
    try:
        deed(actor_of(request))
    except Refused as error:
        messages.error(request, f"{error.message}。{error.remedy}")
    else:
        messages.success(request, _("已登记"))
