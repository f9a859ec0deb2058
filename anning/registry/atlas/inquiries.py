"""What is inside a shape: as a page for coordinates, as a part of the map for drawings, and as a spreadsheet."""

import json
from io import BytesIO
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from shapely.geometry.base import BaseGeometry

from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.registry.atlas import questions
from anning.registry.atlas.views import on_map
from anning.registry.crowd import selectors
from anning.registry.crowd.services import export_inside
from anning.registry.permissions import EXPORT_INSIDE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OUTLINE_DEGREES = 0.0002  # how far the outline shown around a shape may stray: about 20 m


@require_http_methods(["GET", "HEAD", "POST"])
@on_map
def inside(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Answer how many people and which places are inside; a drawing on the map gets its part of the page only."""
    data = request.POST if request.method == "POST" else request.GET
    is_part = "HX-Request" in request.headers
    context: dict[str, Any] = {"distances": questions.DISTANCES_M, "asked": _asked(data)}
    status = 200
    try:
        question = questions.question_of(data)
        if question:
            context |= _answered(question, actor)
    except Refused as error:
        context["error"] = error
        status = 422
    name = "registry/atlas/_inside.html" if is_part else "registry/atlas/inside.html"
    answer = render(request, name, context, status=200 if is_part else status)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@on_map
def inside_export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Return the answer as a spreadsheet; the export is journaled."""
    actor.require(EXPORT_INSIDE)
    question = questions.question_of(request.POST)
    if question is None:
        raise Refused(_("没有画出范围"), _("请先在图上画出范围，或填写经纬度和距离"))
    out = BytesIO()
    export_inside(actor, area_of(question), question.words, out)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    name = f"{_('范围内清单')}_{clock.local(clock.now()):%Y%m%d_%H%M}.xlsx"
    answer["Content-Disposition"] = _attachment(name)
    return answer


def area_of(question: questions.Question) -> BaseGeometry:
    """Return the area that a question means."""
    if not question.metres:
        return question.shape
    if question.shape.geom_type == "LineString":
        return selectors.along(question.shape, question.metres)
    return selectors.around(question.shape, question.metres)


def _answered(question: questions.Question, actor: Actor) -> dict[str, Any]:
    area = area_of(question)
    outline = json.loads(shapely.to_geojson(area.simplify(OUTLINE_DEGREES))) if question.metres else None
    return {
        "answer": selectors.inside(actor, area),
        "words": question.words,
        "shape": shapely.to_geojson(question.shape),
        "metres": f"{question.metres:g}",
        "outline": json.dumps(outline) if outline else "",
        "may_export": actor.may(EXPORT_INSIDE),
    }


def _asked(data: Any) -> dict[str, Any]:
    metres = str(data.get("metres", ""))
    return {
        "longitude": str(data.get("longitude", ""))[:20],
        "latitude": str(data.get("latitude", ""))[:20],
        "metres": int(metres) if metres.isascii() and metres.isdigit() and len(metres) < 6 else 1000,
    }


def _attachment(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"
