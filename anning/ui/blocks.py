"""Home blocks and tiles with their contents, ready to draw."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from anning.kernel.actor import Actor
from anning.ui.registries import HomeBlock, Text, Tile, allowed, home_blocks


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block with what its template needs."""

    block: HomeBlock
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownTile:
    """A tile with its address and count."""

    title: Text
    url: str
    icon: str
    count: int | None


def of_home(name: str, actor: Actor) -> list[ShownBlock]:
    """Return the blocks of one home that have something for this actor, in order."""
    wanted = (block for block in allowed(home_blocks, actor) if not block.homes or name in block.homes)
    shown = []
    for block in wanted:
        content = block.content(actor)
        if content is not None:
            shown.append(ShownBlock(block, content))
    return shown


def tiles_of(offered: Iterable[Tile], actor: Actor) -> list[ShownTile]:
    """Return the tiles whose pages are installed here."""
    shown = []
    for tile in offered:
        try:
            address = reverse(tile.url_name, args=tile.url_args)
        except NoReverseMatch:
            continue
        shown.append(ShownTile(tile.title, address, tile.icon, tile.count(actor)))
    return shown
