"""What may be permitted in operations."""

from django.utils.translation import gettext_lazy as _

from anning.accounts.permissions import declare

VIEW_HEALTH = declare("ops.view_health", _("运行：查看运行状态"))
MAKE_BACKUP = declare("ops.make_backup", _("运行：制作备份"))
RESTORE_BACKUP = declare("ops.restore_backup", _("运行：恢复备份"))
