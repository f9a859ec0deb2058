"""People and places for the tests of the crowd: households scattered over two towns, schools, firms, sluices."""

from typing import Any

import numpy as np
import shapely

from anning.registry.models import Enterprise, Facility, Household, Site

WEST, SOUTH, WIDE = 117.3, 39.1, 0.6


def settle(district: Any, homes: int = 400, seed: int = 0) -> None:
    """Fill both towns: every third household in town B, every tenth without a position."""
    chance = np.random.default_rng(seed)
    villages = [*district.town_a.villages, district.town_b.villages[0]]
    spots = np.array([WEST, SOUTH]) + WIDE * chance.uniform(0, 1, (homes, 2))
    Household.objects.bulk_create(
        Household(
            code=f"{villages[number % 3].code}{number:05}",
            area=villages[number % 3],
            address=f"幸福路{number}号",
            people=number % 6,
            key_people=number % 4 // 3,
            **({} if number % 10 == 9 else {"longitude": longitude, "latitude": latitude}),
        )
        for number, (longitude, latitude) in enumerate(spots.tolist())
    )
    towns = (district.town_a, district.town_b)
    for number, (longitude, latitude) in enumerate((spots[:60] + 1e-4).tolist()):
        town = towns[number % 2]
        facts = {"area": town.area, "longitude": longitude, "latitude": latitude}
        kind = ("school", "care", "market")[number % 3]
        Site.objects.create(name=f"场所{number}", kind=kind, people=number, **facts)
        owned = {"organisation": town.enterprise} if number < 2 else {}
        Enterprise.objects.create(
            name=f"企业{number}", industry="hazmat", is_major_hazard=number % 7 == 0, **facts, **owned
        )
        Facility.objects.create(name=f"闸{number}", kind="sluice", **facts)


def random_shape(seed: int) -> Any:
    """Return a star with a hole, somewhere in the two towns."""
    chance = np.random.default_rng(seed)
    angles = np.sort(chance.uniform(0, 2 * np.pi, 40))
    reach = chance.uniform(0.1, 0.5) * chance.uniform(0.3, 1, 40)
    spots = chance.uniform(0.2, 0.8, 2) + np.c_[reach * np.cos(angles), reach * np.sin(angles)]
    hole = shapely.Point(np.array([WEST, SOUTH]) + WIDE * chance.uniform(0.3, 0.7, 2)).buffer(0.03)
    star = shapely.make_valid(shapely.Polygon(np.array([WEST, SOUTH]) + WIDE * spots))
    pieces = [part for part in shapely.get_parts(star.difference(hole)) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(pieces)
