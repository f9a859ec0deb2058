"""What somebody may do with tasks and approvals."""

from django.utils.translation import gettext_lazy as _

from anning.accounts.permissions import declare

VIEW = declare("tasks.view_task", _("查看任务"))
ADD = declare("tasks.add_task", _("交办任务"))
CHANGE = declare("tasks.manage_task", _("管理任务（改派、延期、取消、代为签收）"))
ANSWER = declare("tasks.acknowledge_task", _("办理任务"))
EXPORT = declare("tasks.export_task", _("导出任务"))
AUDIT = declare("tasks.view_overdue", _("查看超时升级"))

CHANGE_POLICY = "tasks.change_escalationpolicy"  # declared with the register

VIEW_APPROVAL = declare("tasks.view_approval", _("查看审批"))
ADD_APPROVAL = declare("tasks.add_approval", _("拟稿送审"))
DECIDE_APPROVAL = declare("tasks.change_approval", _("审核签发"))
CONSENT_APPROVAL = declare("tasks.consent_approval", _("登记口头同意"))
