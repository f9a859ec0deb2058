"""What the centre writes: early-warning notices (提示函) with receipts, and its daily, weekly and monthly reports."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation, Scoped
from anning.journal.models import Record
from anning.kernel import clock
from anning.monitoring.models.alarms import Alarm
from anning.monitoring.rounds.lifecycle import NOTICE
from anning.registry.models import Enterprise


class EarlyNotice(Scoped):
    """A letter that points out a danger before it becomes an accident, to enterprise, town and department."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="notices", verbose_name=_("企业"))
    number = models.CharField(_("文号"), max_length=60, blank=True)
    title = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("内容"))
    state = models.CharField(_("状态"), max_length=10, choices=NOTICE.choices, default=NOTICE.initial)
    alarms = models.ManyToManyField(Alarm, related_name="notices", blank=True, verbose_name=_("涉及报警"))
    drafted_by = models.CharField(_("拟稿人"), max_length=64)
    drafted_at = models.DateTimeField(_("拟稿时间"))
    sent_by = models.CharField(_("签发人"), max_length=64, blank=True)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    due_at = models.DateTimeField(_("回执时限"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("预警提示函")
        verbose_name_plural = _("预警提示函")
        ordering = ["-drafted_at", "-id"]
        indexes = [models.Index(fields=["state", "-drafted_at", "-id", "exercise"], name="notice_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rounds:notice", args=(self.pk,))


class NoticeReceipt(models.Model):
    """One recipient of a notice and its answer."""

    class Role(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        TOWN = "town", _("属地镇街")
        DEPARTMENT = "department", _("主管部门")

    notice = models.ForeignKey(EarlyNotice, models.CASCADE, related_name="receipts", verbose_name=_("预警提示函"))
    role = models.CharField(_("对象"), max_length=10, choices=Role.choices)
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("接收单位"), max_length=120)
    received_at = models.DateTimeField(_("回执时间"), null=True, blank=True)
    received_by = models.CharField(_("回执登记人"), max_length=64, blank=True)
    answer = models.CharField(_("回执意见"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("提示函回执")
        verbose_name_plural = _("提示函回执")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["notice", "role", "name"], name="one_receipt_of_a_recipient")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.name}"


class WatchReport(Record):
    """A report of the centre with its figures as they were counted; the papers are written from them."""

    class Kind(models.TextChoices):
        DAILY = "daily", _("日报")
        WEEKLY = "weekly", _("周报")
        MONTHLY = "monthly", _("月报")

    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    from_at = models.DateTimeField(_("统计起"))
    until_at = models.DateTimeField(_("统计止"))
    figures = models.JSONField(_("数字"), default=dict)
    remark = models.TextField(_("说明"), blank=True)
    made_at = models.DateTimeField(_("生成时间"))
    made_by = models.CharField(_("生成人"), max_length=64)

    class Meta(Record.Meta):
        verbose_name = _("监测报告")
        verbose_name_plural = _("监测报告")
        ordering = ["-until_at", "kind"]
        constraints = [models.UniqueConstraint(fields=["kind", "until_at"], name="one_report_of_a_span")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {clock.local(self.until_at):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("rounds:report", args=(self.pk,))
