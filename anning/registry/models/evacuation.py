"""Evacuation lists (转移名册): who organises, who moves, when, where to and by what; counted when used."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Scoped
from anning.journal.models import Record
from anning.registry.models.residents import Household
from anning.registry.models.sites import Site


class EvacuationList(Scoped):
    """The list of one village for one kind of danger."""

    class Hazard(models.TextChoices):
        FLOOD = "flood", _("洪水")
        WATERLOGGING = "waterlogging", _("内涝")
        QUAKE = "quake", _("地震")
        LEAK = "leak", _("有毒气体泄漏")
        WIND = "wind", _("大风")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        READY = "ready", _("未启用")
        RUNNING = "running", _("转移中")
        CLOSED = "closed", _("已结束")

    name = models.CharField(_("名称"), max_length=120)
    hazard = models.CharField(_("情形"), max_length=14, choices=Hazard.choices)
    trigger = models.CharField(_("何时转移"), max_length=200, help_text=_("如“水位达到4.5米（大沽）”"))
    organiser = models.CharField(_("组织岗位"), max_length=60, help_text=_("如“村党支部书记”"))
    organiser_phone = models.CharField(_("组织电话"), max_length=40, blank=True)
    shelter = models.ForeignKey(
        Site, models.SET_NULL, null=True, blank=True, related_name="evacuation_lists", verbose_name=_("去向")
    )
    route = models.CharField(_("路线"), max_length=200, blank=True)
    transport = models.CharField(_("交通工具"), max_length=120, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.READY, editable=False)
    started_at = models.DateTimeField(_("启用时间"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("转移名册")
        verbose_name_plural = _("转移名册")
        ordering = ["area__code", "hazard", "name"]
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="evacuation_list_in_area")]

    def __str__(self) -> str:
        return self.name


class EvacuationLine(Record):
    """One household on the list, and how it went."""

    class State(models.TextChoices):
        DUE = "due", _("应转")
        MOVED = "moved", _("已转")
        REFUSED = "refused", _("拒转")
        MISSING = "missing", _("失联")

    list = models.ForeignKey(EvacuationList, models.CASCADE, related_name="lines", verbose_name=_("转移名册"))
    household = models.ForeignKey(Household, models.CASCADE, related_name="evacuations", verbose_name=_("住户"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DUE)
    people = models.PositiveSmallIntegerField(_("人数"), default=0)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    marked_at = models.DateTimeField(_("登记转移时间"), null=True, blank=True, editable=False)

    scope_area: ClassVar[str] = "list__area__code"
    scope_organisation: ClassVar[str] = "list__organisation__path"
    personal_fields: ClassVar[tuple[str, ...]] = ("note",)

    class Meta(Record.Meta):
        verbose_name = _("转移登记")
        verbose_name_plural = _("转移登记")
        ordering = ["list_id", "household__code"]
        constraints = [models.UniqueConstraint(fields=["list", "household"], name="one_line_a_household")]

    def __str__(self) -> str:
        return f"{self.household} · {self.get_state_display()}"
