"""Registers of report points, and of the means that work when telephones do not."""

from django.utils.translation import gettext_lazy as _

from anning.registry.models import Radio, ReportPoint
from anning.registry.pages.rail import entry
from anning.registry.selectors import questions
from anning.ui.records.register import Register, register


@register
class ReportPoints(Register):
    model = ReportPoint
    name = "report-points"
    help = _("村、社区和集贸市场的信息报告点：哪个岗位、打哪个电话。打通一次就更新核实日期。")
    columns = ("name", "kind", "area", "post", "phone", "verified_on")
    more_columns = ("address", "organisation", "note")
    filters = ("area", "verified_on")
    questions = {
        "stale": (_("联系方式超过半年未核实"), questions.stale),
        "without_phone": (_("无电话"), questions.without_phone),
        "without_position": (_("无坐标"), questions.without_position),
    }
    search = ("name", "initials", "phone")
    chips = "kind"
    form = (
        (_("报告点"), ("name", "kind", "post", "phone", "verified_on")),
        (_("地点"), ("area", "address", "organisation", "longitude", "latitude", "how_located")),
        (_("其他"), ("note",)),
    )
    key = ("name", "area")
    nav = entry("report-points", _("报告点"), "speakerphone", "reportpoint", 90)
    position = 160


@register
class Radios(Register):
    model = Radio
    name = "radios"
    help = _("短波电台、卫星电话和对讲机：断网断电时还能通的手段，按期做通联测试。")
    columns = ("number", "name", "kind", "state", "area", "keeper", "tested_on")
    more_columns = ("phone", "address", "organisation", "note")
    filters = ("kind", "area", "tested_on")
    search = ("number", "name", "initials")
    chips, tones = "state", {"ready": "ok", "faulty": "bad", "lent": "warn"}
    form = (
        (_("设备"), ("number", "name", "kind", "state", "tested_on")),
        (_("保管"), ("keeper", "phone", "area", "address", "organisation")),
        (_("位置"), ("longitude", "latitude", "how_located", "note")),
    )
    key = ("number",)
    nav = entry("radios", _("通信设备"), "device-mobile", "radio", 100)
    position = 165
