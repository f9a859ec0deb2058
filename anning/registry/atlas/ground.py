"""What the map stands on: outline, towns, enclaves, rivers, lakes, roads, as far as the district has brought them."""

from typing import Any

from anning.kernel.actor import Actor
from anning.kernel.geo import Box
from anning.registry.atlas.layers import rounded
from anning.registry.models import BaseFeature

ORDER = ("outline", "town", "village", "lake", "river", "railway", "road", "enclave")  # from below upwards
CHINA: Box = (73.0, 18.0, 135.0, 54.0)  # where the map opens while it knows no place at all
EDGE = 0.02  # degrees around the outline


def ground() -> dict[str, Any]:
    """Return the base features as GeoJSON, those below first; shared by all who may see the map."""
    found = [_feature(row) for row in BaseFeature.objects.order_by("kind", "name", "pk") if _drawn(row)]
    found.sort(key=lambda each: ORDER.index(each["properties"]["kind"]))
    return {"type": "FeatureCollection", "features": found}


def extent(actor: Actor) -> Box:
    """Return the box that the map opens on: the outline, else all base features, else the actor's places."""
    outline = [row.shape for row in BaseFeature.objects.filter(kind=BaseFeature.Kind.OUTLINE) if _drawn(row)]
    shapes = outline or [row.shape for row in BaseFeature.objects.all() if _drawn(row)]
    positions = [position for shape in shapes for position in _positions(shape["coordinates"])]
    if not positions:
        positions = _places(actor)
    if not positions:
        return CHINA
    east, north = [position[0] for position in positions], [position[1] for position in positions]
    return min(east) - EDGE, min(north) - EDGE, max(east) + EDGE, max(north) + EDGE


def _places(actor: Actor) -> list[tuple[float, float]]:
    from anning.accounts.selectors import visible_areas

    placed = visible_areas(actor).filter(longitude__isnull=False, latitude__isnull=False)
    return [(east, north) for east, north in placed.values_list("longitude", "latitude") if east is not None and north]


def _feature(row: BaseFeature) -> dict[str, Any]:
    said = {
        "title": row.name,
        "kind": row.kind,
        "label": row.get_kind_display(),
        "sketched": row.how_located == "sketched",
        "grade": row.grade,
    }
    if row.kind == BaseFeature.Kind.ENCLAVE:
        said |= {"authority": row.authority, "phone": row.duty_phone}
    if row.longitude is not None and row.latitude is not None:
        said["at"] = [round(row.longitude, 5), round(row.latitude, 5)]
    geometry = rounded(row.shape or {})
    return {"type": "Feature", "id": row.pk, "geometry": geometry, "properties": said}


def _drawn(row: BaseFeature) -> bool:
    return isinstance(row.shape, dict) and bool(row.shape.get("coordinates"))


def _positions(part: Any) -> list[tuple[float, float]]:
    if part and isinstance(part[0], int | float):
        return [(part[0], part[1])]
    return [position for each in part for position in _positions(each)]
