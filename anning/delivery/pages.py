"""Registers of delivery: ready texts, and the book of messages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.delivery.models import Message, Template
from anning.ui.records.register import Register, register
from anning.ui.registries import Text


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


@register
class MessageBook(Register):
    """All messages, to look up, print and export; who got one stands on its report."""

    model = Message
    name = "message-book"
    title = _("消息台账")
    help = _("管辖范围内的全部消息，可查询、打印、导出；每个人的送达情况在消息的送达页面。")
    columns = ("title", "level", "sent_at", "organisation", "needs_answer")
    filters = ("level", "organisation", "sent_at", "needs_answer")
    search = ("title", "initials")
    form = ((_("消息"), ("title", "level", "body", "needs_answer", "breaks_quiet")),)
    facts = ("sent_at", "about_title")
    verbs = ("view", "export")
    searchable = False
    position = 84

    def links(self, row: Any) -> list[tuple[Text, str]]:
        """Return the way to the message's report."""
        return [(_("送达情况"), reverse("delivery:message_report", args=[row.pk]))]
