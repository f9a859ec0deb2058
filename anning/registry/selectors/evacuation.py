"""Questions about moving people: how many are due, moved, refusing, missing."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor
from anning.registry.models import EvacuationLine, EvacuationList, Resident
from anning.ui.registries import Text

WORDS: dict[str, Text] = {
    "": gettext_lazy("应转"),
    EvacuationLine.State.MOVED: gettext_lazy("已转"),
    EvacuationLine.State.REFUSED: gettext_lazy("拒转"),
    EvacuationLine.State.MISSING: gettext_lazy("失联"),
    EvacuationLine.State.DUE: gettext_lazy("待登记"),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Households and people in one state; "" stands for all that are due."""

    state: str
    title: Text
    households: int
    people: int


def counts(found: EvacuationList) -> list[Tally]:
    """Return how a list stands: all that are due first, then moved, refusing, missing, not yet marked."""
    asked = found.lines.order_by().values_list("state").annotate(Count("pk"), Sum("people"))
    by_state = {state: (households, people or 0) for state, households, people in asked}
    whole = (sum(h for h, _p in by_state.values()), sum(p for _h, p in by_state.values()))
    return [Tally(state, title, *(by_state.get(state, (0, 0)) if state else whole)) for state, title in WORDS.items()]


def said(tallies: list[Tally]) -> str:
    """Return the counts as one line of text."""
    texts = [
        _("%(title)s %(households)s 户 %(people)s 人")
        % {"title": each.title, "households": each.households, "people": each.people}
        for each in tallies
    ]
    return "；".join(texts)


def lines(found: EvacuationList, actor: Actor, state: str = "") -> QuerySet[EvacuationLine]:
    """The households of a list, village by village, with what is needed to call at their doors."""
    seen = scoped(found.lines.all(), actor).select_related("household__area", "household__guardian")
    if state in EvacuationLine.State.values:
        seen = seen.filter(state=state)
    return seen.order_by("household__area_code", "household__code", "pk")


def with_residents(rows: QuerySet[EvacuationLine]) -> QuerySet[EvacuationLine]:
    """The same with ``household.known``: the residents that are registered, key people first."""
    known = Resident.objects.filter(erased_at=None).order_by("pk")
    return rows.prefetch_related(Prefetch("household__residents", known, to_attr="known"))
