"""What the journal hears of messages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import place_of
from anning.delivery.models import Message
from anning.journal.labels import describe
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel.actor import Actor

for kind, words in {
    "message.send": _("消息 发送"),
    "message.answer": _("消息 应答"),
    "message.undelivered": _("消息 未能送达"),
    "message.call": _("消息 拨打电话"),
    "message.close_call": _("消息 登记通话结果"),
    "message.visit": _("消息 转上门通知"),
    "message.export": _("消息 导出送达情况"),
    "person.prefer_channels": _("人员 设置接收渠道"),
}.items():
    describe(kind, words)


def note(message: Message, verb: str, actor: Actor, *, cause: str = "", **facts: Any) -> Entry:
    """Record ``message.<verb>``. People stand in it by key only."""
    area_code, path = place_of(message)
    return record(
        f"message.{verb}",
        message.subject,
        actor,
        area_code=area_code,
        organisation_path=path,
        sensitivity=message.sensitivity,
        exercise=message.exercise,
        version=message.version,
        cause=cause,
        title=message.title,
        level=message.level,
        about=message.about,
        url=message.get_absolute_url(),
        **facts,
    )
