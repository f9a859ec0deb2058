"""Households and residents in bulk: 400 000 people in one load, scattered around their villages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from random import Random
from typing import Any

from anning.demo.bulk import as_day, next_key, write_rows
from anning.demo.firms import LATE
from anning.demo.ground import Ground, Spot
from anning.demo.ledger import Ledger
from anning.demo.people import Crowd, Member
from anning.demo.sheets import invented_names, read_sheet
from anning.demo.staff import Staff
from anning.kernel import clock
from anning.kernel.geo import Position
from anning.registry.models import Household, HowLocated, Resident
from anning.vault.cipher import blind_index, encrypt

SEED = 395_314  # residents at the census of 2020
SPREAD_M = {"村": 380, "社区": 220}  # how far from its point a village or a community reaches
COMMUNITY_WEIGHT = 3.0  # a community holds so many times the people of a village
UNSEEN_EVERY = 19
HOUSEHOLD_COLUMNS = (
    "id",
    "code",
    "address",
    "people",
    "key_people",
    "guardian",
    "verified_on",
    "area",
    "area_code",
    "longitude",
    "latitude",
    "how_located",
)
RESIDENT_COLUMNS = (
    "household",
    "area_code",
    "name",
    "name_index",
    "mobile",
    "mobile_index",
    "sex",
    "birth_year",
    "need",
)


@dataclass(frozen=True, slots=True)
class Dwelling:
    """A household to be written, with its members."""

    key: int
    spot: Spot
    number: int
    position: Position
    members: list[Member]
    guardian: int | None  # key of a person

    @property
    def key_people(self) -> int:
        """How many of the members need a hand."""
        return sum(member.need != "none" for member in self.members)

    @property
    def code(self) -> str:
        """The code of the village and a number in it."""
        return f"{self.spot.area.code}{self.number:05d}"


def add_population(ground: Ground, staff: Staff, residents: int, ledger: Ledger, say: Callable[[str], None]) -> None:
    """Write ``residents`` people in their households, unless there are households already."""
    if not residents or Household.all_objects.exists():
        return
    crowd = Crowd(Random(SEED), invented_names())  # noqa: S311 - people for show
    dwellings = list(_dwellings(ground, staff, residents, crowd))
    say(f"　住户 {len(dwellings)} 户……")
    write_rows(Household, HOUSEHOLD_COLUMNS, map(_household, dwellings))
    say(f"　居民 {residents} 人，姓名和手机逐条加密……")
    write_rows(Resident, RESIDENT_COLUMNS, _residents(dwellings))
    ledger.take(crowd.digest.digest())


def shares(ground: Ground, residents: int) -> list[tuple[Spot, int]]:
    """Return how many people live in each village: the town's share, communities counting more; the sum is exact."""
    weights: dict[str, float] = {}
    for row in read_sheet("towns"):
        spots = ground.by_town[row["code"]]
        own = [COMMUNITY_WEIGHT if spot.area.kind == "社区" else 0.6 + 0.1 * (n % 9) for n, spot in enumerate(spots)]
        weights |= {s.area.code: int(row["people"]) * w / sum(own) for s, w in zip(spots, own, strict=True)}
    total = sum(weights.values())
    ends = [round(end * residents / total) for end in accumulate(weights.values())]
    starts = [0, *ends[:-1]]
    return [(ground.spots[code], end - start) for code, start, end in zip(weights, starts, ends, strict=True)]


def _dwellings(ground: Ground, staff: Staff, residents: int, crowd: Crowd) -> Iterator[Dwelling]:
    key = next_key(Household)
    for spot, people in shares(ground, residents):
        guardian = staff.people.get((ground.places.unit_of(spot.area).pk, "灾害信息员", 1))
        left, number = people, 0
        while left:
            members = crowd.household(left)
            left, number = left - len(members), number + 1
            position = spot.near(crowd.random, SPREAD_M[spot.area.kind])
            crowd.digest.update(f"{spot.area.code} {number} {position} {len(members)}".encode())
            yield Dwelling(key, spot, number, position, members, guardian.pk if guardian else None)
            key += 1


def _household(dwelling: Dwelling) -> tuple[Any, ...]:
    key_people = dwelling.key_people
    return (
        dwelling.key,
        dwelling.code,
        _address(dwelling.spot, dwelling.number),
        len(dwelling.members),
        key_people,
        dwelling.guardian if key_people else None,
        _verified(dwelling.spot, dwelling.number),
        dwelling.spot.area.pk,
        dwelling.spot.area.code,
        *dwelling.position,
        HowLocated.SKETCHED.value,
    )


def _address(spot: Spot, number: int) -> str:
    if spot.area.kind == "社区":
        return f"{spot.area.name}{1 + number // 60}号楼{1 + number // 12 % 5}门{1 + number // 2 % 6}0{1 + number % 2}"
    return f"{spot.area.name}{1 + number // 40}排{1 + number % 40}号"


def _verified(spot: Spot, number: int) -> Any:
    """Return the day somebody last came by; late towns are years behind, a few doors never opened."""
    if number % UNSEEN_EVERY == 0:
        return None
    days = 500 + number * 37 % 397 if spot.area.code[:9] in LATE else number * 37 % 353
    return as_day(clock.today() - timedelta(days=days))


def _residents(dwellings: list[Dwelling]) -> Iterator[tuple[Any, ...]]:
    this_year, indexes = clock.today().year, {name: blind_index(name) for name in invented_names()}
    for dwelling in dwellings:
        for name, mobile, sex, age, need in dwelling.members:
            yield (
                dwelling.key,
                dwelling.spot.area.code,
                encrypt(name),
                indexes[name],
                encrypt(mobile),
                blind_index(mobile),
                sex,
                this_year - age,
                need,
            )
