"""The life of a task and of an approval. The pictures in the docs are drawn from these tables."""

from django.utils.translation import gettext_lazy as _

from anning.kernel.lifecycle import Lifecycle, Move

TASK = Lifecycle(
    initial="open",
    labels={
        "open": _("待签收"),
        "acknowledged": _("办理中"),
        "returned": _("已退回"),
        "done": _("已办结"),
        "cancelled": _("已取消"),
    },
    moves=(
        #    move           from                                  to              button
        Move("acknowledge", {"open"}, "acknowledged", _("签收")),
        Move("finish", {"open", "acknowledged"}, "done", _("办结")),
        Move("send_back", {"open", "acknowledged"}, "returned", _("退回")),
        Move("transfer", {"open", "acknowledged"}, "open", _("转办")),
        Move("reassign", {"open", "acknowledged", "returned"}, "open", _("改派")),
        Move("extend", {"open"}, "open", _("延期")),
        Move("extend", {"acknowledged"}, "acknowledged", _("延期")),
        Move("realarm", {"acknowledged"}, "open", _("超时重新提醒")),
        Move("rework", {"done"}, "open", _("重办")),
        Move("cancel", {"open", "acknowledged", "returned"}, "cancelled", _("取消")),
    ),
)

APPROVAL = Lifecycle(
    initial="draft",
    labels={
        "draft": _("拟稿"),
        "reviewing": _("审核中"),
        "signing": _("待签发"),
        "released": _("已先行报出，待补签"),
        "signed": _("已签发"),
        "denied": _("先行报出未获确认"),
        "withdrawn": _("已撤回"),
    },
    moves=(
        Move("revise", {"draft"}, "draft", _("修改")),
        Move("submit", {"draft"}, "reviewing", _("送审")),
        Move("agree", {"reviewing"}, "reviewing", _("同意")),  # another opinion follows
        Move("hand_in", {"draft"}, "signing", _("送审")),  # without reviewers, straight to the signer
        Move("pass_up", {"reviewing"}, "signing", _("同意")),  # only the signature is missing
        Move("send_back", {"reviewing", "signing"}, "draft", _("退回修改")),
        Move("transfer", {"reviewing"}, "reviewing", _("转交")),
        Move("transfer", {"signing"}, "signing", _("转交")),
        Move("add_opinion", {"reviewing", "signing"}, "reviewing", _("加签")),
        Move("consent", {"draft", "reviewing", "signing"}, "released", _("口头同意")),
        Move("release", {"draft", "reviewing", "signing"}, "released", _("先行报出")),  # the deadline does not wait
        Move("sign", {"signing", "released"}, "signed", _("签发")),
        Move("deny", {"released"}, "denied", _("不予确认")),
        Move("withdraw", {"draft", "reviewing", "signing"}, "withdrawn", _("撤回")),
    ),
)
