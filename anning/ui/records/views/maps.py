"""The places of a register: a list with coordinates, and the same as GeoJSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound
from anning.ui.records import sources
from anning.ui.records.listing import Listing
from anning.ui.records.register import Register
from anning.ui.records.views.gate import record_page


@record_page("view")
def map_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Show where the filtered rows lie: a table that works without any map."""
    listing = Listing(register, actor, request)
    context = {"register": register, "listing": listing, "features": _features(register, actor, listing)}
    return render(request, "records/map.html", context)


@record_page("view")
def features(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Return the filtered rows with coordinates as GeoJSON (WGS-84)."""
    found = _features(register, actor, Listing(register, actor, request))
    answer = {"type": "FeatureCollection", "features": found}
    return JsonResponse(answer, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False})


def _features(register: Register, actor: Actor, listing: Listing) -> list[dict[str, object]]:
    if not register.on_map:
        raise NotFound(_("这个台账没有坐标"), _("请返回列表"))
    return sources.places(register, actor, listing.found)
