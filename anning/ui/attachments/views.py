"""Attachments on screen: adding, taking, the small picture, removing."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound, Refused
from anning.ui.attachments import selectors, services
from anning.ui.attachments.panels import offer
from anning.ui.models import Attachment
from anning.ui.records import selectors as records
from anning.ui.records.register import Register
from anning.ui.records.views.gate import record_page
from anning.vault import store

# Nothing that people upload may act inside our pages: no scripts, no forms, no origin.
CLOSED = "default-src 'none'; sandbox"


@record_page("change")
def add_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """Take files for a record; what is refused is named, the rest is kept."""
    row = records.one(register, actor, key)
    problems: list[tuple[str, Refused]] = []
    if request.method == "POST":
        kept = _keep_all(request, register, actor, row, problems)
        if kept:
            messages.success(request, _("已添加附件：%s") % "、".join(kept))
        if not problems:
            return HttpResponseRedirect(_panel_url(register, row))
    context = {"register": register, "row": row, "problems": problems, **offer()}
    return render(request, "attachments/add.html", context, status=422 if problems else 200)


@require_safe
@never_cache
@record_page("view")
def take_file(request: HttpRequest, register: Register, actor: Actor, key: str, attachment: str) -> FileResponse:
    """Hand out a file, always as a download."""
    return served(*services.hand_out(register, actor, key, attachment))


@require_safe
@record_page("view")
def small_picture(request: HttpRequest, register: Register, actor: Actor, key: str, attachment: str) -> FileResponse:
    """Show the small picture that we drew ourselves. Raises NotFound where there is none."""
    found = selectors.one(register, actor, key, attachment)
    path = store.path_of(found.small_sha256)
    if not selectors.may_show(records.one(register, actor, key), found) or not path.exists():
        raise NotFound(_("这个附件没有缩略图"), _("请下载查看"))
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response["Content-Security-Policy"], response["X-Content-Type-Options"] = CLOSED, "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@record_page("change")
def remove_page(request: HttpRequest, register: Register, actor: Actor, key: str, attachment: str) -> HttpResponse:
    """Ask why, then remove the file."""
    row = records.one(register, actor, key)
    found = selectors.one(register, actor, key, attachment)
    context: dict[str, Any] = {"register": register, "row": row, "attachment": found}
    if request.method == "POST":
        try:
            services.remove(register, actor, row.pk, attachment, reason=request.POST.get("reason", ""))
        except Refused as error:
            return render(request, "attachments/remove.html", {**context, "error": error}, status=422)
        messages.success(request, _("已移除附件：%s") % found.name)
        return HttpResponseRedirect(_panel_url(register, row))
    return render(request, "attachments/remove.html", context)


def served(found: Attachment, path: Any) -> FileResponse:
    """Return the answer that hands out a file: a download that nothing shows, guesses or runs."""
    response = FileResponse(path.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type)
    response["Content-Security-Policy"], response["X-Content-Type-Options"] = CLOSED, "nosniff"
    return response


def _keep_all(
    request: HttpRequest, register: Register, actor: Actor, row: Any, problems: list[tuple[str, Refused]]
) -> list[str]:
    files = request.FILES.getlist("file")
    if not files:
        problems.append(("", Refused(_("没有选择文件"), _("请选择文件，或在手机上拍照"))))
    kept = []
    for file in files:
        try:
            kept.append(services.add(register, actor, row.pk, name=file.name or "", file=file).name)
        except Refused as error:
            problems.append((file.name or "", error))
    return kept


def _panel_url(register: Register, row: Any) -> str:
    return f"{reverse('records:detail', args=[register.name, row.pk])}#panel-attachments"
