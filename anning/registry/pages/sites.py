"""The register of sites: where people gather, who must be told and brought out first."""

from django.utils.translation import gettext_lazy as _

from anning.registry.models import Site
from anning.registry.pages.rail import entry
from anning.registry.selectors import questions
from anning.ui.records.register import Register, register


@register
class Sites(Register):
    model = Site
    name = "sites"
    title = _("重点场所")
    help = _("学校、市场、公共场所、医疗和养老机构、避难场所；防护目标按 GB 36894 分级，用于疏散和外部安全距离。")
    columns = ("name", "kind", "area", "protection", "people", "phone", "verified_on")
    more_columns = ("capacity", "post", "address", "organisation", "note")
    filters = ("area", "protection", "verified_on")
    questions = {
        "protected": (_("防护目标"), questions.protected),
        "overcrowded": (_("常有人数超过可容纳人数"), questions.overcrowded),
        "stale": (_("联系方式超过半年未核实"), questions.stale),
        "without_phone": (_("无电话"), questions.without_phone),
        "without_position": (_("无坐标"), questions.without_position),
    }
    search = ("name", "initials", "phone", "address")
    chips = "kind"
    form = (
        (_("基本"), ("name", "kind", "protection", "people", "capacity")),
        (_("联络"), ("post", "phone", "verified_on")),
        (_("地点"), ("area", "address", "organisation", "longitude", "latitude", "how_located", "shape")),
        (_("其他"), ("note",)),
    )
    key = ("name", "kind", "area")
    nav = entry("sites", _("场所"), "building-community", "site", 30)
    position = 120
