"""Registers of tasks: escalation policies with their steps, and the books of tasks and papers to look up and export."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.tasks.models import Approval, EscalationPolicy, EscalationStep, Task
from anning.ui.records.register import Register, register
from anning.ui.registries import NavItem, Text


@register
class EscalationPolicies(Register):
    """Who is told when nobody acknowledges."""

    model = EscalationPolicy
    name = "escalation-policies"
    help = _("任务无人签收时依次通知谁。最贴近的启用规则在交办时固定到任务上，之后修改规则不影响已交办的任务。")
    columns = ("name", "kind", "urgency", "is_active", "note")
    filters = ("kind", "urgency", "is_active")
    search = ("name",)
    form = ((_("规则"), ("name", "kind", "urgency", "is_active", "note")),)
    labels = {"steps": _("升级步骤")}  # as the journal names them
    key = ("name",)
    nav = NavItem(
        "escalation",
        _("升级规则"),
        "records:list",
        "alarm",
        "tasks.change_escalationpolicy",
        ("duty", "lead", "todo"),
        url_args=("escalation-policies",),
        position=90,
    )
    position = 80


@register
class EscalationSteps(Register):
    """The steps of the policies."""

    model = EscalationStep
    name = "escalation-steps"
    help = _("一条升级规则的各步：间隔多少分钟、通知谁。指定岗位无人时自动转下一步。")
    columns = ("policy", "position", "after_minutes", "target", "post", "person")
    filters = ("policy", "target")
    search = ("policy__name",)
    form = ((_("步骤"), ("policy", "position", "after_minutes", "target", "post", "person")),)
    key = ("policy", "position")
    position = 81


@register
class TaskBook(Register):
    """All tasks of the district, to look up, print and export; what is done with them is done on their own pages."""

    model = Task
    name = "task-book"
    title = _("任务台账")
    help = _("管辖范围内的全部任务，可查询、打印、导出；签收、办结等在任务页面办理。")
    columns = ("title", "kind", "urgency", "state", "organisation", "assigned_at", "due_at", "closed_at")
    more_columns = ("person", "post", "unit", "acknowledged_at", "about_title")
    filters = ("kind", "urgency", "organisation", "due_at")
    search = ("title", "initials", "about_title")
    chips = "state"
    tones = {"done": "ok", "returned": "warn", "cancelled": "off"}
    form = ((_("任务"), ("title", "kind", "urgency", "person", "post", "unit", "due_at", "body")),)
    facts = ("state", "assigned_at", "ack_due_at", "acknowledged_at", "promised_at", "closed_at")
    verbs = ("view", "export")
    searchable = False
    position = 78

    def links(self, row: Any) -> list[tuple[Text, str]]:
        """Return the way to the task's own page."""
        return [(_("办理"), row.get_absolute_url())]


@register
class ApprovalBook(Register):
    """All papers, to look up, print and export."""

    model = Approval
    name = "approval-book"
    title = _("审批台账")
    help = _("管辖范围内的全部审批，可查询、打印、导出；审核、签发在审批页面办理。")
    columns = ("title", "number", "urgency", "state", "organisation", "due_at", "signed_at")
    filters = ("urgency", "organisation", "signed_at")
    search = ("title", "initials", "number")
    chips = "state"
    tones = {"signed": "ok", "denied": "warn", "withdrawn": "off"}
    form = ((_("审批"), ("title", "urgency", "due_at", "series")),)
    facts = ("state", "number", "signed_at", "content_digest", "about_title")
    verbs = ("view", "export")
    searchable = False
    position = 79

    def links(self, row: Any) -> list[tuple[Text, str]]:
        """Return the way to the paper's own page."""
        return [(_("办理"), row.get_absolute_url())]
