"""What somebody may do with messages."""

from django.utils.translation import gettext_lazy as _

from anning.accounts.permissions import declare

VIEW = declare("delivery.view_message", _("查看消息及送达情况"))
ADD = declare("delivery.add_message", _("发送消息"))
EXPORT = declare("delivery.export_message", _("导出送达情况"))
ANSWER = declare("delivery.answer_message", _("代为登记应答"))
CALL = declare("delivery.call_message", _("叫应拨打"))
