"""On the pages of places: what lies around, who answers for a facility, who lives in a household, who must move."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation, Person
from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor
from anning.registry import permissions
from anning.registry.models import EvacuationList, Facility, FloodDuty, Household, Resident, Site
from anning.registry.selectors import evacuation, nearby, questions
from anning.ui.registries import Panel, panels

MOST = 30


def _nearby(actor: Actor, place: Any) -> dict[str, Any]:
    return {"nearby": nearby.around(place, actor)}


def _duties(actor: Actor, facility: Facility) -> dict[str, Any] | None:
    """The three responsible persons of a flood work; one that is missing is named."""
    rows = list(scoped(facility.flood_duties.all(), actor).select_related("unit", "person"))
    if not rows and facility.kind not in questions.WITH_DUTIES:
        return None
    by_role = {row.role: row for row in rows}
    duties = [(label, by_role.get(role)) for role, label in FloodDuty.Role.choices]
    return {"duties": duties, "stale_before": questions.stale_before()}


def _duties_of_unit(actor: Actor, unit: Organisation) -> dict[str, Any] | None:
    rows = list(scoped(unit.flood_duties.all(), actor).select_related("facility")[:MOST])
    return {"rows": rows} if rows else None


def _residents(actor: Actor, household: Household) -> dict[str, Any]:
    rows = scoped(household.residents.all(), actor).order_by("pk")[:MOST]
    return {"residents": rows, "household": household}


def _evacuations(actor: Actor, household: Household) -> dict[str, Any] | None:
    rows = list(scoped(household.evacuations.all(), actor).select_related("list")[:MOST])
    return {"lines": rows} if rows else None


def _to_shelter(actor: Actor, site: Site) -> dict[str, Any] | None:
    if site.kind != Site.Kind.SHELTER:
        return None
    rows = list(scoped(site.evacuation_lists.all(), actor).select_related("area")[:MOST])
    return {"lists": rows}


def _round(_actor: Actor, found: EvacuationList) -> dict[str, Any]:
    return {"counts": evacuation.counts(found), "found": found}


def _guarded(actor: Actor, person: Person) -> dict[str, Any] | None:
    homes = list(scoped(person.households.all(), actor).select_related("area")[:MOST])
    duties = list(scoped(person.flood_duties.all(), actor).select_related("facility")[:MOST])
    return {"homes": homes, "duties": duties} if homes or duties else None


def _rights(_actor: Actor, row: Any) -> dict[str, Any] | None:
    name = "registry:resident_erase" if isinstance(row, Resident) else "registry:responsible_erase"
    return None if row.erased_at else {"erase": name}


PLACES = (
    ("registry.enterprise", "enterprise"),
    ("registry.site", "site"),
    ("registry.facility", "facility"),
)
for on, name in PLACES:
    panels.add(
        f"registry.nearby_{name}",
        Panel("nearby", on, _("周边"), "registry/_panel_nearby.html", _nearby, "registry.view_site", 30),
    )
for panel in (
    Panel(
        "duties", "registry.facility", _("防汛三责任人"), "registry/_panel_duties.html", _duties,
        "registry.view_floodduty", 10,
    ),
    Panel(
        "unit_duties", "accounts.organisation", _("防汛责任"), "registry/_panel_unit_duties.html", _duties_of_unit,
        "registry.view_floodduty", 40,
    ),
    Panel(
        "residents", "registry.household", _("居民"), "registry/_panel_residents.html", _residents,
        "registry.view_resident", 10,
    ),
    Panel(
        "evacuations", "registry.household", _("转移登记"), "registry/_panel_evacuations.html", _evacuations,
        "registry.view_evacuationline", 20,
    ),
    Panel(
        "shelter", "registry.site", _("来此避难的名册"), "registry/_panel_lists.html", _to_shelter,
        "registry.view_evacuationlist", 10,
    ),
    Panel(
        "round", "registry.evacuationlist", _("转移情况"), "registry/_panel_round.html", _round,
        "registry.view_evacuationlist", 10,
    ),
    Panel(
        "guarded", "accounts.person", _("包保住户与防汛责任"), "registry/_panel_guarded.html", _guarded,
        "registry.view_household", 20,
    ),
    Panel(
        "resident_rights", "registry.resident", _("个人信息"), "registry/_panel_rights.html", _rights,
        permissions.ERASE_RESIDENT, 90,
    ),
    Panel(
        "responsible_rights", "registry.responsibleperson", _("个人信息"), "registry/_panel_rights.html", _rights,
        permissions.ERASE_RESPONSIBLE, 90,
    ),
):  # fmt: skip
    panels.add(f"registry.{panel.name}", panel)
