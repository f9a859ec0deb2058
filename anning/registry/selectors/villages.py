"""What the registry knows of one village, town or district; counted inside the actor's scope."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from anning.accounts.models import Area, Organisation
from anning.accounts.selectors import below, scoped, visible_organisations
from anning.kernel.actor import Actor
from anning.registry.models import (
    Enterprise,
    EvacuationList,
    Facility,
    Household,
    ReportPoint,
    Resident,
    Site,
)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a place, and the address of the rows it counts."""

    title: str
    count: int
    url: str


def numbers(area: Area, actor: Actor) -> list[Number]:
    """Return households, people, key people, and what stands there; each leads to its rows."""
    found: list[Number] = []
    if actor.may("registry.view_household"):
        homes = _in(Household, area, actor)
        found.append(Number(_("户"), homes.count(), _list("households", area)))
        if actor.may("registry.view_resident"):
            people = homes.aggregate(people=Sum("people"), key_people=Sum("key_people"))
            residents = f"{reverse('records:list', args=('residents',))}?household__area={area.pk}"
            found.append(Number(_("人"), people["people"] or 0, residents))
            found.append(Number(_("重点人员"), people["key_people"] or 0, f"{residents}&only=key_people"))
    for register, model, title in (
        ("enterprises", Enterprise, _("企业")),
        ("sites", Site, _("重点场所")),
        ("facilities", Facility, _("设施")),
    ):
        if actor.may(f"registry.view_{model._meta.model_name}"):
            found.append(Number(title, _in(model, area, actor).count(), _list(register, area)))
    return found


def needs(area: Area, actor: Actor) -> list[tuple[str, int]]:
    """Return how many residents need which hand, the most frequent first."""
    kinds = [need for need in Resident.Need.values if need != Resident.Need.NONE]
    asked = _in(Resident, area, actor).filter(need__in=kinds)
    counted = asked.order_by().values_list("need").annotate(number=Count("pk"))
    return [(str(Resident.Need(need).label), number) for need, number in counted.order_by("-number")]


def committees(area: Area, actor: Actor) -> QuerySet[Organisation]:
    """The government or committee of a place."""
    kinds = (Organisation.Kind.TOWN, Organisation.Kind.VILLAGE, Organisation.Kind.PARK)
    return visible_organisations(actor).filter(area=area, kind__in=kinds)


def report_points(area: Area, actor: Actor) -> QuerySet[ReportPoint]:
    """The points that report from a place."""
    return scoped(ReportPoint.objects.filter(area=area), actor)


def evacuation_lists(area: Area, actor: Actor) -> QuerySet[EvacuationList]:
    """The evacuation lists of a place, those in use first."""
    found: QuerySet[EvacuationList] = _in(EvacuationList, area, actor).select_related("area", "shelter")
    return found.order_by("-started_at", "name")


def guardians(area: Area, actor: Actor) -> Any:
    """Households with key people, most of them first, with guardian and the residents who need a hand."""
    known = Resident.objects.filter(erased_at=None).exclude(need=Resident.Need.NONE).order_by("pk")
    homes = _in(Household, area, actor).filter(key_people__gt=0).select_related("guardian")
    return homes.prefetch_related(Prefetch("residents", known, to_attr="known")).order_by("-key_people", "code")


def _in(model: Any, area: Area, actor: Actor) -> Any:
    return scoped(model.objects.filter(below(model.scope_area, area.code)), actor)


def _list(register: str, area: Area) -> str:
    return f"{reverse('records:list', args=(register,))}?area={area.pk}"
