"""Escalation as registers: policies and their steps."""

from django.utils.translation import gettext_lazy as _

from anning.tasks.models import EscalationPolicy, EscalationStep
from anning.ui.records.register import Register, register
from anning.ui.registries import NavItem


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
