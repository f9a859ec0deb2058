"""A small map: outline, two towns, an enclave, a river; places and households in both towns."""

from dataclasses import dataclass
from typing import Any

from anning.accounts.models import Organisation
from anning.registry.crowd import cache
from anning.registry.models import BaseFeature, Enterprise, Facility, Household, Site
from tests.district import District

WEST, EAST = (117.40, 39.30), (117.80, 39.30)  # where town A and town B lie


@dataclass(frozen=True)
class Chart:
    """What the tests look for on the map."""

    school_a: Site
    school_b: Site
    hazard_a: Enterprise
    dike_a: Facility


def square(east: float, north: float, half: float = 0.1) -> dict[str, Any]:
    """Return a square around a position as GeoJSON."""
    corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    ring = [[round(east + x, 5), round(north + y, 5)] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}


def box_shape(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Return a box as GeoJSON."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def build_chart(district: District) -> Chart:
    """Make the map in the database."""
    whole = {
        "type": "Polygon",
        "coordinates": [[[117.2, 39.1], [118, 39.1], [118, 39.5], [117.2, 39.5], [117.2, 39.1]]],
    }
    cache.forget()  # what an earlier test left in this process
    _feature("outline", "测试区", whole)
    _feature("town", "芦台街道", square(*WEST), longitude=WEST[0], latitude=WEST[1])
    _feature("town", "潘庄镇", square(*EAST), longitude=EAST[0], latitude=EAST[1])
    _feature("enclave", "某某农场", square(117.6, 39.45, 0.02), authority="邻区应急局", duty_phone="022-60000000")
    _feature("river", "测试河", {"type": "LineString", "coordinates": [[117.2, 39.2], [117.6, 39.25], [118, 39.2]]})
    for number in range(12):
        _household(district.town_a.government, f"A{number}", WEST[0] + number * 0.001, WEST[1], 3, number % 3 == 0)
        _household(district.town_b.government, f"B{number}", EAST[0] + number * 0.001, EAST[1], 2, False)
    return Chart(
        _place(Site, district.town_a.government, "芦台第一小学", WEST, kind="school", phone="022-69000001"),
        _place(Site, district.town_b.government, "潘庄第一小学", EAST, kind="school", phone="022-69000002"),
        _place(Enterprise, district.town_a.government, "芦台加油站", (117.41, 39.31), industry="hazmat"),
        _place(
            Facility, district.town_a.government, "测试河左堤", (117.4, 39.225), kind="dike",
            shape={"type": "LineString", "coordinates": [[117.35, 39.22], [117.45, 39.23]]},
        ),
    )  # fmt: skip


def _feature(kind: str, name: str, shape: dict[str, Any], **facts: Any) -> None:
    BaseFeature.objects.create(kind=kind, name=name, shape=shape, how_located="sketched", **facts)


def _place(model: Any, unit: Organisation, name: str, at: tuple[float, float], **facts: Any) -> Any:
    row = model(name=name, longitude=at[0], latitude=at[1], area=unit.area, **facts)
    row.derive()
    row.save()
    return row


def _household(unit: Organisation, code: str, east: float, north: float, people: int, is_key: bool) -> None:
    Household.objects.create(
        code=code, longitude=east, latitude=north, people=people, key_people=int(is_key), area=unit.area
    )
