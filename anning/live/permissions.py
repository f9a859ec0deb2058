"""What may be done with the journal; its own room stands below the accounts and only knows the names."""

from django.utils.translation import gettext_lazy as _

from anning.accounts.permissions import declare

VIEW_LIVE = declare("journal.view_live", _("实时消息：接收"))
VIEW_ENTRY = declare("journal.view_entry", _("操作日志：查看管辖范围内的"))
VIEW_ENTRY_ALL = declare("journal.view_entry_all", _("操作日志：查看全部"))
VIEW_SENSITIVE = declare("journal.view_sensitive_entry", _("操作日志：查看敏感条目"))
VIEW_SECURITY = declare("journal.view_security", _("操作日志：查看账号安全事项"))
EXPORT_ENTRY = declare("journal.export_entry", _("操作日志：导出"))
VERIFY_ENTRY = declare("journal.verify_entry", _("日志链：校验"))
EXPORT_HEAD = declare("journal.export_head", _("日志链：签名并交出链头"))
VIEW_HEALTH = declare("journal.view_health", _("日志：查看运行状况"))
