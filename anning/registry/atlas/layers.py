"""The layers of the map: what each holds for the actor who looks, counted, and as GeoJSON cut to what a map needs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Avg, Count, F, IntegerField, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound
from anning.kernel.geo import Box
from anning.registry.atlas.symbols import Symbol, symbol_of
from anning.ui.records import selectors
from anning.ui.records.register import Register, every
from anning.ui.registries import MapLayer, allowed, map_layers

MOST = 5000  # features of one answer; a larger layer is answered in cells of a grid
CELL_PX = 72  # edge of such a cell on the screen
DECIMALS = 5  # of a degree: a metre
SPLIT_BY = ("kind", "industry", "level")  # a register is split into layers by the first of these with choices
TITLES = ("name", "code")  # what a feature is called, where the model has one of them
SHOWN = frozenset({"sites.school", "sites.hospital", "sites.care", "sites.shelter"})


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as the actor may see it; ``value`` is the choice of ``split`` that it holds."""

    name: str
    title: str
    count: int
    symbol: Symbol
    shown: bool
    register: Register | None = None
    split: str = ""
    value: str = ""
    source: MapLayer | None = None

    @property
    def is_large(self) -> bool:
        """Whether the layer is answered in cells until one has come near enough."""
        return self.count > MOST


@dataclass(slots=True)
class Group:
    """Layers of one register or room under one head of the legend."""

    name: str
    title: str
    layers: list[Layer] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many features all its layers hold."""
        return sum(layer.count for layer in self.layers)


def legend(actor: Actor) -> list[Group]:
    """Return the groups of layers that the actor may see and that hold something."""
    registers = {register.name: register for register in every() if register.on_map}
    groups = []
    for source in allowed(map_layers, actor):
        group = Group(source.name, str(source.title))
        register = registers.get(source.name)
        group.layers += _of_register(register, actor) if register else _of_room(source, actor)
        if group.layers:
            groups.append(group)
    return groups


def of_registers(names: Collection[str], actor: Actor) -> list[Layer]:
    """Return the layers of these registers, as far as the actor may see them."""
    return [
        layer for register in _registers(actor) if register.name in names for layer in _of_register(register, actor)
    ]


def layer_of(actor: Actor, name: str) -> Layer:
    """Return one layer. Raises NotFound for a name that is none, or none for this actor."""
    asked = name.partition(".")[0]
    source = map_layers.get(asked)
    if source is not None and (not source.permission or actor.may(source.permission)):
        register = next((each for each in every() if each.name == asked and each.on_map), None)
        found = _of_register(register, actor) if register else _of_room(source, actor)
        for layer in found:
            if layer.name == name:
                return layer
    raise NotFound(_("没有这个图层，或里面没有您管辖范围内的内容"), _("请在图例中选择"))


def placed(layer: Layer, actor: Actor) -> QuerySet[Any]:
    """Return the rows of a register's layer that have a position, cut by scope."""
    assert layer.register is not None
    found = _placed(layer.register, actor)
    return found.filter(**{layer.split: layer.value}) if layer.split else found


def features(layer: Layer, actor: Actor, box: Box | None = None, zoom: int = 10) -> dict[str, Any]:
    """Return the layer as GeoJSON, WGS-84; ``clustered`` says that cells with counts stand for rows.

    A large layer is answered inside ``box`` only: its rows when there are few, else cells of the screen at ``zoom``.
    """
    if layer.register is None:
        return _collection(list(_tidied(layer, actor)))
    found = placed(layer, actor)
    if not layer.is_large:
        return _collection(list(_rows(layer, found)))
    if box:
        west, south, east, north = box
        found = found.filter(longitude__range=(west, east), latitude__range=(south, north))
        if found.count() <= MOST:
            return _collection(list(_rows(layer, found)), partial=True)
    return _collection(_cells(layer, found, zoom), partial=True, clustered=True)


def listed(layers: list[Layer], actor: Actor, most: int) -> list[dict[str, Any]]:
    """Return up to ``most`` features of the layers for the list beside the map."""
    rows: list[dict[str, Any]] = []
    for layer in layers:
        left = most - len(rows)
        if not left:
            break
        found = _tidied(layer, actor) if layer.register is None else _rows(layer, placed(layer, actor)[:left])
        rows += [_line(feature, layer.name) for feature in islice(found, left)]
    return rows


def find(actor: Actor, text: str, most: int) -> list[dict[str, Any]]:
    """Return up to ``most`` places that ``text`` names, by each register's own search, taking turns among registers."""
    found = [_found(register, actor, text, most) for register in _registers(actor)] if text else []
    turns = [rows[turn] for turn in range(most) for rows in found if turn < len(rows)]
    return turns[:most]


def _found(register: Register, actor: Actor, text: str, most: int) -> list[dict[str, Any]]:
    split = _split_of(register)
    rows = _placed(register, actor).filter(selectors.matching(register, text))[:most]
    values = dict(rows.values_list("pk", split)) if split else {}
    titles = {str(value): str(label) for value, label in register.field(split).flatchoices} if split else {}
    lines = []
    for feature in _rows(_made(register.name, str(register.plural), 0, register=register), rows):
        value = str(values.get(feature["id"], ""))
        name = f"{register.name}.{value}" if split else register.name
        lines.append(_line(feature, name) | ({"kind": titles.get(value, "")} if split else {}))
    return lines


