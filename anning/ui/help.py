"""Help on each page (F1): by the page's URL name, else by its namespace, else about the frame."""

from django.utils.translation import gettext_lazy as _

from anning.ui.registries import HelpPage, help_pages

FRAME = HelpPage(
    "",
    _("怎么用"),
    (
        _("左侧是您岗位的入口，带小标题的可以就地展开。"),
        _("顶部搜索框可按编号、名称、电话或拼音首字母查找，例如输入 ltjd 可找到芦台街道。"),
        _("红、橙、黄、蓝四色只表示级别，并同时给出形状和文字；黑白打印也能分辨。"),
        _("页面显示的是服务器时间。出现“与服务器断开”时，页面数据停在所示时刻，恢复后自动更新。"),
    ),
)


def help_for(view_name: str) -> HelpPage:
    """Return the help of the page with this URL name."""
    namespace = view_name.rpartition(":")[0]
    return help_pages.get(view_name) or help_pages.get(namespace) or FRAME
