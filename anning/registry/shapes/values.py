"""From a feature's attributes and geometry to the values of a register's row."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from anning.accounts.models import Area
from anning.kernel.actor import Actor
from anning.registry.models import HowLocated
from anning.registry.shapes.features import Feature
from anning.registry.shapes.findings import Checked
from anning.registry.shapes.gazetteer import Gazetteer
from anning.registry.shapes.options import Options
from anning.ui.records.register import Register
from anning.ui.records.resources import CellWidget, heading_of, import_fields

Values = dict[str, Any]
FROM_GEOMETRY = {"longitude", "latitude", "shape", "how_located"}
CODES = ("code", "CODE", "代码", "编码", "区划代码", "XZQDM", "xzqdm")  # as makers of maps call it


class BadValue(ValueError):
    """Attributes that cannot be taken: the name of the feature, and what is wrong, attribute by attribute."""

    def __init__(self, name: str, troubles: list[str]) -> None:
        super().__init__("；".join(troubles))
        self.name, self.troubles = name, troubles


def reader_of(
    register: Register, actor: Actor, known: Gazetteer, options: Options
) -> Callable[[Feature, Checked], Values]:
    """Return what turns a feature into values; raises BadValue."""
    if register.model is Area:
        return lambda feature, checked: _of_area(feature, checked, known, options)
    widgets = {n: CellWidget(register, n, actor) for n in import_fields(register) if n not in FROM_GEOMETRY}

    def read(feature: Feature, checked: Checked) -> Values:
        values, troubles = _from_attributes(register, widgets, feature)
        name = _name(feature, options)
        if not name:
            troubles.append(_("没有名称；请换一个属性作名称，或填写“没有名称时叫作”"))
        if "name" in widgets:
            values["name"] = name
        if options.kind and "kind" in widgets:
            values["kind"] = options.kind
        if "kind" in widgets and not values.get("kind"):
            troubles.append(_("没有类别；请在上一步选择类别"))
        if "area" in widgets and not values.get("area"):
            values["area"] = _area(checked, known, options)
        if troubles:
            raise BadValue(name or _("（无名称）"), troubles)
        return values | _place(register, checked)

    return read


def _name(feature: Feature, options: Options) -> str:
    return str(feature.attributes.get(options.name_from) or "").strip() or options.name_otherwise


def _from_attributes(register: Register, widgets: dict[str, CellWidget], feature: Feature) -> tuple[Values, list[str]]:
    """Return the values of attributes that are called like a field or like its heading."""
    values: Values = {}
    troubles: list[str] = []
    for name, widget in widgets.items():
        given = next(
            (feature.attributes[k] for k in (heading_of(register, name), name) if k in feature.attributes), None
        )
        if given is None or given == "":
            continue
        try:
            values[name] = widget.clean(given)
        except ValueError as error:
            troubles.append(f"{register.label(name)}：{error}")
    return values, troubles


def _area(checked: Checked, known: Gazetteer, options: Options) -> Area | None:
    if options.area:
        return next(iter(known.areas.get(options.area, [])), None)
    return known.area_at(checked.point) if checked.point else None


def _place(register: Register, checked: Checked) -> Values:
    """Return the position, and the shape where the register keeps one."""
    if checked.point is None or checked.geometry is None:
        return {}
    names = {f.name for f in register.options.concrete_fields}
    values: Values = {"longitude": checked.point[0], "latitude": checked.point[1]}
    if "shape" in names:
        values["shape"] = None if checked.geometry["type"].endswith("Point") else checked.geometry
    if "how_located" in names:
        values["how_located"] = HowLocated.IMPORTED
    return values


def _of_area(feature: Feature, checked: Checked, known: Gazetteer, options: Options) -> Values:
    """Return the position of an area that is known by its code or its name; raises BadValue."""
    name = _name(feature, options)
    codes = [str(feature.attributes[key]).strip() for key in CODES if feature.attributes.get(key)]
    for text in (*codes, *(code.rstrip("0") for code in codes), name):
        found = known.areas.get(text, [])
        if len(found) == 1:
            return {"existing": found[0], **_place_of_area(checked)}
        if len(found) > 1:
            raise BadValue(name, [_("有 %s 个同名的区划；请在文件里加上“区划代码”属性") % len(found)])
    raise BadValue(name or _("（无名称）"), [_("没有这个区划；请先导入区划表，再导入图形")])


def _place_of_area(checked: Checked) -> Values:
    return {"longitude": checked.point[0], "latitude": checked.point[1]} if checked.point else {}
