"""On the page of a village, a town or the district: everything the registry knows of it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Area
from anning.accounts.selectors import visible_areas
from anning.kernel.actor import Actor
from anning.registry.selectors import enterprises, questions
from anning.registry.selectors import villages as selectors
from anning.ui.registries import Panel, panels

MOST, FEW = 12, 8


def _numbers(actor: Actor, area: Area) -> dict[str, Any] | None:
    if not visible_areas(actor).filter(pk=area.pk).exists():
        return None  # the register of areas is open to all, what is inside them is not
    needs = selectors.needs(area, actor) if actor.may("registry.view_resident") else []
    return {"numbers": selectors.numbers(area, actor), "needs": needs}


def _contacts(actor: Actor, area: Area) -> dict[str, Any] | None:
    """The committee with its posts, the information officer among them, and the point that reports."""
    units = [(unit, enterprises.posts_of(unit, actor)[:MOST]) for unit in selectors.committees(area, actor)[:3]]
    points = list(selectors.report_points(area, actor)[:FEW]) if actor.may("registry.view_reportpoint") else []
    if not units and not points:
        return None
    return {"units": units, "points": points, "stale_before": questions.stale_before()}


def _lists(actor: Actor, area: Area) -> dict[str, Any] | None:
    rows = list(selectors.evacuation_lists(area, actor)[:FEW])
    return {"lists": rows} if rows or area.level == Area.Level.VILLAGE else None


def _key_households(actor: Actor, area: Area) -> dict[str, Any] | None:
    """Whom to look after first; of a village only, for a town they are too many to read."""
    if area.level != Area.Level.VILLAGE:
        return None
    rows = list(selectors.guardians(area, actor)[: MOST + 1])
    return {"rows": rows[:MOST], "is_more": len(rows) > MOST, "area": area} if rows else None


for panel in (
    Panel(
        "numbers", "accounts.area", _("底册数字"), "registry/_panel_numbers.html", _numbers,
        "registry.view_site", 10,
    ),
    Panel(
        "contacts", "accounts.area", _("组织与联络"), "registry/_panel_contacts.html", _contacts,
        "accounts.view_post", 20,
    ),
    Panel(
        "lists", "accounts.area", _("转移名册"), "registry/_panel_lists.html", _lists,
        "registry.view_evacuationlist", 30,
    ),
    Panel(
        "key_households", "accounts.area", _("重点人员和包保"), "registry/_panel_key_households.html", _key_households,
        "registry.view_household", 40,
    ),
):  # fmt: skip
    panels.add(f"registry.area_{panel.name}", panel)
