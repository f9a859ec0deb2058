"""The point wall: every point under watch at a glance, by enterprise and state."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from anning.accounts.web import actor_of
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.desk import readings, states

VIEW = "monitoring.view_datastream"
SHARES = {"probe": _("探"), "camera": _("监")}


@require_safe
@login_required
def wall(request: HttpRequest) -> HttpResponse:
    """Show the wall, or the part that the chips and the search choose."""
    actor = actor_of(request)
    actor.require(VIEW)
    is_part = request.headers.get("HX-Request") == "true"
    answer = render(
        request,
        "monitoring/desk/_points.html" if is_part else "monitoring/desk/points.html",
        _facts(actor, request.GET.dict()),
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _facts(actor: Actor, asked: dict[str, str]) -> dict[str, Any]:
    points = states.visible_points(actor).filter(device__family="watch").order_by("device__enterprise", "code")
    every = states.standings(points)
    text, share, state = asked.get("q", "").strip()[:60], asked.get("share", ""), asked.get("state", "")
    shown = [each for each in every if _fits(each, text, share)]
    counts = states.counts(shown)
    if state:
        shown = [each for each in shown if each.name == state]
    blocks = states.blocks(shown)
    return {
        "blocks": blocks,
        "counts": counts,
        "shown": len(shown),
        "total": len(every),
        "firms": len(states.blocks(every)),
        "cameras": sum(each.is_camera for each in every),
        "text": text,
        "share": share,
        "state": state,
        "shares": SHARES,
        "newest": readings.newest(),
        "now": clock.now(),
    }


def _fits(each: states.Standing, text: str, share: str) -> bool:
    if share and each.is_camera != (share == "camera"):
        return False
    point, home = each.point, each.point.device.enterprise
    words = (point.name, point.code, point.initials, *((home.name, home.initials) if home else ()))
    return not text or any(text.lower() in word.lower() for word in words)
