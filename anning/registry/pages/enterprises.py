"""Registers of enterprises and of who answers for them."""

from django.utils.translation import gettext_lazy as _

from anning.registry.models import Enterprise, ResponsiblePerson
from anning.registry.pages.rail import entry
from anning.registry.selectors import questions
from anning.registry.services import enterprises
from anning.ui.records.register import Register, register


@register
class Enterprises(Register):
    model = Enterprise
    name = "enterprises"
    help = _("一企一档：一家企业一条记录，责任人、保险、接入和周边情况都在它的页面上。没有信用代码的按名称和区域识别。")
    columns = ("name", "industry", "area", "credit_code", "phone", "standard", "state")
    more_columns = ("scale", "standard_until_on", "insured_until_on", "is_major_hazard", "is_monitored")
    filters = (
        *("industry", "area", "is_monitored", "is_in_fire_iot", "is_insurance_due", "is_major_hazard"),
        *("standard", "has_plan", "insured_until_on", "scale"),
    )
    questions = {
        "uninsured": (_("应投未投保"), questions.uninsured),
        "insurance_ending": (_("保险将到期"), questions.insurance_ending),
        "without_first_persons": (_("第一责任人不全"), questions.without_first_persons),
        "stale_contacts": (_("责任人联系方式超过半年未核实"), questions.with_stale_contacts),
        "most_dangerous": (_("两重点一重大"), questions.most_dangerous),
        "major_hazards": (_("重大危险源"), questions.major_hazards),
        "standard_expired": (_("标准化等级已过期"), questions.standard_expired),
        "without_code": (_("无统一社会信用代码"), questions.without_code),
        "without_position": (_("无坐标"), questions.without_position),
    }
    search = ("name", "initials", "credit_code", "phone", "address")
    chips, tones = "state", {"running": "ok", "paused": "warn", "closed": "off"}
    form = (
        (_("基本"), ("name", "credit_code", "industry", "state", "scale", "business", "employees", "is_distinct")),
        (_("地点"), ("area", "address", "phone", "organisation", "longitude", "latitude", "how_located", "shape")),
        (_("危险性"), ("is_major_hazard", "is_key_chemical", "is_key_process")),
        (_("安全管理"), ("standard", "standard_until_on", "has_plan", "is_monitored", "is_in_fire_iot")),
        (_("安责险"), ("is_insurance_due", "insurer", "policy_number", "insured_until_on")),
        (_("其他"), ("note",)),
    )
    form_only = ("is_distinct",)
    key, spare_key = ("credit_code",), ("name", "area")
    services = {"change": enterprises.change_enterprise}
    nav = entry("enterprises", _("企业"), "building-factory-2", "enterprise", 10)
    position = 110


@register
class Responsible(Register):
    model = ResponsiblePerson
    name = "responsible"
    help = _("法定代表人、实际控制人、主要负责人同为第一责任人。手机加密保存，查看完整号码须写明原因并记入日志。")
    columns = ("enterprise", "role", "name", "mobile", "certificate_until_on", "verified_on")
    more_columns = ("enterprise__area", "enterprise__industry", "certificate")
    filters = ("enterprise__area", "enterprise__industry", "certificate_until_on", "verified_on", "enterprise")
    questions = {
        "first_persons": (_("第一责任人"), questions.first_persons),
        "certificate_ending": (_("证书到期或将到期"), questions.certificate_ending),
        "stale": (_("超过半年未核实"), questions.stale),
    }
    search = ("enterprise__name", "enterprise__initials", "name", "mobile")
    chips = "role"
    form = (
        (_("责任人"), ("enterprise", "role", "name", "mobile", "verified_on")),
        (_("资格"), ("certificate", "certificate_until_on")),
    )
    facts = ("erased_at",)
    key = ("enterprise", "role", "name")
    labels = {"enterprise__area": _("区域")}
    nav = entry("responsible", _("责任人"), "id-badge-2", "responsibleperson", 20)
    searchable = False
    position = 115
