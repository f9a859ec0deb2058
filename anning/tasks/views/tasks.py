"""A task's page and what one does there."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anning.accounts.selectors import names_of
from anning.accounts.web import actor_of
from anning.kernel.errors import NotFound, Refused
from anning.tasks import logic, permissions, selectors, services
from anning.tasks.forms import MoveForm, TaskForm
from anning.tasks.lifecycle import TASK
from anning.tasks.models import Task, Urgency
from anning.tasks.views.todo import quick
from anning.ui.cautions import caution
from anning.vault import store


@login_required
@require_GET
def task_detail(request: HttpRequest, task_id: int) -> HttpResponse:
    """Show one task: facts, clocks, buttons, and its story."""
    actor = actor_of(request)
    task = selectors.task_for(task_id, actor)
    services.read_copy(task.pk, actor)
    moves = selectors.moves_open_to(task, actor)
    lines, alarms = list(task.feedback.all()), list(task.alarms.prefetch_related("people"))
    story: list[Any] = [*lines, *alarms]
    names = names_of([task.assigned_by, task.acknowledged_by, *(line.by for line in lines)])
    context = {
        "task": task,
        "story": sorted(story, key=lambda event: event.at, reverse=True),
        "names": names,
        "is_mine": selectors.waiting_for(actor).filter(pk=task.pk).exists(),
        "quick": quick(moves),
        "forms": [
            (move, move in logic.NEEDS_REASON, MoveForm(actor, auto_id=f"{move}-%s"))
            for move in moves
            if move not in quick(moves)
        ],
        "may_answer": actor.may(permissions.ANSWER),
        "copies": task.copies.select_related("person"),
        "proofs": task.proofs.all(),
    }
    return render(request, "tasks/task_detail.html", context)


@login_required
def task_new(request: HttpRequest) -> HttpResponse:
    """Give a task; ``about``, ``about_title`` and ``about_url`` come from the page that links here."""
    actor = actor_of(request)
    actor.require(permissions.ADD)
    about: dict[str, Any] = {name: request.GET.get(name, "")[:120] for name in ("about", "about_title", "about_url")}
    if not url_has_allowed_host_and_scheme(about["about_url"], None):
        about["about_url"] = ""
    form = TaskForm(actor, sent_form(request), initial={"urgency": Urgency.NORMAL})
    if request.method == "POST" and form.is_valid():
        try:
            task = services.assign_task(actor, **form.cleaned_data, **about)
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("已交办"))
            caution(request, task.body)
            return redirect(task)
    context = {"form": form, "about": about}
    return render(request, "tasks/task_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def task_move(request: HttpRequest, task_id: int, move: str) -> HttpResponse:
    """Take a task through one move; answer htmx with its row, a plain form with the page it came from."""
    actor = actor_of(request)
    form = MoveForm(actor, request.POST)
    if not form.is_valid():
        why = next(iter(form.errors.values()))[0]
        raise Refused(str(why), _("请返回改正后再提交"), fields={name: str(e[0]) for name, e in form.errors.items()})
    asked: dict[str, Any] = form.cleaned_data
    named = asked.pop("to")
    if len(named) > 1:
        raise Refused(_("承办方只能是一个"), _("请只填一个人员、岗位或单位"), fields={"to": _("只能一个")})
    task = services.move_task(task_id, move, actor, to=named[0] if named else None, **asked)
    if "HX-Request" in request.headers:
        fresh = selectors.urgent_first(Task.all_objects.filter(pk=task.pk)).get()
        fresh.buttons = quick(selectors.moves_open_to(fresh, actor))  # type: ignore[attr-defined]
        context = {"task": fresh, "names": names_of([fresh.assigned_by])}
        return render(request, "tasks/_task_row.html", context)
    messages.success(request, _("已%(move)s") % {"move": TASK.move_label(move)})
    caution(request, asked["text"])
    return _back(request, task)


@login_required
@require_POST
def task_feedback(request: HttpRequest, task_id: int) -> HttpResponse:
    """Add a line under a task."""
    line = services.add_feedback(task_id, actor_of(request), text=request.POST.get("text", "")[:2000])
    caution(request, line.text)
    return redirect(line.task)


@login_required
@require_POST
def proof_add(request: HttpRequest, task_id: int) -> HttpResponse:
    """Keep a file that shows what was done."""
    file = request.FILES.get("file")
    if file is None:
        raise Refused(_("没有选择文件"), _("请选择照片或文件后再上传"), fields={"file": _("必填")})
    proof = services.add_proof(task_id, actor_of(request), name=file.name or "", chunks=file.chunks())
    messages.success(request, _("已上传 %(name)s") % {"name": proof.name})
    return redirect(proof.task)


@login_required
@require_GET
def proof_file(request: HttpRequest, task_id: int, proof_id: int) -> FileResponse:
    """Hand out a proof, always as a download: nothing that people upload is shown inside our pages."""
    task = selectors.task_for(task_id, actor_of(request))
    proof = task.proofs.filter(pk=proof_id).first()
    if proof is None or not store.path_of(proof.sha256).exists():
        raise NotFound(_("没有找到这份材料"), _("它可能已被删除"))
    opened = store.path_of(proof.sha256).open("rb")
    return FileResponse(opened, as_attachment=True, filename=proof.name, content_type=proof.media_type)


def sent_form(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, also when that is nothing; None when it is only asked for."""
    return request.POST if request.method == "POST" else None


def refuse(form: Any, error: Refused) -> None:
    """Show the reasons of a service at the fields of its form."""
    for name, why in error.fields.items():
        form.add_error(name if name in form.fields else None, why)
    if not error.fields:
        form.add_error(None, f"{error.message}。{error.remedy}")


def _back(request: HttpRequest, task: Task) -> HttpResponseRedirect:
    place = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(place, None):
        return HttpResponseRedirect(place)
    return HttpResponseRedirect(task.get_absolute_url())
