"""The one map: its page with the list, its ground and layers as GeoJSON, search, and the card of a place."""

import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.accounts.web import actor_of
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound, Refused
from anning.kernel.geo import Box
from anning.registry.atlas import ground, layers, questions
from anning.registry.permissions import EXPORT_INSIDE, VIEW_MAP
from anning.ui.records import fields, selectors
from anning.ui.records.register import every

MOST_LISTED = 200
MOST_FOUND = 20
CARD_FACTS = 6
View = Callable[..., HttpResponseBase]


def on_map(view: View) -> View:
    """Give the view its actor, when somebody is signed in who may see the map."""

    @login_required
    @wraps(view)
    def gate(request: HttpRequest, **facts: Any) -> HttpResponseBase:
        actor = actor_of(request)
        actor.require(VIEW_MAP)
        return view(request, actor, **facts)

    return gate


@require_safe
@on_map
def map_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the map, its legend and the list beside it; the list works without the map."""
    groups = layers.legend(actor)
    every_layer = [layer for group in groups for layer in group.layers]
    wanted = wanted_layers(request.GET.getlist("on")) if "on" in request.GET else None
    shown = [layer for layer in every_layer if (layer.shown if wanted is None else layer.name in wanted)]
    names = {layer.name for layer in shown}
    text = request.GET.get("q", "").strip()[:60]
    rows = layers.find(actor, text, MOST_LISTED) if text else layers.listed(shown, actor, MOST_LISTED)
    context = {
        "groups": groups,
        "shown": names,
        "open": {group.name for group in groups if names & {layer.name for layer in group.layers}},
        "rows": rows,
        "total": len(rows) if text else sum(layer.count for layer in shown),
        "most": MOST_LISTED,
        "text": text,
        "facts": facts_of(every_layer, actor),
        "distances": questions.DISTANCES_M,
        "may_export": actor.may(EXPORT_INSIDE),
    }
    return render(request, "registry/atlas/map.html", context)


@require_safe
@on_map
def ground_file(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Return what the map stands on."""
    return geojson(request, ground.ground())


@require_safe
@on_map
def layer_file(request: HttpRequest, actor: Actor, layer: str) -> HttpResponseBase:
    """Return one layer, cut by the actor's scope; ``box`` and ``zoom`` say what of a large one is looked at."""
    found = layers.layer_of(actor, layer)
    zoom = request.GET.get("zoom", "")
    near = int(zoom) if zoom.isascii() and zoom.isdigit() and len(zoom) < 3 else 10
    return geojson(request, layers.features(found, actor, box_of(request.GET.get("box", "")), min(near, 22)))


@require_safe
@on_map
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Answer the map's search box: places with a position, by name, code or initials."""
    text = request.GET.get("q", "").strip()[:60]
    found = layers.find(actor, text, MOST_FOUND)
    answer = JsonResponse({"found": found}, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@on_map
def card(request: HttpRequest, actor: Actor, layer: str, row_id: int) -> HttpResponse:
    """Show one place in a few facts, with what one may do from here."""
    name = layer.partition(".")[0]
    register = next((each for each in every() if each.name == name and each.on_map), None)
    if register is None:
        raise NotFound(_("没有这个图层"), _("请在图例中选择"))
    row = selectors.one(register, actor, row_id)
    said = {*register.personal, "name", "phone", "longitude", "latitude"}
    paths = [path for path in register.columns if path not in said][:CARD_FACTS]
    context = {
        "row": row,
        "kind": register.options.verbose_name,
        "url": reverse("records:detail", args=(register.name, row.pk)),
        "facts": [(register.label(path), text) for path in paths if (text := fields.text_of(register, row, path))],
        "phone": getattr(row, "phone", ""),
        "longitude": row.longitude,
        "latitude": row.latitude,
    }
    answer = render(request, "registry/atlas/_card.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def wanted_layers(given: list[str]) -> set[str]:
    """Return layer names out of ``on=a&on=b`` (the form) or ``on=a,b`` (the short address)."""
    return {name for part in given for name in part.split(",") if name}


def box_of(text: str) -> Box | None:
    """Return ``west,south,east,north``, None when nothing is said. Raises Refused for what is no box."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west, south, east, north = 1, 1, 0, 0
    if not (-540 <= west < east <= 540 and -90 <= south < north <= 90):
        raise Refused(_("地图范围有误"), _("请刷新页面后再试"))
    return west, south, east, north


def geojson(request: HttpRequest, collection: dict[str, Any]) -> HttpResponse:
    """Answer with GeoJSON that the browser may keep for this reader but must ask about each time."""
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{sha256(body).hexdigest()[:20]}"'
    known = request.headers.get("If-None-Match", "").removeprefix("W/")
    answer = HttpResponseNotModified() if known == tag else HttpResponse(body, content_type="application/geo+json")
    answer["ETag"], answer["Cache-Control"], answer["Vary"] = tag, "private, no-cache", "Cookie"
    return answer


def facts_of(every_layer: list[layers.Layer], actor: Actor) -> dict[str, Any]:
    """Return what the map's script must know beside the page."""
    return {
        "extent": ground.extent(actor),
        "ground": reverse("atlas:ground"),
        "search": reverse("atlas:search"),
        "layers": [
            {
                "name": layer.name,
                "title": layer.title,
                "url": reverse("atlas:layer", args=(layer.name,)),
                "card": reverse("atlas:card", args=(layer.name, 0)).removesuffix("0") if layer.register else "",
                "large": layer.is_large,
                "count": layer.count,
                "shape": layer.symbol.points,
                "colour": layer.symbol.colour,
                "letter": layer.symbol.letter,
            }
            for layer in every_layer
        ],
    }
