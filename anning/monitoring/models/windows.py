"""Windows (检修、摘除): alarms of a point are suppressed by design for a time; one asks, another approves."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.journal.models import Record
from anning.monitoring.lifecycle import WINDOW
from anning.monitoring.models.datastreams import Datastream


class Window(Record):
    """Maintenance or bypass of a datastream until a moment; it ends by itself."""

    class Kind(models.TextChoices):
        MAINTENANCE = "maintenance", _("检修")
        BYPASS = "bypass", _("摘除")
        CALIBRATION = "calibration", _("检定校准")

    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="windows", verbose_name=_("监测点位"))
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    since_at = models.DateTimeField(_("开始时间"))
    until_at = models.DateTimeField(_("结束时间"))
    reason = models.CharField(_("事由"), max_length=200)
    measures = models.CharField(_("替代措施"), max_length=200, blank=True, help_text=_("如：人工巡检，每30分钟一次"))
    state = models.CharField(_("状态"), max_length=10, choices=WINDOW.choices, default=WINDOW.initial, editable=False)
    applied_by = models.CharField(_("申请人"), max_length=64, editable=False)
    applied_at = models.DateTimeField(_("申请时间"), editable=False)
    decided_by = models.CharField(_("批准人"), max_length=64, blank=True, editable=False)
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True, editable=False)
    opinion = models.CharField(_("意见"), max_length=200, blank=True, editable=False)
    ended_at = models.DateTimeField(_("实际结束"), null=True, blank=True, editable=False)

    scope_area = "datastream__area__code"
    scope_organisation = "datastream__organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("检修摘除")
        verbose_name_plural = _("检修摘除")
        ordering = ["-since_at", "-id"]
        indexes = [models.Index(fields=["state", "until_at"], name="window_open")]

    def __str__(self) -> str:
        return f"{self.datastream} · {self.get_kind_display()}"

    def clean(self) -> None:
        """Raise ValidationError for a window that ends before it begins."""
        super().clean()
        if self.since_at and self.until_at and self.until_at <= self.since_at:
            raise ValidationError({"until_at": _("结束时间应晚于开始时间")})
