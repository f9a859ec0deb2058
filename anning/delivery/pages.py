"""Templates of messages as a register."""

from django.utils.translation import gettext_lazy as _

from anning.delivery.models import Template
from anning.ui.records.register import Register, register


@register
class Templates(Register):
    """Texts that are ready to send."""

    model = Template
    name = "message-templates"
    help = _("常用消息的现成文字。花括号中的内容发送前改写，如 {地点}。")
    columns = ("name", "title", "level", "is_active")
    filters = ("level", "is_active")
    search = ("name", "title")
    form = ((_("模板"), ("name", "level", "is_active")), (_("内容"), ("title", "body")))
    key = ("name",)
    position = 85
