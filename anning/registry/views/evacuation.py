"""Moving people: the list as it stands, marking household by household, the names on paper."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anning.accounts.selectors import find_scoped
from anning.accounts.web import actor_of
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.registry import permissions
from anning.registry.models import EvacuationLine, EvacuationList
from anning.registry.selectors import evacuation as selectors
from anning.registry.services import evacuation as services

PAGE = 100
LONGEST_LIST = 5000  # households on paper
STATE = EvacuationLine.State
RESULTS = (STATE.MOVED, STATE.REFUSED, STATE.MISSING, STATE.DUE)  # the order of the buttons


@require_safe
def evacuation_page(request: HttpRequest, list_id: int) -> HttpResponse:
    """Show how a list stands, and its households to be marked."""
    actor = actor_of(request)
    found = _find(list_id, actor)
    state = request.GET.get("state", "")
    page = Paginator(selectors.lines(found, actor, state), PAGE).get_page(request.GET.get("page", 1))
    context = {
        "found": found,
        "counts": selectors.counts(found),
        "page_of_lines": page,
        "state": state,
        "is_running": found.state == EvacuationList.State.RUNNING,
        "results": [(value, STATE(value).label) for value in RESULTS],
        "may_run": actor.may(permissions.RUN_EVACUATION),
        "may_mark": actor.may(permissions.MARK_EVACUATION),
        "may_name": actor.may(permissions.REVEAL_RESIDENT),
    }
    return render(request, "registry/evacuation.html", context)


@require_POST
def evacuation_start(request: HttpRequest, list_id: int) -> HttpResponse:
    """Start the list, or start it again."""
    services.start_evacuation(list_id, actor_of(request))
    messages.success(request, _("名册已启用，请逐户登记"))
    return redirect("registry:evacuation", list_id)


@require_POST
def evacuation_close(request: HttpRequest, list_id: int) -> HttpResponse:
    """End the round."""
    services.close_evacuation(list_id, actor_of(request))
    messages.success(request, _("本次转移已结束，结果记入日志"))
    return redirect("registry:evacuation", list_id)


@require_POST
def evacuation_mark(request: HttpRequest, list_id: int) -> HttpResponse:
    """Mark the ticked households, or the one whose button was pressed (``one=<key>:<state>``)."""
    one, _colon, of_one = request.POST.get("one", "").partition(":")
    keys = {int(key) for key in ([one] if one else request.POST.getlist("key")) if key.isascii() and key.isdigit()}
    state, note = of_one or request.POST.get("state", ""), request.POST.get("note", "").strip()
    changed = services.mark_evacuation(list_id, keys, state, actor_of(request), note=note)
    messages.success(request, _("已登记 %s 户") % changed)
    back = request.POST.get("filter", "")
    url = reverse("registry:evacuation", args=(list_id,))
    return redirect(f"{url}?state={back}" if back in STATE.values else url)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def evacuation_names(request: HttpRequest, list_id: int) -> HttpResponse:
    """Show the list as it is printed: names masked, or in full for a reason that is journaled."""
    actor = actor_of(request)
    actor.require("registry.view_resident")
    found = _find(list_id, actor)
    is_full, error = False, None
    if request.method == "POST":
        try:
            services.print_names(list_id, actor, reason=request.POST.get("reason", ""))
            is_full = True
        except Refused as refused:
            error = refused
    rows = list(selectors.with_residents(selectors.lines(found, actor))[: LONGEST_LIST + 1])
    context: dict[str, Any] = {
        "found": found,
        "counts": selectors.counts(found),
        "rows": rows[:LONGEST_LIST],
        "is_cut": len(rows) > LONGEST_LIST,
        "is_full": is_full,
        "error": error,
        "who": actor.title,
        "may_name": actor.may(permissions.REVEAL_RESIDENT),
    }
    return render(request, "registry/evacuation_names.html", context, status=422 if error else 200)


def _find(list_id: int, actor: Actor) -> EvacuationList:
    actor.require("registry.view_evacuationlist")
    lists = EvacuationList.objects.select_related("area", "shelter", "organisation")
    found: EvacuationList = find_scoped(lists, actor, list_id)
    return found
