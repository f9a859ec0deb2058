"""Where news comes from: report points, and the means that work when telephones do not."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.journal.models import Record
from anning.registry.models.places import Place


class ReportPoint(Place):
    """A point that reports what happens (信息报告点), with the post that answers."""

    class Kind(models.TextChoices):
        TOWN = "town", _("镇街")
        VILLAGE = "village", _("村（社区）")
        PARK = "park", _("园区")
        UNIT = "unit", _("单位")

    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    post = models.CharField(_("报告岗位"), max_length=60, blank=True)
    verified_on = models.DateField(_("核实日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("信息报告点")
        verbose_name_plural = _("信息报告点")
        ordering = ["area__code", "initials", "id"]
        constraints = [models.UniqueConstraint(fields=["name", "area"], name="report_point_in_area")]


class Radio(Place):
    """A short-wave set or a satellite telephone: what still works when the networks are gone."""

    class Kind(models.TextChoices):
        SHORTWAVE = "shortwave", _("短波电台")
        SATELLITE = "satellite", _("卫星电话")
        RADIO = "radio", _("对讲机")

    class State(models.TextChoices):
        READY = "ready", _("可用")
        FAULTY = "faulty", _("故障")
        LENT = "lent", _("借出")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.READY)
    number = models.CharField(_("号码或呼号"), max_length=40, unique=True)
    keeper = models.CharField(_("保管岗位"), max_length=60, blank=True)
    tested_on = models.DateField(_("通联测试日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("应急通信设备")
        verbose_name_plural = _("应急通信设备")
        ordering = ["kind", "number"]
