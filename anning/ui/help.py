"""Help on each page (F1): by the page's URL name, else by its namespace, else about the frame."""

from django.utils.translation import gettext_lazy as _

from anning.ui.registries import HelpPage, help_pages

FRAME = HelpPage(
    "",
    _("怎么用"),
    (
        _("左侧是您岗位的入口，带小标题的可以就地展开。"),
        _("顶部搜索框可按编号、名称、电话或拼音首字母查找，例如输入 yjj 可找到应急局。"),
        _("红、橙、黄、蓝四色只表示级别，并同时给出形状和文字；黑白打印也能分辨。"),
        _("页面显示的是服务器时间。出现“与服务器断开”时，页面数据停在所示时刻，恢复后自动更新。"),
    ),
)


def help_for(view_name: str) -> HelpPage:
    """Return the help of the page with this URL name."""
    namespace = view_name.rpartition(":")[0]
    return help_pages.get(view_name) or help_pages.get(namespace) or FRAME


for page in (
    HelpPage(
        "ui:home_duty",
        _("值班台"),
        (
            _("一屏看清：等您办理的事、发给您的消息、今天空缺的24小时岗位、您能看到的单位和人员、同事最近办了什么。"),
            _("数字都可以点开看到对应的名单。鼠标或键盘停在内容上时页面不会自己变动，有新内容时出现“有新动态”按钮。"),
        ),
    ),
    HelpPage(
        "ui:home_lead", _("领导首页"), (_("先看待办和待批，再看空缺岗位和最近动态；点数字看名单，点标题看详情。"),)
    ),
    HelpPage("ui:home_monitor", _("监测台"), (_("待办、消息和最近动态；接入监测设备后，报警也会显示在这里。"),)),
    HelpPage(
        "ui:home_m",
        _("手机首页"),
        (
            _("大按钮是最常用的几件事，右上角数字是等您办理的数量。"),
            _("字太小请点右上角头像，选“大字版”；把本页添加到手机桌面，下次一点就开。"),
        ),
    ),
    HelpPage("ui:home_ent", _("企业首页"), (_("只显示本企业的任务、消息、岗位和人员。"),)),
    HelpPage("ui:home_audit", _("审计首页"), (_("日志链是否连续封存、谁在什么时候办了什么。只能查看，不能改动。"),)),
    HelpPage(
        "ui:home_admin",
        _("管理首页"),
        (_("运行状态有问题时排在最前；账号情况里的“演示账号”和“待改密码”应尽快清零。"),),
    ),
    HelpPage(
        "ui:search",
        _("搜索"),
        (
            _("可输入编号、名称、电话、全拼或首字母，多音字的每种读法都能找到。"),
            _("只显示您有权查看、且在您管辖范围内的内容。"),
        ),
        (("↑ ↓", _("在提示中移动")), ("Enter", _("打开选中的一条，未选中则打开搜索页"))),
    ),
    HelpPage("ui:bell", _("消息"), (_("发给您的消息，新的在前；打开即算收到，要求答复的还须在其页面上答复。"),)),
):
    help_pages.add(page.name, page)