def _registers(actor: Actor) -> list[Register]:
    named = {source.name for source in allowed(map_layers, actor)}
    return [register for register in every() if register.on_map and register.name in named]


def _line(feature: dict[str, Any], layer: str) -> dict[str, Any]:
    said = feature["properties"]
    longitude, latitude = said["at"]
    return {
        "id": feature["id"],
        "layer": layer,
        "title": said["title"],
        "url": said["url"],
        "kind": said["kind"],
        "lon": longitude,
        "lat": latitude,
    }


def _of_register(register: Register, actor: Actor) -> list[Layer]:
    found = _placed(register, actor).order_by()
    split = _split_of(register)
    if not split:
        return _some(_made(register.name, str(register.plural), found.count(), register=register))
    titles = {str(value): str(label) for value, label in register.field(split).flatchoices}
    counts = dict(found.values_list(split).annotate(number=Count("pk")))
    return [
        layer
        for value, title in titles.items()
        for layer in _some(
            _made(f"{register.name}.{value}", title, counts.get(value, 0), register=register, split=split, value=value)
        )
    ]


def _of_room(source: MapLayer, actor: Actor) -> list[Layer]:
    made = _made(source.name, str(source.title), len(source.features(actor)), source=source, shown=source.shown)
    return _some(made)


def _made(name: str, title: str, count: int, *, shown: bool = False, **facts: Any) -> Layer:
    return Layer(name, title, count, symbol_of(name, title), shown or name in SHOWN, **facts)


def _some(layer: Layer) -> list[Layer]:
    return [layer] if layer.count else []


def _placed(register: Register, actor: Actor) -> QuerySet[Any]:
    return selectors.rows(register, actor).filter(longitude__isnull=False, latitude__isnull=False)


def _split_of(register: Register) -> str:
    columns = {column.name: column for column in register.options.concrete_fields}
    return next((name for name in SPLIT_BY if name in columns and columns[name].choices), "")


def _rows(layer: Layer, found: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    assert layer.register is not None
    columns = {column.name for column in layer.register.options.concrete_fields}
    title = next((name for name in TITLES if name in columns), "uid")
    shape = "shape" if "shape" in columns else "pk"
    page = reverse("records:detail", args=(layer.register.name, 0)).removesuffix("0/")
    for key, name, longitude, latitude, drawn in found.values_list("pk", title, "longitude", "latitude", shape):
        yield _feature(layer, key, (longitude, latitude), drawn, title=str(name), url=f"{page}{key}/")


def _tidied(layer: Layer, actor: Actor) -> Iterator[dict[str, Any]]:
    """Yield what a room offers, cut to what may stand on the map."""
    assert layer.source is not None
    for place, offered in enumerate(layer.source.features(actor)[:MOST]):
        geometry, said = offered["geometry"], offered.get("properties", {})
        at = geometry["coordinates"] if geometry["type"] == "Point" else said.get("at", (0, 0))
        drawn = geometry if geometry["type"] != "Point" else None
        yield _feature(layer, offered.get("id", place), at, drawn, title=said.get("title", ""), url=said.get("url", ""))


def _feature(layer: Layer, key: Any, at: Any, drawn: Any, *, title: str, url: str) -> dict[str, Any]:
    point = [round(at[0], DECIMALS), round(at[1], DECIMALS)]
    geometry = rounded(drawn) if isinstance(drawn, dict) else {"type": "Point", "coordinates": point}
    said = {"title": title, "url": url, "kind": layer.title, "at": point}
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": said}


def _cells(layer: Layer, found: QuerySet[Any], zoom: int) -> list[dict[str, Any]]:
    """Return how many rows lie in each cell of a grid, at the middle of those rows."""
    wide = 360 * CELL_PX / (256 * 2**zoom)
    tall = wide * 0.77  # of a degree of longitude at latitude 39.4; elsewhere the cells are a little less square
    counted = (
        found.order_by()
        .annotate(column=Cast(F("longitude") / wide, IntegerField()), line=Cast(F("latitude") / tall, IntegerField()))
        .values("column", "line")
        .annotate(number=Count("pk"), east=Avg("longitude"), north=Avg("latitude"))
        .order_by("column", "line")
    )
    made = []
    for cell in counted:
        words = _("%(count)s处，放大后逐条显示") % {"count": cell["number"]}
        feature = _feature(layer, 0, (cell["east"], cell["north"]), None, title=words, url="")
        feature["properties"]["count"] = cell["number"]
        made.append(feature)
    return made


def _collection(found: list[dict[str, Any]], *, partial: bool = False, clustered: bool = False) -> dict[str, Any]:
    return {"type": "FeatureCollection", "partial": partial, "clustered": clustered, "features": found}


def rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return a GeoJSON geometry with coordinates to a metre."""
    return {"type": geometry.get("type"), "coordinates": _rounded(geometry.get("coordinates", []))}


def _rounded(part: Any) -> Any:
    return round(part, DECIMALS) if isinstance(part, int | float) else [_rounded(each) for each in part]
