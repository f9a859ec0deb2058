"""The permissions that the registry declares beside those of its registers."""

from django.utils.translation import gettext_lazy as _

from anning.accounts.permissions import declare

VIEW_MAP = declare("registry.view_map", _("一张图：查看"))
EXPORT_INSIDE = declare("registry.export_inside", _("一张图：导出范围内清单和图片"))
RUN_EVACUATION = declare("registry.run_evacuationlist", _("转移名册：启用和结束"))
MARK_EVACUATION = declare("registry.mark_evacuationline", _("转移登记：逐户登记结果"))
REVEAL_RESIDENT = declare("registry.reveal_resident", _("居民：查看完整信息"))
ERASE_RESIDENT = declare("registry.erase_resident", _("居民：删除个人信息"))
ERASE_RESPONSIBLE = declare("registry.erase_responsibleperson", _("企业责任人：删除个人信息"))
SETUP = declare("registry.setup_district", _("初始化向导：使用"))
