"""What operations show on others' pages: the way to the running state, and what is wrong right now."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anning.journal import selectors as journal
from anning.kernel.actor import Actor
from anning.ops.findings import Level, examine
from anning.ops.permissions import VIEW_HEALTH
from anning.ui.registries import Banner, HomeBlock, NavItem, Text, banners, home_blocks, nav_items

nav_items.add("ops", NavItem("ops", _("运行状态"), "ops:state", "activity", VIEW_HEALTH, ("admin",), 80))


READERS = (VIEW_HEALTH, "journal.verify_entry", "journal.view_security")  # the three


def _broken(actor: Actor) -> Text:
    """Tell the three that the chain is broken, until a walk finds it whole."""
    last = journal.last_verification() if any(actor.may(name) for name in READERS) else None
    broken = last.data["broken"] if last else ""
    return gettext("日志链断裂：%s。请保留现场，不要重启或清理，立即报告审计员和系统管理员") % broken if broken else ""


def _troubles(actor: Actor) -> dict[str, Any]:
    return {"results": [result for result in examine(running_only=True) if result.level != Level.OK]}


banners.add("ops.chain", Banner("chain", _broken, "alarm", position=1))
home_blocks.add(
    "ops",
    HomeBlock("ops", _("运行状态"), "ops/_troubles.html", _troubles, ("admin",), VIEW_HEALTH, position=10),
)
