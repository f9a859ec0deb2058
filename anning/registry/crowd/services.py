"""Taking an answer out of the house: an .xlsx of who and what is inside, journaled with its numbers."""

from hashlib import sha256
from typing import IO

import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from anning.accounts.selectors import scoped
from anning.journal.services import record
from anning.kernel import rulebook
from anning.kernel.actor import Actor
from anning.registry.crowd import selectors, sheets
from anning.registry.crowd.answers import Inside
from anning.registry.models import Household
from anning.registry.permissions import EXPORT_INSIDE

LIST_HOUSEHOLDS = "registry.export_household"


@transaction.atomic
def export_inside(actor: Actor, shape: BaseGeometry, words: str, out: IO[bytes]) -> Inside:
    """Write who and what is inside ``shape`` to ``out``; ``words`` say what was asked. Return the numbers.

    Nobody's name goes out. Addresses of households only for whoever may export households, and only up to
    EXP-JOB-ROWS of them; else their sums by village. Raises NotAllowed, and Refused for a shape without inside.
    """
    actor.require(EXPORT_INSIDE)
    found = selectors.inside(actor, shape)
    listed = actor.may(LIST_HOUSEHOLDS) and found.households <= int(rulebook.value("EXP-JOB-ROWS"))
    keys = selectors.households_inside(actor, shape) if listed else []
    homes = scoped(Household.objects.filter(pk__in=keys), actor).select_related("area", "guardian__organisation")
    homes = homes.order_by("area__code", "code").prefetch_related("guardian__appointments__post")
    answer = sheets.Answer(words, found, selectors.people_by_area(actor, shape), list(homes), listed)
    sheets.write(out, answer, actor)
    record(
        "map.export",
        "map:inside",
        actor,
        households=found.households,
        people=found.people,
        key_people=found.key_people,
        places=sum(kind.count for kind in found.kinds),
        rows=len(answer.homes),
        area_km2=round(found.area_km2, 3),
        shape=sha256(shapely.to_wkb(shapely.normalize(shape))).hexdigest(),
    )
    return found
