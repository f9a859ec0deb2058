"""Faults (故障): what is wrong with the instrument, not with the process; shown to those who mend devices."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Scoped
from anning.journal.models import Record
from anning.monitoring.models.alarms import Condition
from anning.monitoring.models.datastreams import Datastream


class Fault(Scoped):
    """One fault of a datastream: out of range, flat, offline, late, or marked by the device itself."""

    datastream = models.ForeignKey(Datastream, models.PROTECT, related_name="faults", verbose_name=_("监测点位"))
    condition = models.CharField(_("故障"), max_length=40, choices=Condition.choices)
    onset_ms = models.BigIntegerField(editable=False)
    onset_at = models.DateTimeField(_("发生时间"))
    ended_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    value = models.FloatField(_("当时数值"), null=True, blank=True)
    order = models.CharField(_("维修工单"), max_length=64, blank=True, editable=False)  # a journal subject, task:7
    ordered_at = models.DateTimeField(_("派单时间"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("设备故障")
        verbose_name_plural = _("设备故障")
        ordering = ["-onset_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["datastream", "condition", "onset_ms"], name="a_fault_is_kept_once")
        ]
        indexes = [
            models.Index(fields=["onset_at"], name="fault_open", condition=models.Q(ended_at=None)),
            models.Index(fields=["condition", "ended_at"], name="fault_span"),
        ]

    def __str__(self) -> str:
        return f"{self.datastream} {self.get_condition_display()}"
