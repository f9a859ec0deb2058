"""Health for machines, and for system administrators."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anning import __version__
from anning.accounts.web import actor_of
from anning.ops import metrics, selectors
from anning.ops.backup import kept


@login_not_required
@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Say whether the platform answers and reaches its database; details for who may see them."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "error"}, status=503)
    answer: dict[str, object] = {"status": "ok"}
    actor = actor_of(request)
    if actor.may("ops.view_health"):
        found = selectors.health(actor)
        answer |= {"version": __version__, "level": found.level, "checks": [r.as_json() for r in found.results]}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
@never_cache
def numbers(request: HttpRequest) -> HttpResponse:
    """Give the numbers to a Prometheus that brings a token with ``ops.view_health``."""
    return HttpResponse(metrics.text(selectors.health(actor_of(request))), content_type=metrics.CONTENT_TYPE)


@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Show the running state: checks, processes, listeners, backups."""
    found = selectors.health(actor_of(request))
    return render(request, "ops/state.html", {"health": found, "backups": kept()[:10], "version": __version__})
