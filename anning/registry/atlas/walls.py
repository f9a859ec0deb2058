"""The wall (大屏): the map in the middle, numbers at both sides; read only, each number leads to its rows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from anning.kernel.actor import Actor
from anning.registry.atlas import layers, wall_blocks
from anning.registry.atlas.views import facts_of, on_map


@require_safe
@on_map
def wall(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the wall."""
    every_layer = [layer for group in layers.legend(actor) for layer in group.layers]
    shown = [layer for layer in every_layer if layer.shown]
    facts = facts_of(shown, actor) | {"on": [layer.name for layer in shown]}
    return render(request, "registry/atlas/wall.html", _blocks(actor) | {"facts": facts, "layers": shown})


@require_safe
@on_map
def numbers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Return the numbers of the wall alone, as they are now."""
    answer = render(request, "registry/atlas/_wall.html", _blocks(actor))
    answer["Cache-Control"] = "no-store"
    return answer


def _blocks(actor: Actor) -> dict[str, Any]:
    blocks = wall_blocks.of(actor)
    middle = (len(blocks) + 1) // 2
    return {"columns": (("left", blocks[:middle]), ("right", blocks[middle:]))}
