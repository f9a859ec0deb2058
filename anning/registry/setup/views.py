"""The pages of the setup (初始化向导)."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from anning.accounts.models import User
from anning.accounts.selectors import district_area
from anning.accounts.web import actor_of
from anning.kernel import clock
from anning.kernel.errors import Refused
from anning.registry.permissions import SETUP
from anning.registry.setup import areas, completeness, readiness, services, sheets, steps
from anning.ui.models import ImportBatch
from anning.ui.records.register import find
from anning.ui.records.sheets import LARGEST_UPLOAD

SHOWN = 300
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
View = Callable[..., HttpResponseBase]


def setup_page(view: View) -> View:
    """Let in who may set the district up."""

    @login_required
    @wraps(view)
    def gate(request: HttpRequest, **facts: Any) -> HttpResponseBase:
        actor_of(request).require(SETUP)
        return view(request, **facts)

    return gate


@setup_page
@require_safe
def wizard(request: HttpRequest) -> HttpResponse:
    """Show the steps as they stand."""
    actor = actor_of(request)
    may_make = actor.may(find("organisations").permission("add"))
    return render(request, "registry/setup/wizard.html", {"steps": steps.steps(actor), "may_make_units": may_make})


@setup_page
def district_page(request: HttpRequest) -> HttpResponse:
    """Name the district."""
    here = district_area()
    facts = {"code": here.code, "name": here.name} if here else {"code": "", "name": ""}
    context: dict[str, Any] = {"given": request.POST or facts, "error": None}
    if request.method == "POST":
        try:
            services.name_district(actor_of(request), request.POST.get("code", ""), request.POST.get("name", ""))
        except Refused as error:
            return render(request, "registry/setup/district.html", context | {"error": error}, status=422)
        messages.success(request, _("已确定本区"))
        return HttpResponseRedirect(reverse("setup:wizard"))
    return render(request, "registry/setup/district.html", context)


@setup_page
def areas_page(request: HttpRequest) -> HttpResponse:
    """Take the table of areas."""
    context: dict[str, Any] = {"headings": areas.HEADINGS, "district": district_area(), "error": None}
    if request.method == "POST":
        try:
            uploaded = request.FILES.get("file")
            if uploaded is None:
                raise Refused(_("没有选择文件"), _("请选择要导入的 .xlsx 或 .csv 文件"))
            if (uploaded.size or 0) > LARGEST_UPLOAD:
                raise Refused(_("文件超过 20 MB"), _("请拆分成几个文件分别导入"))
            batch = services.receive_areas(cast(User, request.user), str(uploaded.name), uploaded.read())
        except Refused as error:
            return render(request, "registry/setup/areas.html", context | {"error": error}, status=422)
        return HttpResponseRedirect(reverse("setup:areas_batch", args=[batch.pk]))
    return render(request, "registry/setup/areas.html", context)


@setup_page
def areas_batch_page(request: HttpRequest, batch: int) -> HttpResponse:
    """Show the dry run of a table of areas, and import it."""
    found = get_object_or_404(ImportBatch, user=cast(User, request.user), register="areas", pk=batch)
    if found.state != ImportBatch.State.CHECKING:
        return HttpResponseRedirect(reverse("records:batch", args=["areas", found.pk]))
    error: Refused | None = None
    if request.method == "POST":
        try:
            services.import_areas(found, {int(n) for n in request.POST.getlist("yes") if n.isdecimal()})
            return HttpResponseRedirect(reverse("records:batch", args=["areas", found.pk]))
        except Refused as refused:
            error = refused
    rows = services.rows_of(found)
    ordered = sorted(rows, key=lambda row: (not row.troubles, not row.question, row.number))
    context = {
        "batch": found,
        "error": error,
        "rows": ordered[:SHOWN],
        "more": max(0, len(ordered) - SHOWN),
        "counts": {name: sum(1 for r in rows if r.action == name and not r.troubles) for name in ("new", "change")},
        "total": len(rows),
        "bad": sum(1 for row in rows if row.troubles),
    }
    return render(request, "registry/setup/areas_batch.html", context, status=422 if error else 200)


@setup_page
@require_safe
def areas_template(request: HttpRequest) -> FileResponse:
    """Return the template of the table of areas."""
    here = district_area()
    return _file(sheets.areas_template(here.code if here else ""), _("区划表_导入模板.xlsx"))


@setup_page
@require_POST
def make_units(request: HttpRequest) -> HttpResponse:
    """Add a unit for each town and village that has none."""
    made = services.make_units(actor_of(request))
    messages.success(request, _("已生成 %s 个单位") % made if made else _("每个镇街和村（社区）都已有单位"))
    return HttpResponseRedirect(reverse("setup:wizard"))


@setup_page
@require_safe
def completeness_page(request: HttpRequest) -> HttpResponse:
    """Show what is missing, town by town."""
    return render(request, "registry/setup/completeness.html", {"report": completeness.report(actor_of(request))})


@setup_page
@require_safe
def completeness_file(request: HttpRequest) -> FileResponse:
    """Return the same as a spreadsheet."""
    report = completeness.report(actor_of(request))
    return _file(sheets.completeness(report, clock.now()), _("完整性报告.xlsx"))


@setup_page
@require_safe
def readiness_page(request: HttpRequest) -> HttpResponse:
    """Show what is still to be done."""
    return render(request, "registry/setup/readiness.html", {"items": readiness.items(actor_of(request))})


def _file(content: bytes, name: str) -> FileResponse:
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)
