"""What the crowd answers: numbers of people, counts by kind, and the places that must be told first."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many places of one kind (``sites.school``) lie inside."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class AreaCount:
    """Who of one village lives inside."""

    code: str
    name: str
    households: int
    people: int
    key_people: int


@dataclass(frozen=True, slots=True)
class Found:
    """One place; ``metres`` from where one asked, None when one asked for what is inside."""

    kind: str
    label: str
    register: str
    pk: int
    name: str
    address: str
    phone: str
    longitude: float
    latitude: float
    people: int | None = None  # usually there
    metres: float | None = None


@dataclass(frozen=True, slots=True)
class Inside:
    """Who and what lies inside a shape, as far as the actor's scope reaches.

    ``unplaced`` households of the scope have no position and are in no count. ``sensitive`` names places where many or
    helpless people are, and enterprises with a major hazard; ``more_sensitive`` of them are counted but not named.
    """

    area_km2: float
    households: int
    people: int
    key_people: int
    unplaced: int
    kinds: tuple[KindCount, ...] = ()
    sensitive: tuple[Found, ...] = ()
    more_sensitive: int = 0
