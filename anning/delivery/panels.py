"""What delivery shows on others' pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.delivery import permissions, selectors
from anning.delivery.models import Level
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.ui import registries
from anning.ui.records.register import find
from anning.ui.records.selectors import matching
from anning.ui.registries import BellSource, Found, HelpPage, HomeBlock, NavItem, Notice, Panel, SearchSource, Tile

MOST = 8


def latest(actor: Actor, limit: int) -> list[Notice]:
    """The newest messages to the actor."""
    return [
        Notice(
            receipt.message.title,
            receipt.message.get_absolute_url(),
            _("须应答") if receipt.message.needs_answer and not receipt.answered_at else "",
            receipt.message.sent_at,
            receipt.opened_at is None,
            receipt.message.level >= Level.ORANGE,
        )
        for receipt in selectors.inbox(actor)[:limit]
    ]


def messages_here(actor: Actor, record: Any) -> dict[str, Any] | None:
    """Messages about the record whose page it is."""
    found = selectors.with_counts(selectors.messages_about(record.subject, actor))[:MOST]
    return {"found": found} if found else None


def calls_block(actor: Actor) -> dict[str, Any] | None:
    """The next calls to make."""
    queue = selectors.call_queue(actor)
    count = queue.count()
    return {"calls": queue[:MOST], "count": count} if count else None


def find_messages(actor: Actor, text: str, limit: int) -> list[Found]:
    """Messages that the actor was sent or may follow, by title or initials; the newest first."""
    seen = selectors.readable_messages(actor).filter(matching(find("message-book"), text)).order_by("-pk")
    return [
        Found(m.title, m.get_absolute_url(), _("消息"), f"{clock.local(m.sent_at):%Y-%m-%d %H:%M}")
        for m in seen[:limit]
    ]


registries.search_sources.add("messages", SearchSource("messages", _("消息"), find_messages, position=52))
registries.bell_sources.add("messages", BellSource("messages", _("消息"), latest, selectors.unread))
registries.panels.add(
    "messages", Panel("messages", "*", _("消息"), "delivery/_panel_messages.html", messages_here, position=70)
)
registries.home_blocks.add(
    "calls",
    HomeBlock(
        "calls",
        _("待拨电话"),
        "delivery/_block_calls.html",
        calls_block,
        homes=("duty",),
        permission=permissions.CALL,
        position=15,
    ),
)
registries.nav_items.add(
    "messages",
    NavItem("messages", _("消息"), "delivery:message_list", "message", permissions.VIEW, position=52),
)
registries.nav_items.add(
    "calls", NavItem("calls", _("叫应"), "delivery:call_list", "phone", permissions.CALL, ("duty",), position=35)
)
registries.tiles.add("messages", Tile("messages", _("消息"), "delivery:message_list", "message", selectors.unread))
registries.help_pages.add(
    "delivery:call_list",
    HelpPage(
        "delivery:call_list",
        _("叫应"),
        (
            _("从第一行开始拨打：点“拨打”后显示号码并开始计时，通话后点结果。"),
            _("超过时限没有结果，自动转下一人；同一人多次未接通，转为派人上门，任务自动交给其所在单位。"),
            _("“接通”只表示找到了本人；要求应答的消息，须听到本人答复后点“已答复”。"),
            _("结果旁可写一句备注，如对方的答复；它只记在这次通话中，不进入日志。"),
        ),
        keys=(
            ("t", _("拨打第一行")),
            ("1", _("接通")),
            ("2", _("无人接听")),
            ("3", _("占线")),
            ("4", _("已答复")),
        ),
    ),
)
registries.help_pages.add(
    "delivery",
    HelpPage(
        "delivery",
        _("消息"),
        (
            _("打开消息即自动回执。标有“须应答”的消息，还要点“签收”才算应答。"),
            _("夜间免打扰时段内，除红色、橙色和注明的紧急事项外，电话和邮件暂缓到时段结束再发送。"),
        ),
    ),
)
