"""Rounds of the centre (巡视巡查), spot checks of posts (抽查查岗) and what they find."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Post, Scoped
from anning.journal.models import Record
from anning.kernel import clock
from anning.monitoring.models.alarms import Alarm
from anning.registry.models import Enterprise


class PatrolRound(Record):
    """The round of one shift: every watched enterprise once, in an order that nobody can foresee."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("岗位"))
    from_at = models.DateTimeField(_("班次开始"))
    until_at = models.DateTimeField(_("班次结束"))
    seed = models.BigIntegerField(editable=False)  # of the order, so that it can be shown to have been drawn
    made_by = models.CharField(_("制定人"), max_length=64)

    scope_area = "post__organisation__area__code"
    scope_organisation = "post__organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("巡查计划")
        verbose_name_plural = _("巡查计划")
        ordering = ["-from_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["post", "from_at"], name="one_round_a_shift")]

    def __str__(self) -> str:
        return f"{self.post} {clock.local(self.from_at):%m-%d %H:%M}"


class PatrolVisit(Scoped):
    """One enterprise of a round: looked at through its cameras and points, or not yet."""

    class Result(models.TextChoices):
        WAITING = "", _("未巡查")
        GOOD = "good", _("正常")
        FINDING = "finding", _("发现问题")
        BLIND = "blind", _("无画面")

    round = models.ForeignKey(PatrolRound, models.CASCADE, related_name="visits", verbose_name=_("巡查计划"))
    position = models.PositiveSmallIntegerField(_("次序"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="patrols", verbose_name=_("企业"))
    weight = models.FloatField(_("风险权重"), default=1)
    result = models.CharField(_("结果"), max_length=8, choices=Result.choices, blank=True)
    text = models.CharField(_("情况"), max_length=300, blank=True)
    seen_at = models.DateTimeField(_("巡查时间"), null=True, blank=True)
    seen_by = models.CharField(_("巡查人"), max_length=64, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("视频巡查")
        verbose_name_plural = _("视频巡查")
        ordering = ["-round__from_at", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["round", "enterprise"], name="once_in_a_round")]
        indexes = [models.Index(fields=["seen_at"], name="patrol_seen")]

    def __str__(self) -> str:
        return str(self.enterprise)


class SpotCheck(Scoped):
    """A call to a post on duty around the clock, which must answer within minutes (查岗)."""

    class Result(models.TextChoices):
        WAITING = "", _("等待应答")
        ANSWERED = "answered", _("按时应答")
        LATE = "late", _("超时应答")
        SILENT = "silent", _("无人应答")

    post = models.ForeignKey(Post, models.PROTECT, related_name="spot_checks", verbose_name=_("被查岗位"))
    asked_at = models.DateTimeField(_("查岗时间"))
    due_at = models.DateTimeField(_("应答时限"))
    answered_at = models.DateTimeField(_("应答时间"), null=True, blank=True)
    result = models.CharField(_("结果"), max_length=8, choices=Result.choices, blank=True)
    asked_by = models.CharField(_("查岗人"), max_length=64)
    note = models.CharField(_("情况"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("查岗")
        verbose_name_plural = _("查岗")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["due_at"], name="spot_check_open", condition=models.Q(result=""))]

    def __str__(self) -> str:
        return f"{self.post} {clock.local(self.asked_at):%m-%d %H:%M}"


class Finding(Scoped):
    """What a round, a spot check or an alarm brought to light at an enterprise."""

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        NOTICED = "noticed", _("已发函")
        MENDED = "mended", _("已整改")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="findings", verbose_name=_("企业"))
    visit = models.OneToOneField(PatrolVisit, models.SET_NULL, null=True, blank=True, related_name="finding")
    alarm = models.ForeignKey(Alarm, models.SET_NULL, null=True, blank=True, related_name="findings")
    text = models.CharField(_("问题"), max_length=300)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(_("发现时间"))
    found_by = models.CharField(_("发现人"), max_length=64)
    mended_at = models.DateTimeField(_("整改时间"), null=True, blank=True)
    measure = models.CharField(_("整改情况"), max_length=300, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("巡查发现")
        verbose_name_plural = _("巡查发现")
        ordering = ["-found_at", "-id"]
        indexes = [models.Index(fields=["state", "-found_at", "-id", "exercise"], name="finding_state")]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.text[:20]}"
