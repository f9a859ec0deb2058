"""The files of a record on its page, and the words of the journal about them."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import names_of
from anning.journal import labels
from anning.kernel.actor import Actor
from anning.ui.attachments import kinds, selectors
from anning.ui.records.register import of_model
from anning.ui.registries import HelpPage, Panel, help_pages, panels

ICONS = {
    "picture": "photo",
    "document": "file-text",
    "table": "file-spreadsheet",
    "text": "file-text",
    "archive": "file-zip",
    "video": "video",
    "sound": "volume",
}


def offer() -> dict[str, Any]:
    """Return what every form that takes files says about them."""
    endings = "、".join(ending.removeprefix(".") for ending in kinds.TYPES if ending != ".jpeg")
    return {"accept": kinds.accepted(), "endings": endings, "most_mb": settings.ATTACHMENT_MB}


def files_here(actor: Actor, record: Any) -> dict[str, Any] | None:
    """The files of the record whose page it is, and the form for more; nothing where there is neither."""
    register = of_model(type(record))
    if register is None:
        return None
    found = list(selectors.of_row(record))
    may_change = "change" in register.all_verbs and actor.may(register.permission("change"))
    if not found and not may_change:
        return None
    names = names_of({each.by for each in found})
    rows = [
        {
            "file": each,
            "who": names[each.by],
            "icon": ICONS[each.kind],
            "has_small": selectors.may_show(record, each),
        }
        for each in found
    ]
    return {"register": register, "rows": rows, "may_change": may_change, **offer()}


panels.add("attachments", Panel("attachments", "*", _("附件"), "attachments/_panel.html", files_here, position=40))
help_pages.add(
    "attachments",
    HelpPage(
        "attachments",
        _("附件"),
        (
            _("能修改这条记录的人可以添加和移除附件；能查看的人可以下载。谁添加、移除都记入日志。"),
            _(
                "平台检查文件内容与扩展名是否相符，不收程序、宏、加密和夹带内容的文件；平台不查杀病毒，打开前请用本机软件检查。"
            ),
            _("敏感记录的附件不显示缩略图，每次下载都记入日志。"),
        ),
    ),
)
for _kind, _words in {
    "attachment.add": _("添加附件"),
    "attachment.remove": _("移除附件"),
    "attachment.take": _("下载附件"),
}.items():
    labels.describe(_kind, _words)
