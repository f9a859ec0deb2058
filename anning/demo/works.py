"""Facilities: dikes in sections, sluices, pumps, bridges, waterlogging points each with its plan, pipes, hydrants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from shapely import LineString
from shapely.ops import substring

from anning.demo.firms import stem_of
from anning.demo.ground import METRES_NORTH, Ground, Spot, line_of
from anning.demo.ledger import Ledger
from anning.demo.sheets import add_missing, read_sheet
from anning.kernel import clock
from anning.kernel.geo import Position
from anning.registry.models import Facility, HowLocated

SEED = 2021
RIVERS = ("蓟运河", "潮白新河", "永定新河", "还乡新河")
SECTION_M, BANK = 3000, 0.0012  # metres of one dike section; degrees from the middle of the river to its bank
PLAN = (
    "何时：短时强降雨预警或积水漫过路缘。谁：{unit}到场。封路：{street}两端设引导牌，水深危及行车时断交，"
    "值班室通知公安交管和公交。排水：移动泵抽排至{drain}。"
)
FIRE_STATIONS = (("120117001", "芦台"), ("120117107", "潘庄"), ("120117104", "丰台"), ("120117451", "现代产业区"))
FAULTY_EVERY, STOPPED_EVERY, UNCHECKED_EVERY = 31, 97, 43


@dataclass(frozen=True, slots=True)
class Sketch:
    """Draws facilities on the ground with one sequence of chance."""

    ground: Ground
    random: Random

    def at(self, position: Position, kind: str, name: str, **facts: Any) -> Facility | None:
        """Return a facility at ``position``, of the village next to it; None outside the district's own towns."""
        spot = self.ground.spot_at(position)
        return None if spot is None else _facility(kind, name, spot, position, **facts)

    def near(self, spot: Spot, kind: str, name: str, spread_m: float = 600, **facts: Any) -> Facility:
        """Return a facility near a village."""
        return _facility(kind, name, spot, spot.near(self.random, spread_m), **facts)


def add_works(ground: Ground, ledger: Ledger) -> list[Facility]:
    """Write the facilities; return all of them."""
    sketch = Sketch(ground, Random(SEED))  # noqa: S311 - facts for show
    works = [work for make in (_dikes, _river_works, _pumps, _streets, _pipes, _hydrants) for work in make(sketch)]
    for number, work in enumerate(works, 1):
        _care(work, number)
        where = (work.area.code if work.area else "", work.longitude, work.latitude)
        ledger.add("facility", work.kind, work.name, *where, work.capacity)
    return list(add_missing(works, lambda work: work.code or (work.name, work.kind, work.area_id)).values())


def _dikes(sketch: Sketch) -> Iterator[Facility]:
    """Yield the sections of both banks of each river, named by their stakes."""
    for river in RIVERS:
        for start, end in _sections(river):
            part = substring(LineString(line_of(river)), start / METRES_NORTH, end / METRES_NORTH)
            for bank, shift in (("左堤", BANK), ("右堤", -BANK)):
                line = LineString([(x + shift, y) for x, y in part.coords])
                middle = line.interpolate(0.5, normalized=True)
                place = (round(middle.x, 5), round(middle.y, 5))
                stakes = {"from_stake": _stake(start), "to_stake": _stake(end)}
                name = f"{river}{bank}{stakes['from_stake']}—{stakes['to_stake']}段"
                if dike := sketch.at(place, "dike", name, river=river, shape=_geojson(line), **stakes):
                    yield dike


def _sections(river: str) -> list[tuple[int, int]]:
    length = int(LineString(line_of(river)).length * METRES_NORTH)
    return [(start, min(start + SECTION_M, length)) for start in range(0, length - SECTION_M // 2, SECTION_M)]


def _stake(metres: int) -> str:
    return f"{metres // 1000}+{metres % 1000:03d}"


def _geojson(line: LineString) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[round(x, 5), round(y, 5)] for x, y in line.coords]}


def _river_works(sketch: Sketch) -> Iterator[Facility]:
    """Yield the two works that everybody knows, then bridges and sluices along the rivers."""
    known = (
        sketch.at((117.4925, 39.432), "sluice", "里自沽闸", river="潮白新河", capacity="节制闸"),
        sketch.at((117.575, 39.255), "sluice", "乐善橡胶坝", river="潮白新河", capacity="橡胶坝"),
    )
    yield from filter(None, known)
    for river in RIVERS:
        line = LineString(line_of(river))
        steps = int(line.length * METRES_NORTH / 1700)
        for step in range(1, steps):
            point = line.interpolate(step / steps, normalized=True)
            place = (round(point.x, 5), round(point.y, 5))
            spot = sketch.ground.spot_at(place)
            kind, word = ("bridge", "桥") if step % 3 else ("sluice", "闸")
            if spot and (work := sketch.at(place, kind, f"{river}{stem_of(spot)}{word}", river=river)):
                work.capacity = "" if kind == "bridge" else f"{sketch.random.randrange(10, 60, 5)}立方米/秒"
                yield work


