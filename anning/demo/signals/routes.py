"""Vehicles on the roads of the district: where each is at any moment, how fast, and what its driver does wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians
from random import Random
from typing import NamedTuple

import numpy as np

from anning.demo.signals.chance import DAY_MS, ZONE_MS, Habit, between, chance, jitter

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


@dataclass(frozen=True)
class Track:
    """One vehicle: it goes to and fro on its route by day, stops at the ends, and stands at home by night."""

    seed: int
    route: tuple[Position, ...]

    def __post_init__(self) -> None:
        lengths = [hypot((b[0] - a[0]) * EAST, (b[1] - a[1]) * METRES) for a, b in pairwise(self.route)]
        object.__setattr__(self, "_ends", np.concatenate([[0.0], np.cumsum(lengths)]))

    @property
    def length_m(self) -> float:
        """How long the route is."""
        return float(self._ends[-1])  # type: ignore[attr-defined]

    def at(self, at_ms: int) -> Fix:
        """Return where it is."""
        day, of_day_ms = divmod(at_ms + ZONE_MS, DAY_MS)
        begins_s, rounds, is_tired = self._shift(day)
        pace, leg_s, stop_s = self._rhythm(is_tired)
        on_duty_s = min(max(of_day_ms / 1000 - begins_s, 0.0), rounds * 2 * (leg_s + stop_s))
        trips, part_s = divmod(on_duty_s, leg_s + stop_s)
        along = min(part_s / leg_s, 1.0)
        is_back = int(trips) % 2 == 1
        is_running = on_duty_s > 0 and int(trips) < rounds * 2 and along < 1
        place, heading = self._place(self.length_m * (1 - along if is_back else along), is_back=is_back)
        speed, is_speeding = self._speed(at_ms, pace) if is_running else (0.0, False)
        is_tired = is_tired and is_running and on_duty_s > TIRED_AFTER_S
        mileage_km = ((day - FIRST_DAY) * MOST_TRIPS + trips + along) * self.length_m / 1000
        return Fix(*place, speed, heading, is_running, is_speeding, is_tired, round(mileage_km, 1))

    def _rhythm(self, is_tired: bool) -> tuple[float, float, float]:
        """Return the pace in m/s, and how many seconds one way and the stop behind it take."""
        pace = between(self.seed, "pace", 38, 62) / 3.6
        stop_s = 0.0 if is_tired else between(self.seed, "stop", 12, 40) * 60
        return pace, self.length_m / pace, stop_s

    def _shift(self, day: int) -> tuple[float, int, bool]:
        """Return when the day's work begins (seconds of the day), how many rounds it has, and if nobody rests."""
        key = np.array([day], np.int64)
        begins_s = (5.5 + 3 * float(chance(self.seed, "begins", key)[0])) * 3600
        works_s = (7 + 5 * float(chance(self.seed, "works", key)[0])) * 3600
        is_tired = float(chance(self.seed, "tired", key)[0]) < TIRED
        _pace, leg_s, stop_s = self._rhythm(is_tired)
        return begins_s, max(1, min(int(works_s / 2 / (leg_s + stop_s)), MOST_TRIPS // 2)), is_tired

    def _speed(self, at_ms: int, pace: float) -> tuple[float, bool]:
        """Return the speed in km/h on the road, and whether it is too much."""
        moment = np.array([at_ms], np.int64)
        luck = float(jitter(self.seed, moment)[0])
        is_speeding = bool(SPEEDING.holds(self.seed, moment)[0])
        return round(88 + 3 * luck if is_speeding else pace * 3.6 * (1 + 0.12 * luck), 1), is_speeding

    def _place(self, metres: float, *, is_back: bool) -> tuple[Position, int]:
        ends = self._ends  # type: ignore[attr-defined]
        number = min(int(np.searchsorted(ends, metres, "right")) - 1, len(self.route) - 2)
        (x, y), (to_x, to_y) = self.route[number], self.route[number + 1]
        part = (metres - ends[number]) / max(1.0, float(ends[number + 1] - ends[number]))
        heading = degrees(atan2((to_x - x) * EAST, (to_y - y) * METRES)) + (180 if is_back else 0)
        return (round(float(x + (to_x - x) * part), 6), round(float(y + (to_y - y) * part), 6)), int(heading) % 360


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
