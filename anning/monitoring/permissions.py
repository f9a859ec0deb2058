"""The permissions that monitoring declares beside those of its registers."""

from django.utils.translation import gettext_lazy as _

from anning.accounts.permissions import declare

VIEW_ALARM = "monitoring.view_alarm"  # declared with the register
ACKNOWLEDGE = declare("monitoring.acknowledge_alarm", _("报警：签收"))
JUDGE = declare("monitoring.judge_alarm", _("报警：研判真警或误报"))
SHELVE = declare("monitoring.shelve_alarm", _("报警：搁置和取消搁置"))
HAND_UP = declare("monitoring.hand_up_alarm", _("报警：上报"))
CLOSE = declare("monitoring.close_alarm", _("报警：消警和复位"))
APPROVE_WINDOW = declare("monitoring.approve_window", _("检修摘除：批准"))
APPROVE_LIMITS = declare("monitoring.approve_limitversion", _("报警限值：批准"))
APPROVE_RULE = declare("monitoring.approve_rule", _("组合规则：批准"))
MOVE_DEVICE = declare("monitoring.move_fielddevice", _("监测设备：投入使用、停用检修、报废"))
KEY_DEVICE = declare("monitoring.key_fielddevice", _("监测设备：签发和更换密钥"))
