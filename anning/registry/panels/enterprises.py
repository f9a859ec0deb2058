"""On the page of an enterprise, and of the unit behind it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation
from anning.kernel.actor import Actor
from anning.registry.models import Enterprise
from anning.registry.selectors import enterprises as selectors
from anning.ui.registries import Panel, panels

MOST = 30


def _warnings(_actor: Actor, enterprise: Enterprise) -> dict[str, Any] | None:
    said = selectors.warnings(enterprise)
    return {"warnings": said} if said else None


def _people(actor: Actor, enterprise: Enterprise) -> dict[str, Any]:
    first, others = selectors.answerable(enterprise, actor)
    return {"first": first, "others": others, "may_add": actor.may("registry.add_responsibleperson")}


def _unit(actor: Actor, enterprise: Enterprise) -> dict[str, Any] | None:
    unit = enterprise.organisation
    if unit is None:
        return None
    posts = selectors.posts_of(unit, actor)[:MOST] if actor.may("accounts.view_post") else []
    return {"unit": unit, "posts": posts}


def _files(actor: Actor, unit: Organisation) -> dict[str, Any] | None:
    files = list(selectors.files_of(unit, actor)[:MOST])
    return {"files": files} if files else None


for panel in (
    Panel(
        "warnings", "registry.enterprise", _("需要处理"), "registry/_panel_warnings.html", _warnings,
        "registry.view_enterprise", 5,
    ),
    Panel(
        "people", "registry.enterprise", _("责任人"), "registry/_panel_people.html", _people,
        "registry.view_responsibleperson", 10,
    ),
    Panel(
        "unit", "registry.enterprise", _("单位与岗位"), "registry/_panel_unit.html", _unit,
        "accounts.view_organisation", 20,
    ),
    Panel(
        "files", "accounts.organisation", _("企业档案"), "registry/_panel_files.html", _files,
        "registry.view_enterprise", 15,
    ),
):  # fmt: skip
    panels.add(f"registry.{panel.name}", panel)
