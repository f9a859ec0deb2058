"""The register of what the map stands on."""

from django.utils.translation import gettext_lazy as _

from anning.registry.models import BaseFeature
from anning.registry.pages.rail import entry
from anning.ui.records.register import Register, register


@register
class BaseFeatures(Register):
    model = BaseFeature
    name = "base-features"
    help = _("区界、镇街范围、飞地、河道、道路等底图要素；示意数据在导入实测数据后替换。飞地写明管辖单位和值班电话。")
    columns = ("name", "kind", "grade", "authority", "duty_phone", "how_located")
    more_columns = ("area", "source", "shape")
    filters = ("how_located", "area")
    search = ("name", "authority", "duty_phone")
    chips = "kind"
    form = (
        (_("要素"), ("name", "kind", "grade", "area")),
        (_("飞地"), ("authority", "duty_phone")),
        (_("图形"), ("longitude", "latitude", "shape", "how_located", "source")),
    )
    key = ("name", "kind")
    nav = entry("base-features", _("底图"), "map-2", "basefeature", 110)
    mapped = False  # the map stands on it; it is no layer of its own
    position = 170
