"""Import of geometry: upload, choose the coordinate system, see the dry run, answer its questions, confirm."""

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from anning.accounts.models import User
from anning.accounts.web import actor_of
from anning.kernel.actor import Actor
from anning.kernel.errors import AnningError, NotFound, Refused
from anning.registry.shapes import reading, services
from anning.registry.shapes.features import Drawing
from anning.registry.shapes.options import SYSTEMS, Options, kinds_of, largest_file, likely_name
from anning.registry.shapes.rehearsal import Rehearsal, rehearse
from anning.ui.models import ImportBatch
from anning.ui.records.register import Register, find

SHOWN = 200  # rows on one page of the dry run; what stands against the import comes first
SAMPLE = 3  # features whose attributes are shown when choosing


def shape_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the view its register and actor, when its rows take shapes and the actor may import."""

    @login_required
    @wraps(view)
    def gate(request: HttpRequest, register: str, **facts: Any) -> HttpResponseBase:
        found, actor = find(register), actor_of(request)
        if not services.takes_shapes(found):
            raise NotFound(_("这个台账没有位置，不能导入图形"), _("请返回列表"))
        actor.require(found.permission("view"))
        actor.require(found.permission("import"))
        return view(request, found, actor, **facts)

    return gate


@shape_page
def upload_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Take a file with geometry."""
    context: dict[str, Any] = {
        "register": register,
        "batches": _own(request, register)[:20],
        "suffixes": ",".join(reading.SUFFIXES),
        "largest": largest_file() // 1024 // 1024,
    }
    if request.method != "POST":
        return render(request, "registry/shapes/upload.html", context)
    try:
        uploaded = request.FILES.get("file")
        if uploaded is None:
            raise Refused(_("没有选择文件"), _("请选择 GeoJSON、shapefile 压缩包、KML 或 OSM 文件"))
        content = uploaded.read(largest_file() + 1)
        batch = services.receive(register, cast(User, request.user), str(uploaded.name), content)
    except Refused as error:
        return render(request, "registry/shapes/upload.html", {**context, "error": error}, status=422)
    return HttpResponseRedirect(reverse("shapes:batch", args=[register.name, batch.pk]))


@shape_page
def batch_page(request: HttpRequest, register: Register, actor: Actor, batch: int) -> HttpResponse:
    """Ask how the file is meant, show the dry run, and import it."""
    found = get_object_or_404(_own(request, register), pk=batch)
    if found.state != ImportBatch.State.CHECKING:
        return HttpResponseRedirect(reverse("records:batch", args=[register.name, found.pk]))
    drawing = services.drawing_of(found)
    given = request.POST if request.method == "POST" else request.GET
    context = _choices(register, found, drawing) | {"chosen": given, "error": None}
    if "datum" not in given:
        return render(request, "registry/shapes/batch.html", context)
    error: AnningError | None = None
    try:
        options = Options.of(given.dict(), drawing)
        if request.method == "POST":
            confirmed = {*given.getlist("yes"), *given.getlist("yes_all")}
            services.carry_out(found, options, confirmed, only_good="only_good" in given)
            return HttpResponseRedirect(reverse("records:batch", args=[register.name, found.pk]))
    except Refused as refused:
        error = refused
    context |= _rehearsed(request, register, actor, drawing, error)
    return render(request, "registry/shapes/batch.html", context, status=422 if error else 200)


def _choices(register: Register, batch: ImportBatch, drawing: Drawing) -> dict[str, Any]:
    names = {f.name for f in register.options.get_fields()}
    return {
        "register": register,
        "batch": batch,
        "drawing": drawing,
        "systems": SYSTEMS,
        "kinds": kinds_of(register),
        "likely": likely_name(drawing),
        "has_area": "area" in names,
        "sample": [list(each.attributes.items())[:8] for each in drawing.features[:SAMPLE]],
    }


def _rehearsed(
    request: HttpRequest, register: Register, actor: Actor, drawing: Drawing, error: AnningError | None
) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    try:
        options = Options.of(given.dict(), drawing)
        rehearsal = rehearse(register, actor, drawing, options)
    except Refused as refused:
        return {"error": error or refused}
    decided = options.as_query().items()
    return {
        "error": error,
        "rehearsal": rehearsal,
        "decided": decided,
        "counts": _counts(rehearsal),
        **_rows(rehearsal),
    }


def _counts(rehearsal: Rehearsal) -> dict[str, int]:
    return {"new": rehearsal.count("new"), "change": rehearsal.count("change"), "same": rehearsal.count("same")}


def _rows(rehearsal: Rehearsal) -> dict[str, Any]:
    """Return the rows to show, those with trouble first, then those with questions."""
    ordered = sorted(rehearsal.rows, key=lambda row: (not row.troubles, not row.questions, row.number))
    return {"rows": ordered[:SHOWN], "more": max(0, len(ordered) - SHOWN), "doubts": _doubts(rehearsal)}


def _doubts(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    """Return the kinds of open questions with how many rows ask them, to be confirmed at once."""
    words = {
        "swapped": _("经纬度颠倒：全部交换"),
        "unclosed": _("边界未闭合：全部首尾相连"),
        "huge": _("顶点过多：全部按所列容差简化"),
        "outside": _("在本区以外：全部照样导入"),
    }
    asked = Counter(q.doubt for row in rehearsal.rows if not row.troubles for q in row.questions)
    return [{"doubt": doubt, "text": words[doubt], "count": asked[doubt]} for doubt in sorted(asked)]


def _own(request: HttpRequest, register: Register) -> Any:
    return ImportBatch.objects.filter(user=cast(User, request.user), register=register.name)
