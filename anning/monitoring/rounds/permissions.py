"""The permissions of rounds, spot checks, notices and reports."""

from django.utils.translation import gettext_lazy as _

from anning.accounts.permissions import declare

PATROL = declare("monitoring.run_patrol", _("视频巡查：制定和登记"))
CHECK = declare("monitoring.run_spotcheck", _("查岗：抽查和登记应答"))
MEND = declare("monitoring.mend_finding", _("巡查发现：登记整改"))
WRITE_NOTICE = declare("monitoring.write_earlynotice", _("预警提示函：拟稿和发出"))
RECEIVE_NOTICE = declare("monitoring.receive_earlynotice", _("预警提示函：回执"))
MAKE_REPORT = declare("monitoring.make_watchreport", _("监测报告：生成"))
VIEW_ROUND = "monitoring.view_patrolvisit"  # these are declared with their registers
VIEW_CHECK = "monitoring.view_spotcheck"
VIEW_NOTICE = "monitoring.view_earlynotice"
VIEW_REPORT = "monitoring.view_watchreport"
EXPORT_REPORT = "monitoring.export_watchreport"
