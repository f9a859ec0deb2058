"""Registers of households and residents."""

from django.utils.translation import gettext_lazy as _

from anning.registry.models import Household, Resident
from anning.registry.pages.rail import entry
from anning.registry.selectors import questions
from anning.registry.services import residents
from anning.ui.records.register import Register, register


@register
class Households(Register):
    model = Household
    name = "households"
    help = _("一户一点：门牌、人数、重点人员和包保人。登记了居民的户，人数由居民名册算出。")
    columns = ("code", "area", "address", "people", "key_people", "guardian", "verified_on")
    filters = ("area", "guardian", "verified_on")
    questions = {
        "with_key_people": (_("有重点人员"), questions.with_key_people),
        "without_guardian": (_("有重点人员而无包保人"), questions.without_guardian),
        "stale": (_("超过半年未核实"), questions.stale),
        "without_position": (_("无坐标"), questions.without_position),
    }
    search = ("code", "address")
    form = (
        (_("住户"), ("code", "area", "address", "people", "key_people")),
        (_("包保"), ("guardian", "verified_on")),
        (_("位置"), ("longitude", "latitude", "how_located")),
    )
    bulk = ("guardian", "verified_on", "area")
    key = ("code",)
    labels = {"area": _("村（社区）")}
    services = {"change": residents.change_household}
    nav = entry("households", _("住户"), "home", "household", 60)
    mapped = False  # where people live is answered as counts, never drawn point by point
    searchable = False  # a source of its own finds them by the beginning of the code
    position = 140


@register
class Residents(Register):
    model = Resident
    name = "residents"
    help = _("姓名和手机加密保存，按完整姓名或完整手机号查找；查看须写明原因并记入日志。")
    columns = ("household", "household__area", "name", "mobile", "sex", "birth_year", "need")
    more_columns = ("household__address", "household__guardian")
    filters = ("household__area", "sex", "household")
    questions = {"key_people": (_("重点人员"), questions.key_people)}
    search = ("name", "mobile")
    chips = "need"
    tones = {need: "warn" for need in Resident.Need.values if need != Resident.Need.NONE}
    form = ((_("居民"), ("household", "name", "mobile", "sex", "birth_year", "need")),)
    facts = ("erased_at",)
    bulk = ("need",)
    key = ("household", "name")
    labels = {"household__area": _("村（社区）")}
    services = {
        "create": residents.create_resident,
        "change": residents.change_resident,
        "delete": residents.delete_resident,
        "restore": residents.restore_resident,
    }
    nav = entry("residents", _("居民"), "users", "resident", 70)
    position = 145
