"""待办: what waits, what is done, what one was told of, what one gave to others."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import names_of
from anning.accounts.web import actor_of
from anning.kernel.actor import Actor
from anning.tasks import permissions, selectors
from anning.tasks.models import Task, Urgency
from anning.tasks.panels import TASK_SOURCES
from anning.ui.registries import allowed, todo_sources

TABS = {
    "waiting": (_("待办"), selectors.waiting_for),
    "done": (_("已办"), selectors.finished_by),
    "copies": (_("抄送"), selectors.copied_to),
    "given": (_("交办"), selectors.assigned_by),
}
PER_PAGE = 20


@login_required
def todo(request: HttpRequest) -> HttpResponse:
    """Show the tasks of one tab, most urgent first, and on the first tab whatever else waits."""
    actor, tab = actor_of(request), request.GET.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    found = selectors.urgent_first(filtered(TABS[tab][1](actor), request))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    buttons = selectors.buttons_of(list(page), actor)
    for task in page:
        task.buttons = quick(buttons[task.pk])  # type: ignore[attr-defined]
    context = {
        "tab": tab,
        "tabs": [(name, label, source(actor).count()) for name, (label, source) in TABS.items()],
        "found": page,
        "names": names_of(task.assigned_by for task in page),
        "others": others(actor) if tab == "waiting" else [],
        "kinds": Task.Kind.choices,
        "urgencies": Urgency.choices,
        "filters": {name: request.GET.get(name, "") for name in ("q", "kind", "urgency")},
        "query": query_without_page(request),
        "may_view": actor.may(permissions.VIEW),
        "may_add": actor.may(permissions.ADD),
    }
    return render(request, "tasks/todo.html", context)


@login_required
def overdue(request: HttpRequest) -> HttpResponse:
    """Show to auditors which escalation steps did not happen, and which chains ended without an answer."""
    actor = actor_of(request)
    actor.require(permissions.AUDIT)
    context = {"late": selectors.overdue_steps(actor)[:200], "exhausted": selectors.exhausted(actor)[:200]}
    return render(request, "tasks/overdue.html", context)


def filtered(tasks: QuerySet[Task], request: HttpRequest) -> QuerySet[Task]:
    """Cut a list by what the address asks for."""
    text, kind, urgency = (request.GET.get(name, "").strip()[:60] for name in ("q", "kind", "urgency"))
    if text:
        tasks = tasks.filter(Q(title__icontains=text) | Q(about_title__icontains=text))
    if kind in Task.Kind.values:
        tasks = tasks.filter(kind=kind)
    if urgency.isascii() and urgency.isdigit() and int(urgency) in Urgency.values:
        tasks = tasks.filter(urgency=int(urgency))
    return tasks


def query_without_page(request: HttpRequest) -> str:
    """Return the address's filters, for the links of the pager."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def quick(moves: list[str]) -> list[str]:
    """Return the buttons that a row shows: those that need no reason."""
    return [move for move in ("acknowledge", "finish") if move in moves]


def others(actor: Actor) -> list[Any]:
    """Return what other rooms have waiting for the actor."""
    return [
        (source.title, waiting)
        for source in allowed(todo_sources, actor)
        if source.name not in TASK_SOURCES and (waiting := source.waiting(actor))
    ]
