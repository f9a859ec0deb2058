"""Registers of evacuation lists and of their households."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.registry.models import EvacuationLine, EvacuationList
from anning.registry.pages.rail import entry
from anning.registry.services import evacuation
from anning.ui.records.register import Register, register
from anning.ui.registries import Text


@register
class EvacuationLists(Register):
    model = EvacuationList
    name = "evacuation-lists"
    help = _("一村一册：谁组织、谁转移、何时转、转到哪里、怎么走。启用后逐户登记，人数实时汇总。")
    columns = ("name", "area", "hazard", "organiser", "organiser_phone", "shelter", "state")
    more_columns = ("trigger", "route", "transport", "started_at")
    filters = ("area", "hazard", "shelter")
    search = ("name", "area__name", "area__initials", "organiser")
    chips, tones = "state", {"ready": "off", "running": "bad", "closed": "ok"}
    form = (
        (_("名册"), ("name", "hazard", "area", "trigger")),
        (_("组织"), ("organiser", "organiser_phone", "organisation")),
        (_("去向"), ("shelter", "route", "transport")),
    )
    facts = ("state", "started_at", "closed_at")
    key = ("name", "area")
    labels = {"area": _("村（社区）")}
    nav = entry("evacuation-lists", _("转移名册"), "checklist", "evacuationlist", 80)
    position = 150

    def links(self, row: Any) -> list[tuple[Text, str]]:
        """Moving people has a page of its own."""
        return [(_("转移登记"), reverse("registry:evacuation", args=(row.pk,)))]


@register
class EvacuationLines(Register):
    model = EvacuationLine
    name = "evacuation-lines"
    help = _("名册上的每一户和它转移的结果；转移时用名册页上的“转移登记”更快。")
    columns = ("household", "household__area", "list", "people", "state", "note", "marked_at")
    more_columns = ("household__key_people", "household__guardian", "household__address")
    filters = ("household__area", "list")
    search = ("household__code", "list__name")
    chips, tones = "state", {"due": "warn", "moved": "ok", "refused": "bad", "missing": "bad"}
    form = ((_("转移"), ("list", "household", "people", "state", "note")),)
    facts = ("marked_at",)
    key = ("list", "household")
    labels = {"household__area": _("村（社区）")}
    services = {"create": evacuation.create_line, "change": evacuation.change_line}
    searchable = False
    position = 155
