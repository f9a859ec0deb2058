"""Registers of facilities, and of who answers for them in the flood season."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anning.registry.models import Facility, FloodDuty
from anning.registry.pages.rail import entry
from anning.registry.selectors import questions
from anning.ui.records.register import Register, register


@register
class Facilities(Register):
    model = Facility
    name = "facilities"
    help = _("桥梁、泵站、水闸、堤防分段、下穿立交、易涝点、消火栓、燃气设施和油气管道；易涝点和下穿立交一点一方案。")
    columns = ("name", "kind", "area", "state", "river", "capacity", "checked_on")
    more_columns = ("code", "from_stake", "to_stake", "organisation", "phone", "address")
    filters = ("area", "state", "river", "checked_on")
    questions = {
        "without_duties": (_("防汛责任人不全"), questions.without_duties),
        "without_plan": (_("无一点一方案"), questions.without_plan),
        "unchecked": (_("超过一年未检查"), questions.unchecked),
        "without_position": (_("无坐标"), questions.without_position),
    }
    search = ("name", "initials", "code", "river", "phone")
    chips = "kind"
    form = (
        (_("基本"), ("name", "code", "kind", "state", "capacity", "checked_on")),
        (_("河道"), ("river", "from_stake", "to_stake")),
        (_("地点"), ("area", "address", "organisation", "phone", "longitude", "latitude", "how_located", "shape")),
        (_("方案"), ("plan", "note")),
    )
    key, spare_key = ("code",), ("name", "kind", "area")
    nav = entry("facilities", _("设施"), "tool", "facility", 40)
    position = 125


@register
class FloodDuties(Register):
    model = FloodDuty
    name = "flood-duties"
    title = _("防汛责任人")
    help = _("每段堤防、每座泵站水闸、每个蓄滞洪区的行政、技术、巡查三个责任人；写岗位，知道是谁时再选人。")
    columns = ("target", "role", "unit", "post", "phone", "verified_on")
    more_columns = ("facility", "basin", "person", "area", "facility__kind")
    filters = ("area", "facility__kind", "unit", "verified_on")
    questions = {
        "stale": (_("联系方式超过半年未核实"), questions.stale),
        "without_phone": (_("无电话"), questions.without_phone),
    }
    search = ("facility__name", "facility__initials", "basin", "unit__name", "post", "phone")
    chips = "role"
    form = (
        (_("责任"), ("facility", "basin", "role", "unit", "post", "person")),
        (_("联络"), ("phone", "verified_on", "area")),
    )
    key = ("role", "facility", "basin")
    labels = {"facility__kind": _("设施类别")}
    nav = entry("flood-duties", _("防汛责任"), "droplet", "floodduty", 50)
    position = 130

    def rows(self) -> QuerySet[Any]:
        """Duties with what they are for, which names them."""
        return FloodDuty.objects.select_related("facility")
