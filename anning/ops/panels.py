"""What operations show on others' pages: the way to the running state, and what is wrong right now."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.kernel.actor import Actor
from anning.ops.findings import Level, examine
from anning.ops.permissions import VIEW_HEALTH
from anning.ui.registries import HomeBlock, NavItem, home_blocks, nav_items

nav_items.add("ops", NavItem("ops", _("运行状态"), "ops:state", "activity", VIEW_HEALTH, ("admin",), 80))


def _troubles(actor: Actor) -> dict[str, Any]:
    return {"results": [result for result in examine(running_only=True) if result.level != Level.OK]}


home_blocks.add(
    "ops",
    HomeBlock("ops", _("运行状态"), "ops/_troubles.html", _troubles, ("admin",), VIEW_HEALTH, position=10),
)
