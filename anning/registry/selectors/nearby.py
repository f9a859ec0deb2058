"""What lies around one place: people, sites to be told first, water and help; as far as the actor's scope reaches."""

from dataclasses import dataclass
from typing import Any

from shapely.geometry import Point

from anning.kernel import rulebook
from anning.kernel.actor import Actor
from anning.registry.crowd import selectors as crowd
from anning.registry.crowd.answers import Found

SENSITIVE = ("sites",)
DANGEROUS = ("enterprises.hazmat", "enterprises.gas", "enterprises.metallurgy")
HELP = (("facilities.hydrant", 2), ("facilities.fire_station", 1), ("sites.hospital", 1))
MOST, FEW, FAR = 8, 4, 20_000  # metres beyond which help is not near


@dataclass(frozen=True, slots=True)
class Ring:
    """Who lives within so many metres."""

    metres: int
    households: int
    people: int
    key_people: int


@dataclass(frozen=True, slots=True)
class Nearby:
    """The surroundings of a place; ``reach`` is the outer radius in metres."""

    reach: int
    rings: list[Ring]
    sites: list[Found]
    dangers: list[Found]
    help: list[Found]


def around(place: Any, actor: Actor) -> Nearby | None:
    """Return what lies around a place, None for one without a position."""
    if place.longitude is None or place.latitude is None:
        return None
    radii = [int(metres) for metres in rulebook.value("REG-NEAR-METRES")]
    here, reach = (place.longitude, place.latitude), max(radii)

    def near(kinds: tuple[str, ...], limit: int, within: float) -> list[Found]:
        found = crowd.nearest(actor, here, kinds, limit + 1)
        others = [each for each in found if (each.register, each.pk) != (_register(place), place.pk)]
        return [each for each in others if (each.metres or 0) <= within][:limit]

    return Nearby(
        reach=reach,
        rings=[_ring(actor, here, metres) for metres in sorted(radii)],
        sites=near(SENSITIVE, MOST, reach),
        dangers=near(DANGEROUS, FEW, reach),
        help=[each for kind, limit in HELP for each in near((kind,), limit, FAR)],
    )


def _ring(actor: Actor, here: tuple[float, float], metres: int) -> Ring:
    found = crowd.inside(actor, crowd.around(Point(*here), metres))
    return Ring(metres, found.households, found.people, found.key_people)


def _register(place: Any) -> str:
    return {"site": "sites", "enterprise": "enterprises", "facility": "facilities"}.get(place._meta.model_name, "")