def _pumps(sketch: Sketch) -> Iterator[Facility]:
    for town in sketch.ground.places.towns:
        spots = sketch.ground.by_town[town.code]
        for spot in sketch.random.sample(spots, min(3, len(spots))):
            power = sketch.random.choice((4, 6, 8, 10, 16, 20, 30))
            yield sketch.near(spot, "pump", f"{stem_of(spot)}扬水站", capacity=f"{power}立方米/秒")


def _streets(sketch: Sketch) -> Iterator[Facility]:
    """Yield underpasses and waterlogging points of the seat and of two towns, one plan per site; fire stations."""
    towns = sketch.ground.by_town
    low = [spot for code, many in (("120117001", 16), ("120117002", 6)) for spot in towns[code][:many]]
    low += [towns[code][0] for code in ("120117107", "120117104")]
    for number, spot in enumerate(low):
        street = f"{stem_of(spot)}路段"
        plan = PLAN.format(unit="排水抢险队和街镇值守人员", street=street, drain="就近泵站或河道")
        yield sketch.near(
            spot,
            "waterlogging",
            f"{stem_of(spot)}易涝点",
            250,
            plan=plan,
            capacity=f"历史积水{20 + number % 5 * 10}厘米",
        )
    for spot in (*towns["120117001"][16:20], *towns["120117002"][6:8]):
        plan = PLAN.format(unit="公路养护和排水抢险人员", street=f"{stem_of(spot)}下穿立交", drain="立交泵房")
        yield sketch.near(spot, "underpass", f"{stem_of(spot)}下穿立交", 250, plan=plan)
    for code, name in (
        ("120117001", "芦台"),
        ("120117107", "潘庄"),
        ("120117104", "丰台"),
        ("120117451", "现代产业区"),
    ):
        yield sketch.near(towns[code][-1], "fire_station", f"{name}消防站", 300)


def _pipes(sketch: Sketch) -> Iterator[Facility]:
    """Yield gas stations of the towns and the sections of two long pipelines."""
    for town in sketch.ground.places.towns:
        spot = sketch.ground.by_town[town.code][-1]
        stem = town.name.removesuffix("街道").removesuffix("镇")
        yield sketch.near(spot, "gas", f"{stem}燃气调压站", capacity="中低压调压")
    for name, road in (("输气管道（示意）", "东西高速（示意）"), ("成品油管道（示意）", "南北高速（示意）")):
        line = LineString(line_of(road))
        for number in range(6):
            part = substring(line, number / 6, (number + 1) / 6, normalized=True)
            middle = part.interpolate(0.5, normalized=True)
            place = (round(middle.x + 0.002, 5), round(middle.y, 5))
            shape = _geojson(LineString([(x + 0.002, y) for x, y in part.coords]))
            if pipe := sketch.at(place, "pipeline", f"{name}第{number + 1}段", shape=shape, capacity="DN500"):
                yield pipe


def _hydrants(sketch: Sketch) -> Iterator[Facility]:
    shares = {row["code"]: int(row["people"]) for row in read_sheet("towns")}
    number = 0
    for code, share in shares.items():
        for _hydrant in range(max(4, share)):
            number += 1
            spot = sketch.random.choice(sketch.ground.by_town[code])
            name, code_ = f"{stem_of(spot)}消火栓{number:03d}", f"XHS-{number:04d}"
            yield sketch.near(spot, "hydrant", name, 300, code=code_, capacity="DN100")


def _facility(kind: str, name: str, spot: Spot, position: Position, **facts: Any) -> Facility:
    longitude, latitude = position
    return Facility(
        kind=kind,
        name=name,
        area=spot.area,
        longitude=longitude,
        latitude=latitude,
        how_located=HowLocated.SKETCHED,
        **facts,
    )


def _care(work: Facility, number: int) -> None:
    """Say in what state a facility is and when somebody last looked; a few are faulty, a few nobody has seen."""
    if number % FAULTY_EVERY == 0:
        work.state, work.note = Facility.State.FAULTY, "已列入维修计划"
    if number % STOPPED_EVERY == 0:
        work.state = Facility.State.STOPPED
    if number % UNCHECKED_EVERY:
        work.checked_on = clock.today() - timedelta(days=5 + number * 7 % 340)
    if work.kind != "hydrant":
        work.phone = f"022-6904 {number:04d}"
