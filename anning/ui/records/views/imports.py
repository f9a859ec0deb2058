"""Imports: upload, see the dry run, confirm, undo."""

import io
from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anning.accounts.models import User
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import AnningError, Refused
from anning.ui.models import ImportBatch, Job
from anning.ui.records import exporting, importing, jobs, workbooks
from anning.ui.records.register import Register
from anning.ui.records.resources import heading_of, import_fields, required_fields
from anning.ui.records.sheets import LARGEST_UPLOAD
from anning.ui.records.views.exports import TYPES
from anning.ui.records.views.gate import record_page

SHOWN = 200  # problems on the page; the marked file has them all


@record_page("import")
def upload_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Take a file, run it dry, and show what would happen."""
    context: dict[str, Any] = {"register": register, "batches": _own(request, register)[:20]}
    context["columns"] = [(heading_of(register, n), n in required_fields(register)) for n in import_fields(register)]
    if request.method != "POST":
        return render(request, "records/import.html", context)
    try:
        uploaded = request.FILES.get("file")
        if uploaded is None:
            raise Refused(_("没有选择文件"), _("请选择要导入的 .xlsx 或 .csv 文件"))
        if (uploaded.size or 0) > LARGEST_UPLOAD:
            raise Refused(_("文件超过 20 MB"), _("请拆分成几个文件分别导入"))
        update = "update" in request.POST
        user = cast(User, request.user)
        batch = importing.receive(register, user, str(uploaded.name), uploaded.read(), update=update)
        _check(batch, user)
    except Refused as error:
        return render(request, "records/import.html", {**context, "error": error}, status=422)
    return HttpResponseRedirect(reverse("records:batch", args=[register.name, batch.pk]))


@record_page("import")
def template_file(request: HttpRequest, register: Register, actor: Actor) -> FileResponse:
    """Return the template to fill in."""
    out = io.BytesIO()
    workbooks.write_template(out, register)
    return _file(out, _("%s_导入模板.xlsx") % register.plural)


@record_page("import")
def batch_page(request: HttpRequest, register: Register, actor: Actor, batch: int) -> HttpResponse:
    """Show one batch: the dry run with its errors, or the result; confirm it."""
    found = get_object_or_404(_own(request, register), pk=batch)
    error: AnningError | None = None
    if request.method == "POST":
        try:
            _carry_out(importing.confirm(found, only_good="only_good" in request.POST))
        except Refused as refused:
            error = refused
        else:
            return HttpResponseRedirect(reverse("records:batch", args=[register.name, found.pk]))
        found.refresh_from_db()
    until = importing.may_undo_until(found)
    context = {
        "register": register,
        "batch": found,
        "error": error,
        "problems": [_problem(register, *problem) for problem in found.problems[:SHOWN]],
        "strange": "、".join(found.strange),
        "more": max(0, len(found.problems) - SHOWN),
        "good": found.created + found.changed,
        "until": until if until and until > clock.now() else None,
        "job": Job.objects.filter(kind=Job.Kind.IMPORT, facts__batch=found.pk).first() if found.total else None,
    }
    is_part = request.headers.get("HX-Target") == "batch"
    return render(
        request, "records/_batch.html" if is_part else "records/batch.html", context, status=422 if error else 200
    )


@record_page("import")
def marked_file(request: HttpRequest, register: Register, actor: Actor, batch: int) -> FileResponse:
    """Return the uploaded rows with the errors marked."""
    found = get_object_or_404(_own(request, register), pk=batch)
    _register, sheet, _content = importing.sheet_of(found)
    problems: dict[int, list[tuple[str, str]]] = {}
    for row, name, text in found.problems:
        problems.setdefault(row, []).append((heading_of(register, name) if name else "", text))
    out = io.BytesIO()
    workbooks.write_marked(out, headings=sheet.headings, rows=sheet.rows, problems=problems)
    return _file(out, _("%(plural)s_%(number)s_错误标记.xlsx") % {"plural": register.plural, "number": found.number})


@require_POST
@record_page("import")
def undo(request: HttpRequest, register: Register, actor: Actor, batch: int) -> HttpResponse:
    """Bring back what stood before the batch."""
    found = get_object_or_404(_own(request, register), pk=batch)
    count, left = importing.undo(found, actor)
    messages.success(request, _("已撤销 %s 条") % count)
    if left:
        messages.warning(request, _("%s 条未撤销，原因见批次说明") % len(left))
    return HttpResponseRedirect(reverse("records:batch", args=[register.name, found.pk]))


def _check(batch: ImportBatch, user: User) -> None:
    if exporting.is_large(batch.total):
        jobs.submit(Job.Kind.IMPORT, user, batch.register, {"batch": batch.pk, "step": "check"}, total=batch.total)
    else:
        importing.check(batch)


def _carry_out(batch: ImportBatch) -> None:
    if batch.total <= importing.AT_ONCE:
        try:
            importing.carry_out(batch)
        except AnningError as error:
            importing.abandon(batch, error.message)
            raise
        return
    jobs.submit(Job.Kind.IMPORT, batch.user, batch.register, {"batch": batch.pk, "step": "write"}, total=batch.total)


def _problem(register: Register, row: int, name: str, text: str) -> dict[str, Any]:
    return {"row": row, "column": heading_of(register, name) if name else _("整行"), "text": text}


def _own(request: HttpRequest, register: Register) -> Any:
    return ImportBatch.objects.filter(user=cast(User, request.user), register=register.name)


def _file(out: io.BytesIO, name: str) -> FileResponse:
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name, content_type=TYPES["xlsx"])
