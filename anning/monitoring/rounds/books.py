"""The books of the daily round as registers, to look up, print and export; what is done with them has its own pages."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anning.kernel import clock
from anning.monitoring.models import EarlyNotice, Finding, PatrolVisit, SpotCheck, WatchReport
from anning.monitoring.pages.rail import entry
from anning.ui.records.register import Register, register
from anning.ui.registries import Text


def _overdue(notices: QuerySet[EarlyNotice]) -> QuerySet[EarlyNotice]:
    return notices.filter(state="sent", due_at__lt=clock.now())


@register
class PatrolVisits(Register):
    model = PatrolVisit
    name = "patrol-visits"
    title = _("巡查记录")
    help = _("每班对每家企业的视频巡查；在“巡查查岗”页面按计划登记。")
    columns = ("round__from_at", "position", "enterprise", "area", "result", "seen_at", "text")
    labels = {"round__from_at": _("班次")}
    filters = ("result", "enterprise", "area", "seen_at")
    search = ("enterprise__name", "enterprise__initials")
    chips = "result"
    tones = {"": "off", "good": "ok", "finding": "bad", "blind": "warn"}
    form = ((_("巡查"), ("enterprise", "result", "text", "seen_at")),)
    verbs = ("view", "export")
    searchable = False
    position = 250


@register
class SpotChecks(Register):
    model = SpotCheck
    name = "spot-checks"
    title = _("查岗记录")
    help = _("对24小时值守岗位的抽查和应答。")
    columns = ("asked_at", "post", "organisation", "result", "answered_at", "note")
    filters = ("result", "asked_at", "organisation", "area")
    search = ("post__name", "post__initials", "organisation__name", "organisation__initials")
    chips = "result"
    tones = {"": "warn", "answered": "ok", "late": "warn", "silent": "bad"}
    form = ((_("查岗"), ("post", "asked_at", "due_at", "answered_at", "result", "note")),)
    verbs = ("view", "export")
    searchable = False
    position = 251


@register
class Findings(Register):
    model = Finding
    name = "findings"
    title = _("巡查发现")
    help = _("巡查、查岗和报警中发现的问题，整改后销号。")
    columns = ("found_at", "enterprise", "area", "text", "state", "mended_at")
    filters = ("state", "enterprise", "found_at", "area")
    search = ("enterprise__name", "enterprise__initials", "text")
    chips = "state"
    tones = {"open": "bad", "noticed": "warn", "mended": "ok"}
    form = ((_("问题"), ("enterprise", "text", "state", "found_at")), (_("整改"), ("measure", "mended_at")))
    verbs = ("view", "export")
    searchable = False
    position = 252


@register
class EarlyNotices(Register):
    model = EarlyNotice
    name = "early-notices"
    title = _("提示函")
    help = _("发给企业、属地镇街和主管部门的预警提示函及回执。")
    columns = ("number", "title", "enterprise", "state", "sent_at", "due_at")
    filters = ("state", "enterprise", "sent_at", "area")
    questions = {"overdue": (_("回执超时"), _overdue)}
    search = ("number", "title", "enterprise__name", "enterprise__initials")
    chips = "state"
    tones = {"draft": "off", "sent": "warn", "closed": "ok", "withdrawn": "off"}
    form = (
        (_("提示函"), ("number", "enterprise", "title", "body", "state")),
        (_("时间"), ("drafted_at", "sent_at", "due_at")),
    )
    verbs = ("view", "export")
    nav = entry("early-notices", _("提示函"), "mail", "earlynotice", 60)
    position = 253

    def links(self, row: Any) -> list[tuple[Text, str]]:
        """Return the notice's own page."""
        return [(_("办理"), row.get_absolute_url())]


@register
class WatchReports(Register):
    model = WatchReport
    name = "watch-reports"
    title = _("监测报告")
    help = _("安防网日报、周报、月报；每日到点自动生成，数字生成后不再变。")
    columns = ("kind", "from_at", "until_at", "made_at")
    filters = ("kind", "until_at")
    chips = "kind"
    form = ((_("报告"), ("kind", "from_at", "until_at", "made_at", "remark")),)
    verbs = ("view", "export")
    nav = entry("watch-reports", _("日报"), "file-text", "watchreport", 70)
    searchable = False
    position = 254

    def links(self, row: Any) -> list[tuple[Text, str]]:
        """Return the report's own page."""
        return [(_("打开"), row.get_absolute_url())]
