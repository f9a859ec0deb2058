"""Registers of limits, rules over several points, windows, and of whom an alarm is told to."""

from django.utils.translation import gettext_lazy as _

from anning.monitoring.models import AlarmStep, LimitVersion, Rule, Window
from anning.monitoring.pages.rail import entry
from anning.monitoring.selectors import questions
from anning.monitoring.services import limits, silencing
from anning.ui.records.register import Register, register

LEVELS = ("low_low", "low", "high", "high_high")


@register
class Limits(Register):
    model = LimitVersion
    name = "limits"
    help = _("点位自己的限值，按版本管理：一人拟定、试算，另一人批准后生效。没有自有限值的点位按类别用规则包的默认值。")
    columns = ("datastream", *LEVELS, "deadband", "delay_s", "in_force_at", "state")
    more_columns = ("reason", "rate_per_min", "flat_s", "offline_s", "drafted_at", "approved_at")
    filters = ("datastream__kind", "datastream__area", "in_force_at", "drafted_at", "datastream")
    search = ("datastream__name", "datastream__initials", "datastream__code", "reason")
    chips, tones = "state", {"approved": "ok", "draft": "warn", "refused": "bad", "withdrawn": "off"}
    form = (
        (_("限值"), ("datastream", *LEVELS, "deadband", "delay_s")),
        (_("其他条件"), ("rate_per_min", "flat_s", "offline_s", "more")),
        (_("生效"), ("in_force_at", "reason")),
    )
    facts = ("state", "drafted_at", "approved_at", "trial")
    bulk = ()
    verbs = ("view", "add", "change", "export")
    labels = {"datastream__kind": _("类别"), "datastream__area": _("区域")}
    services = {"create": limits.draft_limits, "change": limits.change_limits}
    nav = entry("limits", _("限值"), "scale", "limitversion", 50)
    searchable = False
    position = 215


@register
class Rules(Register):
    model = Rule
    name = "rules"
    help = _("几个点位之间的关系，如三取二、质量平衡；成立并持续规定时间即报警。改动条件后须重新批准。")
    columns = ("name", "datastream", "text", "hold_s", "tier", "area", "state")
    filters = ("tier", "area", "datastream")
    search = ("name", "initials", "text", "datastream__name")
    chips, tones = "state", {"approved": "ok", "draft": "warn", "refused": "bad", "withdrawn": "off"}
    form = (
        (_("规则"), ("name", "datastream", "text", "hold_s", "tier", "note")),
        (_("归属"), ("area", "organisation")),
    )
    facts = ("state", "approved_at")
    bulk = ()
    verbs = ("view", "add", "change", "delete", "export")
    services = {"create": limits.draft_rule, "change": limits.change_rule}
    nav = entry("rules", _("组合规则"), "hierarchy-2", "rule", 55)
    searchable = False
    position = 220


@register
class Windows(Register):
    model = Window
    name = "windows"
    help = _("检修、摘除、检定期间报警按设计抑制。一人申请，另一人批准，到时自动结束，仍在越限的重新报警。")
    columns = ("datastream", "kind", "since_at", "until_at", "reason", "state")
    more_columns = ("measures", "applied_at", "decided_at", "opinion", "ended_at")
    filters = ("kind", "datastream__area", "since_at", "until_at", "datastream")
    questions = {"now": (_("正在进行"), questions.open_windows)}
    search = ("datastream__name", "datastream__initials", "datastream__code", "reason")
    chips, tones = (
        "state",
        {"approved": "ok", "requested": "warn", "refused": "bad", "withdrawn": "off", "ended": "off"},
    )
    form = ((_("申请"), ("datastream", "kind", "since_at", "until_at", "reason", "measures")),)
    facts = ("state", "applied_at", "decided_at", "opinion", "ended_at")
    verbs = ("view", "add", "export")
    labels = {"datastream__area": _("区域")}
    services = {"create": silencing.draft_window}
    nav = entry("windows", _("检修摘除"), "player-pause", "window", 45)
    searchable = False
    position = 225


@register
class AlarmSteps(Register):
    model = AlarmStep
    name = "alarm-steps"
    help = _("报警无人签收时依次通知谁。报警发生时固定到报警上，之后修改不影响已发生的报警。岗位无人时自动转下一步。")
    columns = ("tier", "position", "after_minutes", "target", "post", "note")
    filters = ("tier", "target")
    search = ("post__name", "note")
    form = ((_("步骤"), ("tier", "position", "after_minutes", "target", "post", "note")),)
    key = ("tier", "position")
    nav = entry("alarm-steps", _("通知步骤"), "speakerphone", "alarmstep", 70)
    searchable = False
    position = 240
