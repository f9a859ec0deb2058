"""Sites: 116 schools, 14 markets, 8 public places, hospitals, care homes, shelters; some contacts are stale."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from anning.accounts.models import Area
from anning.demo.firms import LATE, ground_name, stem_of
from anning.demo.ground import Ground, Spot
from anning.demo.ledger import Ledger
from anning.demo.sheets import add_missing, read_sheet
from anning.kernel import clock
from anning.registry.models import HowLocated, Site

SEED = 116
SCHOOLS = 116
SPREAD_M = 500
ORDINALS = "一二三四五六七八"
TOWN_SCHOOLS = (("中学", 900), ("中心小学", 520), ("中心幼儿园", 210))
URBAN_SCHOOLS = (
    ("120117001", "芦台第{}小学", 7, 1100),
    ("120117001", "芦台第{}中学", 4, 1500),
    ("120117002", "桥北第{}小学", 3, 900),
)
KINDERGARTENS = (("120117001", 9), ("120117002", 4))
DIRECTORY = {"芦台第一小学（演示）": "芦台一小", "七里海中学（演示）": "七里海中学"}  # units with people there
STALE_EVERY, SILENT_EVERY = 11, 29


def add_venues(ground: Ground, ledger: Ledger) -> list[Site]:
    """Write the sites; return all of them."""
    random, numbers = Random(SEED), count(1)  # noqa: S311 - facts for show
    sites = [site for make in (_named, _schools, _town_sites) for site in make(ground, random)]
    for site, number in zip(sites, numbers, strict=False):
        _contact(site, number)
        where = (site.area.code if site.area else "", site.longitude, site.latitude)
        ledger.add("site", site.kind, site.name, *where, site.people)
    return list(add_missing(sites, lambda site: (site.name, site.kind, site.area_id)).values())


def _named(ground: Ground, random: Random) -> Iterator[Site]:
    for facts in read_sheet("sites"):
        spot = random.choice(ground.by_town[facts["area"]])
        told = {column: facts[column] for column in ("protection", "post")}
        numbers = {column: int(facts[column]) for column in ("people", "capacity")}
        yield _site(facts["kind"], facts["name"], spot, random, **told, **numbers)


def _schools(ground: Ground, random: Random) -> Iterator[Site]:
    """Yield the two schools of the directory, those of every town, those of the seat, then of the larger villages."""
    names: set[str] = set()
    for name, spot, people in _school_names(ground, random):
        if len(names) == SCHOOLS or name in names:
            continue
        names.add(name)
        site = _site("school", name, spot, random, protection="high", post="校长办公室")
        site.people = people + random.randint(-80, 120)
        site.organisation = ground.places.units.get(DIRECTORY.get(name, ""))
        yield site


def _school_names(ground: Ground, random: Random) -> Iterator[tuple[str, Spot, int]]:
    towns = {town.code: ground.by_town[town.code] for town in ground.places.towns}
    yield "芦台第一小学（演示）", random.choice(towns["120117001"]), 1200
    yield "七里海中学（演示）", random.choice(towns["120117110"]), 950
    for town in ground.places.towns:
        stem = town.name.removesuffix("街道").removesuffix("镇")
        for what, people in TOWN_SCHOOLS:
            if (stem, what) != ("七里海", "中学"):
                yield f"{stem}{what}", random.choice(towns[town.code]), people
    for code, pattern, many, people in URBAN_SCHOOLS:
        for ordinal in ORDINALS[1 : many + 1]:
            yield pattern.format(ordinal), random.choice(towns[code]), people
    for code, many in KINDERGARTENS:
        for spot in random.sample(towns[code], many):
            yield f"{stem_of(spot)}幼儿园", spot, 190
    villages = [spot for spots in towns.values() for spot in spots if spot.area.kind == "村"]
    for spot in random.sample(villages, len(villages)):
        yield f"{stem_of(spot)}小学", spot, 130


def _town_sites(ground: Ground, random: Random) -> Iterator[Site]:
    """Yield the health centre and the shelters of every town, and a few places of worship."""
    for number, town in enumerate(ground.places.towns):
        spots, stem = ground.by_town[town.code], town.name.removesuffix("街道").removesuffix("镇")
        yield _site(
            "hospital", f"{stem}卫生院", random.choice(spots), random, people=60, protection="high", post="值班室"
        )
        for what in ("中学操场避难场所", "文化广场避难场所"):
            holds = random.randrange(600, 3000, 100)
            yield _site("shelter", f"{stem}{what}", random.choice(spots), random, capacity=holds, post="避难场所管理员")
        if number % 4 == 0:
            at = random.choice(spots)
            yield _site("worship", f"{stem}宗教活动点", at, random, people=40, protection="important", post="管理组织")


def _site(kind: str, name: str, spot: Spot, random: Random, **facts: Any) -> Site:
    longitude, latitude = spot.near(random, SPREAD_M)
    return Site(
        name=name,
        kind=kind,
        area=spot.area,
        longitude=longitude,
        latitude=latitude,
        how_located=HowLocated.SKETCHED,
        address=ground_name(spot),
        **facts,
    )


def _contact(site: Site, number: int) -> None:
    """Give a site its telephone and the day it was last called; late towns and every eleventh are stale."""
    is_stale = number % STALE_EVERY == 0 or (isinstance(site.area, Area) and site.area.code[:9] in LATE)
    site.phone = "" if number % SILENT_EVERY == 0 else f"022-6903 {number:04d}"
    site.verified_on = clock.today() - timedelta(days=260 + number if is_stale else number % 150)
