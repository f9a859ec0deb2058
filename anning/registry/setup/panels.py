"""Where the setup is found: on the rail, and on the administrator's home until all is done."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.kernel.actor import Actor
from anning.registry.pages.rail import GROUP
from anning.registry.permissions import SETUP
from anning.registry.setup import readiness
from anning.ui.registries import HelpPage, HomeBlock, NavItem, help_pages, home_blocks, nav_items

MOST = 5


def _open(actor: Actor) -> dict[str, Any] | None:
    """What is still to be done, None when nothing is."""
    found = readiness.items(actor)
    left = [item for item in found if item.state != readiness.State.DONE]
    return {"done": len(found) - len(left), "total": len(found), "open": left[:MOST]} if left else None


nav_items.add(
    "setup", NavItem("setup", _("初始化"), "setup:wizard", "checklist", SETUP, position=190, parent=GROUP.name)
)
home_blocks.add("setup", HomeBlock("setup", _("初始化"), "registry/setup/_block.html", _open, ("admin",), SETUP, 5))
help_pages.add(
    "setup",
    HelpPage(
        "setup",
        _("初始化向导"),
        (
            _("新的区从这里开始：先定代码和名称，再导入区划表，然后是单位、界线和各本底册。"),
            _("每一步都先检查、后写入，可以随时再来；已有的不会重复。"),
            _("就绪清单里每一项都写明为什么重要、到哪里去做。"),
        ),
    ),
)
