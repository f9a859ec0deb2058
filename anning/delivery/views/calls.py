"""The call list: whom to dial next, the number, the clock, the outcome."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from anning.accounts.web import actor_of
from anning.delivery import permissions, selectors, services
from anning.delivery.services.calling import OUTCOMES
from anning.kernel.actor import Actor
from anning.ui.cautions import caution

SHOWN = 50


@login_required
@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    """Show the calls to make, next first; htmx asks for the rows alone."""
    actor = actor_of(request)
    actor.require(permissions.CALL)
    page = "delivery/_calls.html" if "HX-Request" in request.headers else "delivery/call_list.html"
    return render(request, page, _context(actor))


@login_required
@require_POST
def call_start(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Begin to dial."""
    services.start_call(attempt_id, actor_of(request))
    return _answer(request)


@login_required
@require_POST
def call_close(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Tap in what came of a call."""
    outcome, text = request.POST.get("outcome", ""), request.POST.get("text", "")[:200]
    services.close_call(attempt_id, outcome, actor_of(request), text=text)
    caution(request, text)
    return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    if "HX-Request" not in request.headers:
        return redirect("delivery:call_list")
    return render(request, "delivery/_calls.html", _context(actor_of(request)))


def _context(actor: Actor) -> dict[str, Any]:
    """Return the calls, and which one the actor is making: the keys 1 to 4 are its outcomes."""
    queue = selectors.call_queue(actor)
    calls = list(queue[:SHOWN])
    return {
        "calls": calls,
        "count": queue.count(),
        "mine": next((call for call in calls if call.state == "calling" and call.by == actor.name), None),
        "outcomes": [(str(key), *outcome) for key, outcome in enumerate(OUTCOMES.items(), 1)],
    }
