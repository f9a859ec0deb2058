"""Registers of devices and their points, and of what the gateways refused."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.monitoring.models import Datastream, Device, Refusal
from anning.monitoring.pages.rail import entry
from anning.monitoring.selectors import questions
from anning.ui.records.register import Register, register
from anning.ui.registries import Text


@register
class Devices(Register):
    model = Device
    name = "devices"
    help = _("接入平台的传输装置、数采仪、车载终端、遥测站和视频网关。先登记，配对密钥，调试，再投入使用。")
    columns = ("name", "code", "protocol", "enterprise", "area", "is_online", "last_seen_at", "state")
    more_columns = (
        "identity",
        "clock_drift_ms",
        "address",
        "maker",
        "installed_on",
        "facility",
        "site",
        "organisation",
    )
    filters = ("family", "protocol", "is_online", "area", "enterprise", "last_seen_at", "installed_on")
    questions = {
        "dark": (_("在用而离线"), questions.dark_devices),
        "never_heard": (_("从未通信"), questions.never_heard),
        "wrong_clock": (_("时钟偏差超过一分钟"), questions.wrong_clock),
        "without_points": (_("没有点位"), questions.without_points),
        "refused": (_("有拒收记录"), questions.refused),
    }
    search = ("name", "initials", "code", "identity")
    chips = "state"
    tones = {"in_service": "ok", "maintenance": "warn", "retired": "off"}
    form = (
        (_("基本"), ("code", "name", "family", "maker", "installed_on")),
        (_("接入"), ("protocol", "identity", "networks", "parameters")),
        (_("归属"), ("enterprise", "site", "facility", "area", "organisation")),
        (_("其他"), ("note",)),
    )
    facts = ("state", "is_online", "online_since", "last_seen_at", "clock_drift_ms", "address")
    key = ("code",)
    nav = entry("devices", _("设备"), "cpu", "fielddevice", 40)
    position = 200


@register
class Datastreams(Register):
    model = Datastream
    name = "datastreams"
    help = _("监探点位：监为摄像机，探为气体、液位、压力等探头。一个点位对应报文中的一个通道。")
    columns = ("name", "code", "kind", "device__enterprise", "area", "unit", "calibration_due_on", "is_monitored")
    more_columns = ("device", "channel", "medium", "range_low", "range_high", "zone", "position", "camera_state")
    filters = (
        "kind",
        "device__family",
        "area",
        "is_monitored",
        "device__enterprise",
        "camera_state",
        "calibration_due_on",
        "device",
    )
    questions = {
        "calibration_due": (_("检定到期或将到期"), questions.calibration_due),
        "broken": (_("正在故障"), questions.broken),
        "alarming": (_("正在报警"), questions.alarming),
        "silenced": (_("检修摘除中"), questions.silenced),
        "without_limits": (_("无自有限值"), questions.without_limits),
    }
    search = ("name", "initials", "code", "position", "device__name", "device__initials")
    form = (
        (_("基本"), ("code", "name", "kind", "medium", "unit", "range_low", "range_high")),
        (_("接入"), ("device", "channel", "is_monitored", "is_latching", "video_link")),
        (_("地点"), ("zone", "position", "area", "organisation", "longitude", "latitude")),
        (_("维护"), ("calibration_due_on", "note")),
    )
    facts = ("camera_state", "camera_since")
    labels = {"device__enterprise": _("企业"), "device__family": _("系统")}
    key = ("code",)
    nav = entry("datastreams", _("点位"), "point", "datastream", 30)
    position = 205

    def rows(self) -> QuerySet[Any]:
        """Points with their device, whose place they may have."""
        return Datastream.objects.select_related("device")

    def links(self, row: Any) -> list[tuple[Text, str]]:
        """Return the way to the point's trend."""
        return [] if row.kind == "camera" else [(_("趋势"), reverse("desk:trend", args=[row.pk]))]


@register
class Refusals(Register):
    model = Refusal
    name = "refusals"
    help = _("接入端拒收的报文，按设备或陌生来源和原因计数。陌生来源确认是本区设备的，请登记。")
    columns = ("protocol", "device", "identity", "address", "reason", "count", "last_at")
    filters = ("protocol", "device", "last_at", "first_at")
    questions = {"strangers": (_("陌生来源"), questions.strangers)}
    search = ("identity", "address", "reason")
    form = ((_("拒收"), ("protocol", "device", "identity", "address", "reason", "count", "first_at", "last_at")),)
    verbs = ("view", "export")
    nav = entry("refusals", _("拒收"), "shield-lock", "refusal", 80)
    searchable = False
    position = 245
