"""Facilities (设施): works of water, roads and pipes, each with its managing unit and, where needed, its own plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.journal.models import Record
from anning.registry.models.places import Place


class Facility(Place):
    """A bridge, pump, sluice, dike section, underpass, waterlogging point, hydrant, gas or pipeline segment."""

    class Kind(models.TextChoices):
        BRIDGE = "bridge", _("桥梁")
        PUMP = "pump", _("泵站")
        SLUICE = "sluice", _("水闸")
        DIKE = "dike", _("堤防")
        UNDERPASS = "underpass", _("下穿立交")
        WATERLOGGING = "waterlogging", _("易涝点")
        HYDRANT = "hydrant", _("消火栓")
        GAS = "gas", _("燃气设施")
        PIPELINE = "pipeline", _("油气管道")
        FIRE_STATION = "fire_station", _("消防站")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        SOUND = "sound", _("完好")
        FAULTY = "faulty", _("有缺陷")
        STOPPED = "stopped", _("停用")

    code = models.CharField(_("编码"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=14, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.SOUND)
    river = models.CharField(_("所在河道"), max_length=40, blank=True)
    from_stake = models.CharField(_("起桩号"), max_length=20, blank=True)
    to_stake = models.CharField(_("止桩号"), max_length=20, blank=True)
    capacity = models.CharField(_("能力"), max_length=60, blank=True, help_text=_("如“30立方米/秒”“DN300”"))
    plan = models.TextField(_("一点一方案"), blank=True, help_text=_("谁、何时、封哪条路、从哪排水"))
    checked_on = models.DateField(_("检查日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("设施")
        verbose_name_plural = _("设施")
        ordering = ["kind", "initials", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "kind", "area"], name="facility_name_in_area"),
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="one_facility_code"),
        ]
