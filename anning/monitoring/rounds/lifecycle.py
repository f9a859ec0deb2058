"""The life of an early-warning notice."""

from django.utils.translation import gettext_lazy as _

from anning.kernel.lifecycle import Lifecycle, Move

NOTICE = Lifecycle(
    initial="draft",
    labels={"draft": _("草稿"), "sent": _("已发出"), "closed": _("回执齐全"), "withdrawn": _("作废")},
    moves=(
        Move("send", {"draft"}, "sent", _("发出")),
        Move("withdraw", {"draft"}, "withdrawn", _("作废")),
        Move("close", {"sent"}, "closed", _("回执齐全")),
    ),
)
