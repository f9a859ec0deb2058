"""Tags of every page: icons, built files, level badges, the page's help."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from anning.accounts.web import actor_of
from anning.ui import blocks
from anning.ui.assets import asset_url
from anning.ui.help import help_for
from anning.ui.registries import Text

register = template.Library()

# Shape and word of the four levels (ui.md §8): colour never stands alone.
LEVELS: dict[str, tuple[str, Text]] = {
    "red": ("▲", _("红")),
    "orange": ("◆", _("橙")),
    "yellow": ("■", _("黄")),
    "blue": ("●", _("蓝")),
}


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a built file with its version."""
    return asset_url(name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite (frontend/icons.txt); it says nothing to screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        asset_url("icons.svg"),
        name,
    )


@register.inclusion_tag("ui/_level.html")
def level(colour: str, noun: Text = "", *, tint: bool = False) -> dict[str, Any]:
    """Draw a level as shape, word and colour; ``noun`` says of what (预警, 风险, 响应)."""
    shape, word = LEVELS[colour]
    return {"colour": colour, "shape": shape, "word": word, "noun": noun, "tint": tint}


@register.inclusion_tag("ui/_help.html", takes_context=True)
def page_help(context: dict[str, Any]) -> dict[str, Any]:
    """Show the help of the page that the request asks for."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    return {"help": help_for(match.view_name if match else "")}


@register.inclusion_tag("ui/_blocks.html", takes_context=True)
def home_blocks(context: dict[str, Any], home: str, without: str = "") -> dict[str, Any]:
    """Draw the blocks of a home on another page; ``without`` names one that the page itself shows in full."""
    shown = blocks.of_home(home, actor_of(context["request"]))
    return {
        "blocks": [one for one in shown if one.block.name != without],
        "page": context["page"],
        "request": context["request"],
    }
