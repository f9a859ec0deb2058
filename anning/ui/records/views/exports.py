"""Exports and the 导出中心: files at once, jobs with progress, downloads until they expire."""

from tempfile import SpooledTemporaryFile
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from anning.accounts.models import User
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound, Refused
from anning.ui.models import Job
from anning.ui.records import exporting, jobs
from anning.ui.records.listing import Listing
from anning.ui.records.register import Register, find
from anning.ui.records.views.gate import record_page
from anning.vault import store

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@record_page("export")
def export_file(request: HttpRequest, register: Register, actor: Actor) -> HttpResponseBase:
    """Return what is filtered or ticked as a file, or put it into the 导出中心 when it is large."""
    if request.method != "POST" and "full" in request.GET:
        actor.require(register.permission("reveal"))
        context = {"register": register, "query": _rest(request.GET)}
        return render(request, "records/export_full.html", context)
    order = _order(request, register, actor)
    found, _words = exporting.rows_of(order, actor)
    count = found.count()
    if exporting.is_large(count):
        jobs.submit(Job.Kind.EXPORT, cast(User, request.user), register.name, order.facts(), total=count)
        messages.info(request, _("共 %s 条，已转入导出中心，完成后可下载") % count)
        return HttpResponseRedirect(reverse("records:jobs"))
    out = SpooledTemporaryFile(max_size=jobs.IN_MEMORY)  # noqa: SIM115  the response closes it
    exporting.write(order, actor, cast(Any, out))
    out.seek(0)
    name = exporting.filename(register, order.format)
    return FileResponse(out, as_attachment=True, filename=name, content_type=TYPES[order.format])


@login_required
def jobs_page(request: HttpRequest) -> HttpResponse:
    """Show the user's own jobs, newest first."""
    own = Job.objects.filter(user=cast(User, request.user))[:100]
    return render(request, "records/jobs.html", {"jobs": [_shown(job) for job in own]})


@login_required
def job_row(request: HttpRequest, uid: str) -> HttpResponse:
    """Show one of the user's jobs, alone for htmx."""
    return render(request, "records/_job.html", {"job": _shown(_own(request, uid))})


@login_required
def job_file(request: HttpRequest, uid: str) -> FileResponse:
    """Return the file of one of the user's finished jobs."""
    job = _own(request, uid)
    if job.state != Job.State.DONE or not job.sha256:
        raise NotFound(_("文件还没有准备好，或已过期"), _("请在导出中心查看状态，过期的请重新导出"))
    suffix = job.filename.rpartition(".")[2]
    opened = store.path_of(job.sha256).open("rb")
    return FileResponse(
        opened, as_attachment=True, filename=job.filename, content_type=TYPES.get(suffix, TYPES["xlsx"])
    )


def _order(request: HttpRequest, register: Register, actor: Actor) -> exporting.Order:
    data = request.POST if request.method == "POST" else request.GET
    wanted = data.get("format", "xlsx")
    if wanted not in exporting.FORMATS:
        raise Refused(_("不支持的导出格式"), _("请选择 .xlsx 或 .csv"))
    keys = tuple(int(k) for k in data.getlist("key") if k.isascii() and k.isdigit() and len(k) < 19)
    query = data.get("filters", "") if request.method == "POST" else _rest(request.GET)
    return exporting.Order(
        register=register.name,
        query=query,
        keys=() if "all" in data else keys,
        columns=Listing(register, actor, request).columns,
        format=wanted,
        full=request.method == "POST" and "full" in data,
        reason=data.get("reason", "") if request.method == "POST" else "",
    )


def _rest(data: Any) -> str:
    rest = data.copy()
    for name in ("format", "full", "page"):
        rest.pop(name, None)
    return str(rest.urlencode())


def _own(request: HttpRequest, uid: str) -> Job:
    return get_object_or_404(Job, uid=uid, user=cast(User, request.user))


def _shown(job: Job) -> Job:
    job.title = str(find(job.register).plural)  # type: ignore[attr-defined]
    return job
