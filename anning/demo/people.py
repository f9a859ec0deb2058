"""People who do not exist, household by household: ages as the census counted, needs as villages know them."""

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from anning.demo.sheets import invented_mobile

SIZES = ((1, 0.14), (2, 0.26), (3, 0.24), (4, 0.19), (5, 0.11), (6, 0.06))
AGES = ((0, 14, 0.1715), (15, 59, 0.6027), (60, 64, 0.0721), (65, 79, 0.1220), (80, 96, 0.0317))  # census, evened out
SIZES_UP_TO = list(accumulate(share for *_, share in SIZES))
AGES_UP_TO = list(accumulate(share for *_, share in AGES))
GROWN, OLD, HAS_PHONE = 18, 65, 12  # years
FIRST_MOBILE = 20_000  # numbers below are the enterprises'
NEEDS = (("disabled", 0.026), ("ill", 0.011), ("bedridden", 0.006))
CHILD_LEFT, PREGNANT, BEDRIDDEN, PHONELESS, MALE = 0.03, 0.012, 0.045, 0.04, 0.512


class Member(NamedTuple):
    """Somebody to be written as a resident."""

    name: str
    mobile: str
    sex: str
    age: int
    need: str


@dataclass(slots=True)
class Crowd:
    """Draws households one after the other; their facts go into a digest."""

    random: Random
    names: list[str]
    people: int = 0
    digest: Any = field(default_factory=sha256)

    def household(self, room: int) -> list[Member]:
        """Return the members of the next household, at most ``room`` of them."""
        size = min(room, _pick(self.random, SIZES_UP_TO, SIZES)[0])
        ages = [self._age() for _member in range(size)]
        if max(ages) < GROWN:
            ages[0] = self.random.randint(25, 58)
        return [self._member(age, is_alone=size == 1) for age in ages]

    def _member(self, age: int, *, is_alone: bool) -> Member:
        self.people += 1
        name = self.names[int(self.random.random() * len(self.names))]
        has_phone = age >= HAS_PHONE and self.random.random() >= PHONELESS
        mobile = invented_mobile(FIRST_MOBILE + self.people) if has_phone else ""
        sex = "male" if self.random.random() < MALE else "female"
        member = Member(name, mobile, sex, age, self._need(age, sex, is_alone))
        self.digest.update(repr(tuple(member)).encode())
        return member

    def _age(self) -> int:
        youngest, oldest, _share = _pick(self.random, AGES_UP_TO, AGES)
        return int(youngest) + int(self.random.random() * (oldest - youngest + 1))

    def _need(self, age: int, sex: str, is_alone: bool) -> str:
        if age >= OLD and is_alone:
            return "alone"
        luck = self.random.random()
        for need, share in NEEDS:
            if luck < share:
                return need
            luck -= share
        if age < 15:
            return "child" if luck < CHILD_LEFT else "none"
        if age >= OLD:
            return "bedridden" if luck < BEDRIDDEN else "none"
        return "pregnant" if sex == "female" and 22 <= age <= 38 and luck < PREGNANT else "none"


def _pick(random: Random, up_to: list[float], choices: tuple[Any, ...]) -> Any:
    luck = random.random() * up_to[-1]
    return next(choice for limit, choice in zip(up_to, choices, strict=True) if luck < limit)
