"""Numbers of the plan beside what is counted now, each with the list that holds its rows."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from anning.kernel import district
from anning.kernel.actor import Actor
from anning.kernel.yamlfile import read_yaml
from anning.ui.records import selectors
from anning.ui.records.filters import filters_of
from anning.ui.records.register import find

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "baseline.yaml"


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the plan: what is counted now, what the plan says, where that stands, and where the rows are."""

    title: str
    count: int
    planned: int
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The plan's numbers of this district."""

    plan: str
    period: str
    numbers: list[Number]


def baseline(actor: Actor) -> Baseline | None:
    """Return the numbers that the actor may see counted, None where this district has no plan."""
    plan = planned(district.code())
    if plan is None:
        return None
    numbers = [_number(facts, actor) for facts in plan["numbers"] if _may(facts, actor)]
    return Baseline(plan["plan"], str(plan["period"]), numbers) if numbers else None


@lru_cache(maxsize=2)
def planned(code: str) -> Any:
    """Return the plan's numbers of a district: the site's own, or those we bring for it; None without any."""
    for file in (Path(settings.HOME) / "baseline.yaml", SHIPPED):
        if file.exists() and (content := read_yaml(file))["district"] == code:
            return content
    return None


def _may(facts: dict[str, Any], actor: Actor) -> bool:
    return actor.may(find(facts["register"]).permission("view"))


def _number(facts: dict[str, Any], actor: Actor) -> Number:
    register = find(facts["register"])
    query = QueryDict(mutable=True)
    query.update(facts["query"])
    found = filters_of(register, actor, query, selectors.rows(register, actor).order_by()).qs
    url = reverse("records:list", args=(register.name,)) + (f"?{query.urlencode()}" if query else "")
    return Number(facts["title"], found.count(), facts["number"], facts["source"], url)
