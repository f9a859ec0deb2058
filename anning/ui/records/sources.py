"""What each register offers to the search box and to the one map."""

from typing import Any

from anning.kernel.actor import Actor
from anning.ui.records import fields
from anning.ui.records.register import Register
from anning.ui.registries import Found, MapLayer, SearchSource, map_layers, search_sources

MOST_PLACES = 5000


def offer(register: Register) -> None:
    """Add the register's search source and map layer."""
    permission = register.permission("view")
    if register.searchable and register.search:
        source = SearchSource(register.name, register.plural, _finder(register), permission, register.position)
        search_sources.add(register.name, source)
    if register.on_map:
        layer = MapLayer(register.name, register.plural, _placer(register), permission, position=register.position)
        map_layers.add(register.name, layer)


def places(register: Register, actor: Actor, found: Any = None) -> list[dict[str, Any]]:
    """Return the rows with coordinates as GeoJSON points (WGS-84)."""
    from anning.ui.records import selectors, tables

    rows = selectors.rows(register, actor) if found is None else found
    placed = rows.exclude(longitude=None).exclude(latitude=None).select_related(*register.related(register.columns))
    return [
        {
            "type": "Feature",
            "id": row.uid,
            "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]},
            "properties": {
                "title": str(row),
                "url": tables.url_of(register, row),
                "facts": {register.label(p): fields.text_of(register, row, p) for p in register.columns[:5]},
            },
        }
        for row in placed[:MOST_PLACES]
    ]


def _finder(register: Register) -> Any:
    def find(actor: Actor, text: str, limit: int) -> list[Found]:
        from anning.ui.records import selectors, tables

        seen = selectors.rows(register, actor).filter(selectors.matching(register, text)).order_by()
        detail = next((path for path in register.columns[1:] if path not in register.masked), "")
        rows = seen.select_related(*register.related((detail,) if detail else ()))[:limit]
        return [
            Found(str(row), tables.url_of(register, row), register.plural, fields.text_of(register, row, detail))
            for row in rows
        ]

    return find


def _placer(register: Register) -> Any:
    def features(actor: Actor) -> list[dict[str, Any]]:
        return places(register, actor)

    return features
