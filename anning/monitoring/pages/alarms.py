"""The books of alarms and faults, to look up, print and export; what is done with them is done at the desk."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anning.monitoring.models import Alarm, Fault
from anning.monitoring.pages.rail import entry
from anning.monitoring.selectors import questions
from anning.ui.records.register import Register, register
from anning.ui.registries import Text


@register
class Alarms(Register):
    model = Alarm
    name = "alarms"
    title = _("报警台账")
    help = _("管辖范围内的全部报警，可查询、打印、导出；签收、研判、上报在监测台办理。")
    columns = ("onset_at", "datastream", "enterprise", "condition", "tier", "value", "verdict", "state")
    more_columns = (
        *("limit", "peak", "episodes", "returned_at", "acknowledged_at", "judged_at", "verdict_reason"),
        *("handed_up_at", "closed_at", "measure", "first_tier", "area"),
    )
    filters = ("tier", "verdict", "onset_at", "enterprise", "condition", "datastream__kind", "area", "handed_up_at")
    questions = {
        "active": (_("仍在越限"), questions.active_alarms),
        "unjudged": (_("未研判"), questions.unjudged),
        "handed_up": (_("已上报"), questions.handed_up),
        "stale": (_("长期报警"), questions.stale_alarms),
        "chattering": (_("频繁抖动"), questions.chattering),
    }
    search = (
        "datastream__name",
        "datastream__initials",
        "datastream__code",
        "enterprise__name",
        "enterprise__initials",
    )
    chips = "state"
    tones = {
        **dict.fromkeys(("unacknowledged", "returned", "latched"), "bad"),
        **dict.fromkeys(("acknowledged", "latched_acknowledged"), "warn"),
        **dict.fromkeys(("shelved", "suppressed", "out_of_service"), "off"),
        "normal": "ok",
    }
    form = (
        (_("报警"), ("datastream", "enterprise", "condition", "tier", "first_tier", "value", "limit", "peak")),
        (_("过程"), ("onset_at", "episode_at", "returned_at", "episodes", "acknowledged_at", "acknowledged_until")),
        (_("研判"), ("verdict", "verdict_reason", "judged_at", "handed_up_at", "measure", "closed_at")),
        (_("归属"), ("area", "organisation")),
    )
    facts = ("state", "due_at", "shelved_until")
    labels = {"datastream__kind": _("类别")}
    verbs = ("view", "export")
    nav = entry("alarms", _("报警台账"), "alert-triangle", "alarm", 20)
    searchable = False
    position = 210

    def rows(self) -> QuerySet[Any]:
        """Alarms with their point, which names them."""
        return Alarm.objects.select_related("datastream")

    def links(self, row: Any) -> list[tuple[Text, str]]:
        """Return the way to the alarm's own page."""
        return [(_("办理"), row.get_absolute_url())]


@register
class Faults(Register):
    model = Fault
    name = "faults"
    help = _("仪表和线路的故障：离线、超量程、长时间不变、设备自报故障。持续一段时间自动派维修工单，不作为报警。")
    columns = ("onset_at", "datastream", "condition", "value", "area", "ended_at", "ordered_at")
    more_columns = ("datastream__device", "datastream__device__enterprise", "organisation")
    filters = ("condition", "area", "onset_at", "datastream__device__enterprise", "datastream__kind", "ended_at")
    questions = {"open": (_("未恢复"), questions.open_faults), "unordered": (_("未派工单"), questions.unordered)}
    search = ("datastream__name", "datastream__initials", "datastream__code")
    form = (
        (_("故障"), ("datastream", "condition", "onset_at", "ended_at", "value")),
        (_("归属"), ("area", "organisation")),
    )
    facts = ("ordered_at",)
    labels = {
        "datastream__device": _("监测设备"),
        "datastream__device__enterprise": _("企业"),
        "datastream__kind": _("类别"),
    }
    verbs = ("view", "export")
    nav = entry("faults", _("设备故障"), "tool", "fault", 60)
    searchable = False
    position = 230

    def rows(self) -> QuerySet[Any]:
        """Faults with their point, which names them."""
        return Fault.objects.select_related("datastream")
