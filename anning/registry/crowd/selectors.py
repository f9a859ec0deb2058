"""Questions about who and what is where. Every answer is cut by the actor's scope; reads only."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from anning.accounts.models import Area
from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.kernel.geo import Position, is_position
from anning.registry.crowd.answers import AreaCount, Found, Inside, KindCount
from anning.registry.crowd.cache import current
from anning.registry.crowd.points import Integers, Points
from anning.registry.crowd.sources import HOUSEHOLDS, PLACES, Source
from anning.science import surroundings

MOST_NAMED = 500


def inside(actor: Actor, shape: BaseGeometry) -> Inside:
    """Return who and what lies inside a polygon or several (WGS-84).

    Kinds of places that the actor may not view are left out. Raises Refused for a shape that has no inside.
    """
    _check(shape, "Polygon", "MultiPolygon")
    homes = current(HOUSEHOLDS)
    found = homes.cut(homes.grid.inside(shape), actor.scope)
    people, key_people = (int(number[found].sum()) for number in homes.numbers)
    kinds, sensitive = [], []
    for source in _viewable(actor):
        points = current(source)
        there = points.cut(points.grid.inside(shape), actor.scope)
        kinds += _counted(source, points, there)
        sensitive += _sensitive(source, points, there, actor)
    return Inside(
        area_km2=surroundings.area_km2(shape),
        households=len(found),
        people=people,
        key_people=key_people,
        unplaced=len(homes.cut(np.arange(len(homes.grid), len(homes.keys)), actor.scope)),
        kinds=tuple(kinds),
        sensitive=tuple(sensitive[:MOST_NAMED]),
        more_sensitive=max(0, len(sensitive) - MOST_NAMED),
    )


def households_inside(actor: Actor, shape: BaseGeometry) -> list[int]:
    """Return the keys of the households inside. Raises Refused for a shape that has no inside."""
    _check(shape, "Polygon", "MultiPolygon")
    homes = current(HOUSEHOLDS)
    return [int(key) for key in homes.keys[homes.cut(homes.grid.inside(shape), actor.scope)]]


def people_by_area(actor: Actor, shape: BaseGeometry) -> list[AreaCount]:
    """Return households, people and key persons inside by village, in order of area code. Raises Refused."""
    _check(shape, "Polygon", "MultiPolygon")
    homes = current(HOUSEHOLDS)
    found = homes.cut(homes.grid.inside(shape), actor.scope)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for owner in np.unique(homes.owner[found]).tolist():
        own = found[homes.owner[found] == owner]
        counts = [len(own), *(int(number[own].sum()) for number in homes.numbers)]
        code = homes.owners[owner][0]
        sums[code] = [before + more for before, more in zip(sums[code], counts, strict=True)]
    names = dict(Area.objects.filter(code__in=sums).values_list("code", "name"))
    return [AreaCount(code, names.get(code, ""), *sums[code]) for code in sorted(sums)]


def nearest(actor: Actor, position: Position, kinds: Iterable[str] = (), limit: int = 10) -> list[Found]:
    """Return the places of these kinds nearest to a position (WGS-84), nearest first, by the geodesic.

    A kind is a register (``sites``) or a part of one (``sites.shelter``); without any, all that the actor may view.
    Raises Refused for an unknown kind or a position that is none.
    """
    if not is_position(*position):
        raise Refused(_("经纬度超出范围"), _("经度在前（约117），纬度在后（约39）"))
    wanted = set(kinds)
    if unknown := wanted - {name for source in PLACES for name in (source.name, *source.kinds())}:
        raise Refused(_("没有这类地点：%s") % "、".join(sorted(unknown)), _("请在列表中选择"))
    answers: list[Found] = []
    for source in _viewable(actor):
        points = current(source)
        asked = {kind for kind in points.kinds if not wanted or wanted & {source.name, kind}}
        if asked:
            near, metres = points.grid.nearest(*position, limit, points.counting(asked, actor.scope))
            far = dict(zip(points.keys[near].tolist(), metres.tolist(), strict=True))
            answers += _named(source, actor, far, {"pk__in": list(far)})
    return sorted(answers, key=lambda answer: (answer.metres or 0, answer.register, answer.pk))[:limit]


def around(shape: BaseGeometry, metres: float) -> BaseGeometry:
    """Return what lies within ``metres`` of a shape (WGS-84), right to 0.5 % in a district. Raises Refused."""
    try:
        return surroundings.around(shape, metres)
    except ValueError:
        raise Refused(_("图形或距离有误，算不出周边范围"), _("请重新画图形，距离不能为负")) from None


def along(line: BaseGeometry, metres: float) -> BaseGeometry:
    """Return the strip of ``metres`` on both sides of a line, such as a river. Raises Refused for anything else."""
    _check(line, "LineString", "MultiLineString")
    return around(line, metres)


def kind_labels(actor: Actor) -> dict[str, str]:
    """Return the kinds of places that the actor may ask for, with their names on screen."""
    return {kind: label for source in _viewable(actor) for kind, label in source.kinds().items()}


def _check(shape: BaseGeometry, *types: str) -> None:
    if shape.geom_type not in types:
        raise Refused(_("这种图形不能这样查询"), _("范围请画面，沿线请画线"))
    if shape.is_empty:
        raise Refused(_("图形是空的"), _("请重新画图形"))


def _viewable(actor: Actor) -> list[Source]:
    return [source for source in PLACES if actor.may(source.permission)]


def _counted(source: Source, points: Points, there: Integers) -> list[KindCount]:
    labels = source.kinds()
    counts = np.bincount(points.kind[there], minlength=len(points.kinds)).tolist()
    found = zip(points.kinds, counts, strict=True)
    return [KindCount(kind, labels.get(kind, kind), count) for kind, count in found if count]


def _sensitive(source: Source, points: Points, there: Integers, actor: Actor) -> list[Found]:
    """Return the places where many or helpless people are, and the enterprises that endanger others."""
    keys = dict.fromkeys(points.keys[there].tolist())
    match source.name:
        case "sites":
            return _named(source, actor, keys, {"pk__in": list(keys)})
        case "enterprises":
            return _named(source, actor, keys, {"is_major_hazard": True})
    return []


def _named(source: Source, actor: Actor, metres: dict[int, float | None], which: dict[str, Any]) -> list[Found]:
    """Return the rows with these keys as the database has them now, in the register's own order."""
    if not metres:
        return []
    labels = source.kinds()
    people = "people" if "people" in source.numbers else "pk"
    columns = ("pk", source.split or "pk", "name", "address", "phone", "longitude", "latitude", people)
    rows = scoped(source.model.objects.filter(longitude__isnull=False, **which), actor).values_list(*columns)
    return [
        Found(
            kind=(kind := source.kind_named(value)),
            label=labels.get(kind, kind),
            register=source.name,
            pk=key,
            name=name,
            address=address,
            phone=phone,
            longitude=longitude,
            latitude=latitude,
            people=number if people != "pk" else None,
            metres=metres[key],
        )
        for key, value, name, address, phone, longitude, latitude, number in rows
        if key in metres
    ]
