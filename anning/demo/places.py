"""Areas with their official codes, and the units that sit in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from anning.accounts.models import Area, Organisation
from anning.demo.sheets import BATCH, add_missing, read_sheet
from anning.kernel.geo import is_position

LENGTHS = {"district": 6, "town": 9, "village": 12}
ABOVE = {"village": 9, "town": 6}  # the length of the code above
PARKS = {"经济开发区": "120117401", "现代产业区": "120117451"}
NOTES = {"beyond": "统计用区划所列，规划基期35个社区之外"}
SEATED_OUTSIDE = {"outside", "public"}  # not part of the district's government


@dataclass(frozen=True, slots=True)
class Places:
    """Areas by code, and units by what the sheets call them."""

    areas: dict[str, Area]
    units: dict[str, Organisation]

    @property
    def towns(self) -> list[Area]:
        """The fifteen towns and streets that have a government; parks of the statistics have none."""
        return [area for area in self.areas.values() if area.level == Area.Level.TOWN and area.kind != "园区"]

    @property
    def villages(self) -> list[Area]:
        """Villages and communities of the towns."""
        codes = {town.code for town in self.towns}
        return [a for a in self.areas.values() if a.level == Area.Level.VILLAGE and a.code[:9] in codes]

    def unit_of(self, area: Area) -> Organisation:
        """Return the town government or the committee of ``area``."""
        return self.units[area.code]


def add_places() -> Places:
    """Write areas and units, from the district down."""
    areas: dict[str, Area] = {}
    for level in LENGTHS:
        areas |= add_missing(_areas(level, areas), lambda area: area.code)
    places = Places(areas, {})
    for layer in (_heads, _departments, _town_governments, _committees_of_villages):
        _add_units(layer(places), places)
    return places


def _areas(level: str, above: dict[str, Area]) -> Iterator[Area]:
    for facts in read_sheet("areas"):
        if facts["level"] != level:
            continue
        code, position = facts["code"], (float(facts["longitude"] or 999), float(facts["latitude"] or 999))
        placed = is_position(*position)
        yield Area(
            code=code,
            name=facts["name"],
            level=level,
            kind=facts["kind"],
            parent=above.get(code[: ABOVE.get(level, 0)]),
            longitude=position[0] if placed else None,
            latitude=position[1] if placed else None,
            note="；".join(filter(None, ("示意位置，待测绘" if placed else "", NOTES.get(facts["note"], "")))),
            sensitivity="public",
        )


def _heads(places: Places) -> Iterator[tuple[str, Organisation]]:
    """The district's government, and whoever stands beside it: outside units, utilities, enterprises, schools."""
    for facts in (*read_sheet("organisations"), *read_sheet("enterprises")):
        name = facts["short_name"]
        is_beside = facts["kind"] in SEATED_OUTSIDE or "area" in facts
        if name == "区政府" or is_beside:
            yield name, _unit(facts, _seat(facts, places))


def _departments(places: Places) -> Iterator[tuple[str, Organisation]]:
    within = {"区值班室": "区应急局", "安防网中心": "区应急局"}
    known = places.units
    for facts in read_sheet("organisations"):
        name = facts["short_name"]
        if name in known or name in within:
            continue
        yield name, _unit(facts, _seat(facts, places), known["区政府"])


def _town_governments(places: Places) -> Iterator[tuple[str, Organisation]]:
    """Towns and streets, and the two units within the bureau."""
    for facts in read_sheet("organisations"):
        if facts["short_name"] in {"区值班室", "安防网中心"}:
            yield facts["short_name"], _unit(facts, places.areas["120117"], places.units["区应急局"])
    for town in places.towns:
        suffix = "办事处" if town.kind == "街道" else "人民政府"
        facts = {"name": f"天津市宁河区{town.name}{suffix}", "short_name": town.name, "kind": "town"}
        yield town.code, _unit(facts, town, places.units["区政府"])


def _committees_of_villages(places: Places) -> Iterator[tuple[str, Organisation]]:
    for village in places.villages:
        suffix = "居民委员会" if village.kind == "社区" else "村民委员会"
        facts = {"name": f"{village.name}{suffix}", "short_name": village.name, "kind": "village"}
        yield village.code, _unit(facts, village, places.units[village.code[:9]])


def _seat(facts: dict[str, str], places: Places) -> Area | None:
    if facts["kind"] == "outside":
        return None
    return places.areas[facts.get("area") or PARKS.get(facts["short_name"], "120117")]


def _unit(facts: dict[str, str], area: Area | None, parent: Organisation | None = None) -> Organisation:
    return Organisation(
        name=facts["name"],
        short_name=facts["short_name"],
        kind=facts["kind"],
        area=area,
        parent=parent,
        is_committee_member=bool(facts.get("member")),
    )


def _add_units(layer: Iterable[tuple[str, Organisation]], places: Places) -> None:
    """Write one layer of units; telephones are invented, in a block that nobody has."""
    named = list(layer)
    kept = add_missing((unit for _name, unit in named), _name_in_area)
    places.units.update((name, kept[_name_in_area(unit)]) for name, unit in named)
    fresh = [unit for unit in places.units.values() if not unit.path]
    for unit in fresh:
        unit.derive()  # the path needs the key
        unit.duty_phone = f"022-6900 {unit.pk:04d}" if unit.kind != "village" else ""
        unit.phone = f"022-6901 {unit.pk:04d}"
    Organisation.all_objects.bulk_update(fresh, ["path", "phone", "duty_phone"], batch_size=BATCH)


def _name_in_area(unit: Organisation) -> tuple[str, int | None]:
    return unit.name, unit.area_id
