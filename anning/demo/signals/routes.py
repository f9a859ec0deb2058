"""Vehicles on the roads of the district: where each is at any moment, how fast, and what its driver does wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import cos, hypot, radians
from random import Random
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from anning.demo.signals.chance import DAY_MS, ZONE_MS, Floats, Habit, Ints, between, chance, jitter

Flags = NDArray[np.bool_]

METRES = 111_000.0
EAST = METRES * cos(radians(39.35))
LEGS = 5  # roads of one route
SPEEDING = Habit("speeding", 0.12, (1, 4), (8, 20))
TIRED = 0.02  # share of the days on which a driver makes no stop
TIRED_AFTER_S = 4 * 3600
MOST_TRIPS = 40
FIRST_DAY = 20_000  # from which the mileage counts

Position = tuple[float, float]
Road = Sequence[Position]


class Fix(NamedTuple):
    """Where a vehicle is: degrees, km/h, degrees from north, and its states."""

    longitude: float
    latitude: float
    speed: float
    heading: int
    is_running: bool
    is_speeding: bool
    is_tired: bool
    mileage_km: float


class Course(NamedTuple):
    """The columns of many fixes."""

    longitude: Floats
    latitude: Floats
    speed: Floats
    heading: Ints
    is_running: Flags
    is_speeding: Flags
    is_tired: Flags
    mileage_km: Floats


@dataclass(frozen=True)
class Track:
    """One vehicle: it goes to and fro on its route by day, stops at the ends, and stands at home by night."""

    seed: int
    route: tuple[Position, ...]

    @cached_property
    def ends(self) -> Floats:
        """How many metres from the start each corner lies."""
        steps = [hypot((b[0] - a[0]) * EAST, (b[1] - a[1]) * METRES) for a, b in pairwise(self.route)]
        return np.concatenate([[0.0], np.cumsum(steps)])

    @property
    def length_m(self) -> float:
        """How long the route is."""
        return float(self.ends[-1])

    def at(self, at_ms: int) -> Fix:
        """Return where it is."""
        course = self.course(np.array([at_ms], np.int64))
        facts: list[Any] = [column.item() for column in course]
        return Fix(*facts)

    def course(self, at_ms: Ints) -> Course:
        """Return where it is at many moments."""
        day, of_day_ms = np.divmod(at_ms + ZONE_MS, DAY_MS)
        begins_s, rounds, is_tired = self._shift(day)
        pace, leg_s, stop_s = self._rhythm(is_tired)
        on_duty_s = np.clip(of_day_ms / 1000 - begins_s, 0.0, rounds * 2 * (leg_s + stop_s))
        trips, part_s = np.divmod(on_duty_s, leg_s + stop_s)
        along = np.minimum(part_s / leg_s, 1.0)
        is_back = trips % 2 == 1
        is_running = (on_duty_s > 0) & (trips < rounds * 2) & (along < 1)
        longitude, latitude, heading = self._place(self.length_m * np.where(is_back, 1 - along, along), is_back)
        luck = jitter(self.seed, at_ms)
        is_speeding = is_running & SPEEDING.holds(self.seed, at_ms)
        speed = np.where(is_speeding, 88 + 3 * luck, pace * 3.6 * (1 + 0.12 * luck)) * is_running
        is_worn_out = is_tired & is_running & (on_duty_s > TIRED_AFTER_S)
        mileage_km = ((day - FIRST_DAY) * MOST_TRIPS + trips + along) * self.length_m / 1000
        return Course(
            longitude,
            latitude,
            np.round(speed, 1) + 0.0,
            heading,
            is_running,
            is_speeding,
            is_worn_out,
            np.round(mileage_km, 1),
        )

    def _rhythm(self, is_tired: Flags) -> tuple[float, float, Floats]:
        """Return the pace in m/s, and how many seconds one way and the stop behind it take."""
        pace = between(self.seed, "pace", 38, 62) / 3.6
        stop_s = np.where(is_tired, 0.0, between(self.seed, "stop", 12, 40) * 60)
        return pace, self.length_m / pace, stop_s

    def _shift(self, day: Ints) -> tuple[Floats, Floats, Flags]:
        """Return when the day's work begins (seconds of the day), how many rounds it has, and if nobody rests."""
        begins_s = (5.5 + 3 * chance(self.seed, "begins", day)) * 3600
        works_s = (7 + 5 * chance(self.seed, "works", day)) * 3600
        is_tired = chance(self.seed, "tired", day) < TIRED
        _pace, leg_s, stop_s = self._rhythm(is_tired)
        return begins_s, np.clip(np.floor(works_s / 2 / (leg_s + stop_s)), 1, MOST_TRIPS // 2), is_tired

    def _place(self, metres: Floats, is_back: Flags) -> tuple[Floats, Floats, Ints]:
        corners = np.array(self.route)
        x, y = (np.interp(metres, self.ends, corners[:, axis]) for axis in (0, 1))
        number = np.clip(np.searchsorted(self.ends, metres, "right") - 1, 0, len(self.route) - 2)
        way = corners[number + 1] - corners[number]
        heading = np.degrees(np.arctan2(way[:, 0] * EAST, way[:, 1] * METRES)) + 180 * is_back
        return np.round(x, 6), np.round(y, 6), heading.astype(np.int64) % 360


def track_of(seed: int, roads: Sequence[Road]) -> Track:
    """Return the track of the vehicle with this seed: a walk over roads that meet, none taken twice."""
    random = Random(seed)  # noqa: S311 - chance for show
    ways = [tuple(way) for road in roads for way in (road, road[::-1])]
    way = random.choice(ways)
    route, used = list(way), {way, way[::-1]}
    for _leg in range(LEGS - 1):
        onward = [each for each in ways if each[0] == route[-1] and each not in used]
        if not onward:
            break
        way = random.choice(onward)
        used |= {way, way[::-1]}
        route += way[1:]
    return Track(seed, tuple(route))
