"""The lives of alarms, devices, windows and drafted limits. The pictures in the docs are drawn from these tables."""

from django.utils.translation import gettext_lazy as _

from anning.kernel.lifecycle import Lifecycle, Move

# States of ISA-18.2 by their letters: what screens and reports print beside the words.
LETTERS = {
    "normal": "A",
    "unacknowledged": "B",
    "acknowledged": "C",
    "returned": "D",
    "latched": "E",
    "latched_acknowledged": "F",
    "shelved": "G",
    "suppressed": "H",
    "out_of_service": "I",
}
ANNUNCIATED = frozenset({"unacknowledged", "acknowledged", "returned", "latched", "latched_acknowledged"})  # B–F
UNACKNOWLEDGED = frozenset({"unacknowledged", "returned", "latched"})  # B, D, E: a person is asked for
SILENT = frozenset({"shelved", "suppressed", "out_of_service"})  # G, H, I

ALARM = Lifecycle(
    initial="normal",
    labels={
        "normal": _("已恢复"),
        "unacknowledged": _("未签收"),
        "acknowledged": _("已签收"),
        "returned": _("恢复未签收"),
        "latched": _("锁定未签收"),
        "latched_acknowledged": _("锁定已签收"),
        "shelved": _("搁置"),
        "suppressed": _("按设计抑制"),
        "out_of_service": _("停用"),
    },
    moves=(
        #    move           from                                  to                       button
        Move("occur", {"normal", "returned", "latched", "latched_acknowledged"}, "unacknowledged", _("报警")),
        Move("acknowledge", {"unacknowledged"}, "acknowledged", _("签收")),
        Move("acknowledge", {"returned"}, "normal", _("签收")),
        Move("acknowledge", {"latched"}, "latched_acknowledged", _("签收")),
        Move("expire", {"acknowledged"}, "unacknowledged", _("签收到期")),
        Move("expire", {"latched_acknowledged"}, "latched", _("签收到期")),
        Move("escalate", {"unacknowledged", "acknowledged"}, "unacknowledged", _("升级")),
        Move("recover", {"unacknowledged"}, "returned", _("恢复")),
        Move("recover", {"acknowledged"}, "normal", _("恢复")),
        Move("latch", {"unacknowledged"}, "latched", _("恢复并锁定")),
        Move("latch", {"acknowledged"}, "latched_acknowledged", _("恢复并锁定")),
        Move("reset", {"latched"}, "returned", _("复位")),
        Move("reset", {"latched_acknowledged"}, "normal", _("复位")),
        # Silent states follow the process without a sound.
        Move("occur", {"shelved"}, "shelved", _("报警")),
        Move("occur", {"suppressed"}, "suppressed", _("报警")),
        Move("occur", {"out_of_service"}, "out_of_service", _("报警")),
        Move("recover", {"shelved"}, "shelved", _("恢复")),
        Move("recover", {"suppressed"}, "suppressed", _("恢复")),
        Move("recover", {"out_of_service"}, "out_of_service", _("恢复")),
        Move("shelve", ANNUNCIATED, "shelved", _("搁置")),
        Move("suppress", {*ANNUNCIATED, "normal"}, "suppressed", _("抑制")),
        Move("remove", {*ANNUNCIATED, "normal", "shelved", "suppressed"}, "out_of_service", _("停用")),
        # What is still active when the silence ends asks again; what has returned meanwhile lapses.
        Move("unshelve", {"shelved"}, "unacknowledged", _("取消搁置")),
        Move("unsuppress", {"suppressed"}, "unacknowledged", _("抑制结束")),
        Move("restore", {"out_of_service"}, "unacknowledged", _("恢复使用")),
        Move("lapse", SILENT, "normal", _("静默期内已恢复")),
    ),
)

DEVICE = Lifecycle(
    initial="registered",
    labels={
        "registered": _("已登记"),
        "commissioned": _("调试"),
        "in_service": _("在用"),
        "maintenance": _("检修"),
        "retired": _("报废"),
    },
    moves=(
        Move("commission", {"registered"}, "commissioned", _("开始调试")),
        Move("start", {"commissioned"}, "in_service", _("投入使用")),
        Move("stop", {"in_service"}, "maintenance", _("停用检修")),
        Move("resume", {"maintenance"}, "in_service", _("恢复使用")),
        Move("retire", {"registered", "commissioned", "in_service", "maintenance"}, "retired", _("报废")),
    ),
)

WINDOW = Lifecycle(
    initial="requested",
    labels={
        "requested": _("待批准"),
        "approved": _("已批准"),
        "refused": _("未批准"),
        "withdrawn": _("已撤回"),
        "ended": _("已结束"),
    },
    moves=(
        Move("approve", {"requested"}, "approved", _("批准")),
        Move("refuse", {"requested"}, "refused", _("不批准")),
        Move("withdraw", {"requested"}, "withdrawn", _("撤回")),
        Move("end", {"approved"}, "ended", _("提前结束")),
    ),
)

LIMITS = Lifecycle(
    initial="draft",
    labels={"draft": _("待批准"), "approved": _("已批准"), "refused": _("未批准"), "withdrawn": _("已撤回")},
    moves=(
        Move("approve", {"draft"}, "approved", _("批准")),
        Move("refuse", {"draft"}, "refused", _("不批准")),
        Move("withdraw", {"draft"}, "withdrawn", _("撤回")),
    ),
)
