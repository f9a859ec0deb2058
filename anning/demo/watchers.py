"""Who reports and who answers: 319 report points, five sets for when networks fail, flood duties, evacuation lists."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from random import Random

from anning.demo.firms import LATE, ground_name, stem_of
from anning.demo.ground import Ground, Spot, apart_m, line_of
from anning.demo.ledger import Ledger
from anning.demo.sheets import add_missing, read_sheet
from anning.demo.staff import Staff
from anning.kernel import clock
from anning.registry.models import EvacuationList, Facility, FloodDuty, HowLocated, Radio, ReportPoint, Site

REPORT_POINTS = 319
FLOOD_WORKS = ("dike", "sluice", "pump")
BASINS = ("盛庄洼", "大黄堡洼（相邻）")
EVACUATED = ("蓟运河", "潮白新河")
NEAR_RIVER_M = 1500
LOW_TOWN = "120117110"  # between the lake and the rivers


def add_report_points(ground: Ground, ledger: Ledger) -> None:
    """Write the report points: towns, parks, every village, and communities until there are 319; and the radios."""
    spots = [spot for spot in ground.spots.values() if spot.area.kind == "村"]
    communities = [spot for spot in ground.spots.values() if spot.area.kind == "社区"]
    towns = [ground.by_town[town.code][0] for town in ground.places.towns]
    parks = [ground.spots[row["code"]] for row in read_sheet("parks")]
    spots += communities[: REPORT_POINTS - len(towns) - len(parks) - len(spots)]
    rows = [_town_point(spot) for spot in towns] + [_point(spot, "park", "园区安全员") for spot in parks]
    rows += [_point(spot, "village", "灾害信息员") for spot in spots]
    for number, row in enumerate(rows, 1):
        is_late = row.area is not None and row.area.code[:9] in LATE
        row.phone = f"022-6905 {number:04d}"
        row.verified_on = clock.today() - timedelta(days=380 if is_late else number % 200) if number % 37 else None
        ledger.add("report_point", row.kind, row.name, row.area and row.area.code, row.longitude, row.latitude)
    add_missing(rows, lambda row: (row.name, row.area_id))
    add_missing(_radios(ground), lambda row: row.number)


def _town_point(spot: Spot) -> ReportPoint:
    town = spot.area.parent
    assert town is not None, "a village lies in a town"
    point = _point(spot, "town", "值班室值班员")
    point.name, point.area, point.address = f"{town.name}信息报告点", town, town.name
    return point


def _point(spot: Spot, kind: str, post: str) -> ReportPoint:
    longitude, latitude = spot.position
    return ReportPoint(
        name=f"{stem_of(spot)}信息报告点",
        kind=kind,
        post=post,
        area=spot.area,
        longitude=longitude,
        latitude=latitude,
        how_located=HowLocated.SKETCHED,
        address=ground_name(spot),
    )


def _radios(ground: Ground) -> Iterator[Radio]:
    sets = (
        ("shortwave", "短波电台", "BD-YX-01", "区应急局", "信息化岗", "ready", 35),
        ("satellite", "卫星电话1", "1740-演示-01", "区值班室", "主班值班员", "ready", 20),
        ("satellite", "卫星电话2", "1740-演示-02", "区水务局", "安委会联络员", "ready", 64),
        ("satellite", "卫星电话3", "1740-演示-03", "区消防救援支队", "安委会联络员", "lent", 110),
        ("satellite", "卫星电话4", "1740-演示-04", "区应急局", "防灾减灾岗", "faulty", 240),
    )
    for kind, name, number, unit, keeper, state, days in sets:
        yield Radio(
            kind=kind,
            name=name,
            number=number,
            keeper=keeper,
            state=state,
            tested_on=clock.today() - timedelta(days=days),
            area=ground.places.areas["120117"],
            organisation=ground.places.units[unit],
        )


def add_flood_duties(ground: Ground, staff: Staff, works: list[Facility], ledger: Ledger) -> None:
    """Write the three responsible persons of every dike section, sluice and pump, and of the basins."""
    objects = [work for work in works if work.kind in FLOOD_WORKS and work.area]
    duties = [duty for work in objects for duty in _three(work, ground, staff)]
    duties += [duty for basin in BASINS for duty in _of_basin(basin, ground)]
    for number, duty in enumerate(duties):
        is_late = duty.area is not None and duty.area.code[:9] in LATE
        duty.verified_on = clock.today() - timedelta(days=420 if is_late else number % 170) if number % 41 else None
        ledger.add("flood_duty", str(duty.facility or duty.basin), duty.role, duty.post)
    add_missing(duties, lambda duty: (duty.facility_id, duty.basin, duty.role))


def _of_basin(basin: str, ground: Ground) -> Iterator[FloodDuty]:
    posts = (
        ("administrative", "区政府", "分管副区长"),
        ("technical", "区水务局", "安委会联络员"),
        ("patrol", "区防指", "区防办值班员"),
    )
    for role, name, post in posts:
        unit, area = ground.places.units[name], ground.places.areas["120117"]
        yield FloodDuty(basin=basin, role=role, unit=unit, post=post, phone=unit.duty_phone, area=area)


def _three(work: Facility, ground: Ground, staff: Staff) -> Iterator[FloodDuty]:
    code = work.area.code if work.area else ""
    town, village, water = (ground.places.units[name] for name in (code[:9], code, "区水务局"))
    patrol = staff.people.get((village.pk, "灾害信息员", 1))
    for role, unit, post, person in (
        ("administrative", town, "镇街主要负责人", None),
        ("technical", water, "安委会联络员", staff.people.get((water.pk, "安委会联络员", 1))),
        ("patrol", village, "灾害信息员", patrol),
    ):
        yield FloodDuty(
            facility=work,
            role=role,
            unit=unit,
            post=post,
            person=person,
            phone=unit.duty_phone or unit.phone,
            area=work.area,
        )


def add_evacuation_lists(ground: Ground, sites: list[Site], ledger: Ledger) -> list[EvacuationList]:
    """Write a flood list for every village next to the two great rivers, others for the low town; return them."""
    shelters = [site for site in sites if site.kind == "shelter"]
    random, rows = Random(NEAR_RIVER_M), []  # noqa: S311 - facts for show
    for spot in ground.spots.values():
        if spot.area.kind == "村":
            rows += [_list(spot, danger, shelters, ground, random) for danger in _dangers(spot, random)]
    for row in rows:
        ledger.add("evacuation_list", row.name, row.area and row.area.code, row.trigger)
    return list(add_missing(rows, lambda row: (row.area_id, row.name)).values())


def _dangers(spot: Spot, random: Random) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and trigger of what a village has to be moved for."""
    river = next((name for name in EVACUATED if _distance_to(name, spot) < NEAR_RIVER_M), "")
    if river:
        stage = random.choice(("4.0", "4.3", "4.5", "5.0"))
        yield "flood", f"{river}洪水", f"{river}水位达到{stage}米（大沽）或接区防指转移指令"
    if spot.area.code.startswith(LOW_TOWN):
        yield "waterlogging", "沥涝", "村内积水超过门槛且排涝泵站满负荷仍上涨，或接镇防指通知"


def _list(
    spot: Spot, danger: tuple[str, str, str], shelters: list[Site], ground: Ground, random: Random
) -> EvacuationList:
    own = [site for site in shelters if site.area and site.area.code[:9] == spot.area.code[:9]]
    hazard, name, trigger = danger
    return EvacuationList(
        name=f"{stem_of(spot)}{name}转移名册",
        hazard=hazard,
        trigger=trigger,
        organiser="村党支部书记",
        organiser_phone=ground.places.unit_of(spot.area).phone,
        shelter=random.choice(own) if own else None,
        route="沿村主路向镇区方向，不走堤顶路",
        transport=random.choice(("村内自备车辆和镇调大客车", "镇调大客车2辆", "校车和农用车")),
        area=spot.area,
    )


def _distance_to(river: str, spot: Spot) -> float:
    """Return how far a village is from the nearest point of a river, in metres."""
    line = line_of(river)
    return min(
        apart_m((a[0] + (b[0] - a[0]) * part / 8, a[1] + (b[1] - a[1]) * part / 8), spot.position)
        for a, b in pairwise(line)
        for part in range(9)
    )
