"""Alarms (报警) by ISA-18.2, every event of them, and who is told when nobody acknowledges."""

from datetime import datetime

from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Post, Scoped
from anning.journal.models import Record
from anning.kernel import clock
from anning.monitoring.lifecycle import ALARM, LETTERS
from anning.monitoring.models.datastreams import Datastream
from anning.monitoring.models.tiers import Tier
from anning.monitoring.models.windows import Window
from anning.registry.models import Enterprise


class Verdict(models.TextChoices):
    """What the alarm turned out to be."""

    TRUE = "true", _("真警")
    FALSE = "false", _("误报")


class Condition(models.TextChoices):
    """What is the matter with the value."""

    HIGH_HIGH = "high_high", _("高高报")
    HIGH = "high", _("高报")
    LOW = "low", _("低报")
    LOW_LOW = "low_low", _("低低报")
    RATE = "rate", _("变化过快")
    COUNT = "count", _("频繁越限")
    WINDOW_SUM = "window_sum", _("累计超限")
    EXPRESSION = "expression", _("组合条件")
    FLAT = "flat", _("长时间不变")
    OUT_OF_RANGE = "out_of_range", _("超出量程")
    FAULT = "fault", _("设备故障")
    OFFLINE = "offline", _("离线")
    LATE = "late", _("数据迟到")


class Alarm(Scoped):
    """One alarm from its first onset on; onsets that follow a return within minutes are its further episodes."""

    datastream = models.ForeignKey(Datastream, models.PROTECT, related_name="alarms", verbose_name=_("监测点位"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="alarms", verbose_name=_("企业")
    )
    cause = models.CharField(_("归并原因"), max_length=20)  # with the enterprise: what belongs together in the queue
    condition = models.CharField(_("报警条件"), max_length=40, choices=Condition.choices)
    rule = models.CharField(_("规则"), max_length=80, blank=True)
    onset_ms = models.BigIntegerField(
        editable=False
    )  # event time; with datastream, condition and rule it is the occurrence
    onset_at = models.DateTimeField(_("发生时间"))
    raised_at = models.DateTimeField(_("记录时间"))
    episode_at = models.DateTimeField(_("最近一次发生"))
    returned_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    is_active = models.BooleanField(_("仍在越限"), default=True)
    episodes = models.PositiveIntegerField(_("发生次数"), default=1)
    state = models.CharField(_("状态"), max_length=20, choices=ALARM.choices, default=ALARM.initial)
    first_tier = models.PositiveSmallIntegerField(_("初始等级"), choices=Tier.choices)
    tier = models.PositiveSmallIntegerField(_("等级"), choices=Tier.choices)
    priority = models.PositiveSmallIntegerField(_("优先级"), default=0)
    value = models.FloatField(_("触发值"), null=True, blank=True)
    limit = models.FloatField(_("限值"), null=True, blank=True)
    peak = models.FloatField(_("最大偏离值"), null=True, blank=True)
    is_latching = models.BooleanField(_("报警锁定"), default=False)

    due_at = models.DateTimeField(_("时限"), null=True, blank=True)  # the clock that counts in this state
    tier_due_at = models.DateTimeField(_("升级时限"), null=True, blank=True)  # unresolved until then: the next tier
    check_due_at = models.DateTimeField(_("核实时限"), null=True, blank=True)  # telephone and video check of 报警
    steps = models.JSONField(default=list, editable=False)  # whom to tell when nobody acknowledges, frozen at the start
    step = models.PositiveSmallIntegerField(default=0, editable=False)
    step_due_at = models.DateTimeField(_("通知上级时限"), null=True, blank=True, editable=False)

    acknowledged_by = models.CharField(_("签收人"), max_length=64, blank=True)
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    acknowledged_until = models.DateTimeField(_("签收有效至"), null=True, blank=True)
    first_acknowledged_at = models.DateTimeField(_("首次签收"), null=True, blank=True)
    shelved_until = models.DateTimeField(_("搁置至"), null=True, blank=True)
    window = models.ForeignKey(
        Window, models.SET_NULL, null=True, blank=True, related_name="alarms", verbose_name=_("检修摘除")
    )
    verdict = models.CharField(_("研判"), max_length=5, choices=Verdict.choices, blank=True)
    verdict_reason = models.CharField(_("研判理由"), max_length=200, blank=True)
    judged_by = models.CharField(_("研判人"), max_length=64, blank=True)
    judged_at = models.DateTimeField(_("研判时间"), null=True, blank=True)
    handed_up_by = models.CharField(_("上报人"), max_length=64, blank=True)
    handed_up_at = models.DateTimeField(_("上报时间"), null=True, blank=True)
    measure = models.CharField(_("处置措施"), max_length=200, blank=True)
    closed_by = models.CharField(_("消警人"), max_length=64, blank=True)
    closed_at = models.DateTimeField(_("消警时间"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("报警")
        verbose_name_plural = _("报警")
        ordering = ["-onset_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["datastream", "condition", "rule", "onset_ms"], name="an_onset_raises_once")
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="alarm_open", condition=~models.Q(state="normal")),
            models.Index(fields=["tier_due_at"], name="alarm_tier_due", condition=models.Q(tier_due_at__isnull=False)),
            models.Index(fields=["step_due_at"], name="alarm_step_due", condition=models.Q(step_due_at__isnull=False)),
            models.Index(fields=["datastream", "condition", "-episode_at"], name="alarm_last_episode"),
            models.Index(fields=["state", "-onset_at", "-id", "exercise"], name="alarm_state"),
            models.Index(fields=["enterprise", "-onset_at"], name="alarm_enterprise"),
        ]

    def __str__(self) -> str:
        return f"{self.datastream} {self.get_condition_display()}"

    @property
    def code(self) -> str:
        """What people read out: year of the onset and number."""
        return f"{clock.local(self.onset_at).year}-{self.pk:06d}"

    @property
    def letter(self) -> str:
        """The letter of ISA-18.2 for the state."""
        return LETTERS[self.state]

    def get_absolute_url(self) -> str:
        return reverse("desk:alarm", args=[self.pk])

    def is_overdue(self, now: datetime) -> bool:
        """Whether the clock of this state has run out."""
        return self.due_at is not None and self.due_at <= now


class AlarmEvent(models.Model):
    """One thing that happened to an alarm: an onset, a return, a deed. Lines are added, never changed."""

    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="events", verbose_name=_("报警"))
    at = models.DateTimeField(_("时间"))  # of the event: for onset and return the device's
    recorded_at = models.DateTimeField(_("记录时间"))
    move = models.CharField(_("动作"), max_length=20)
    actor = models.CharField(_("操作人"), max_length=64)
    state = models.CharField(_("状态"), max_length=20, choices=ALARM.choices)
    tier = models.PositiveSmallIntegerField(_("等级"), choices=Tier.choices)
    value = models.FloatField(_("数值"), null=True, blank=True)
    limit = models.FloatField(_("限值"), null=True, blank=True)
    text = models.CharField(_("说明"), max_length=300, blank=True)
    key = models.CharField(max_length=200, null=True, unique=True, editable=False)  # of a transition: taken once

    class Meta:
        verbose_name = _("报警过程")
        verbose_name_plural = _("报警过程")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.move}"


class AlarmStep(Record):
    """Who is told when nobody acknowledges an alarm of this tier: so many minutes after the step before."""

    class Target(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业安全管理人员")
        TOWN = "town", _("属地镇街")
        POST = "post", _("指定岗位当班人员")
        LEADER = "leader", _("指定岗位的单位领导")

    tier = models.PositiveSmallIntegerField(_("等级"), choices=Tier.choices)
    position = models.PositiveSmallIntegerField(_("次序"))
    after_minutes = models.PositiveIntegerField(
        _("间隔（分钟）"), validators=[MaxValueValidator(24 * 60)], help_text=_("自上一步起计；第一步自报警起计")
    )
    target = models.CharField(_("通知谁"), max_length=10, choices=Target.choices)
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位"))
    note = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("报警通知步骤")
        verbose_name_plural = _("报警通知步骤")
        ordering = ["tier", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "position"],
                name="one_alarm_step_at_a_position",
                violation_error_message=_("这个等级已有此次序的步骤"),
            ),
            models.CheckConstraint(
                name="alarm_step_names_its_post",
                condition=models.Q(target__in=["post", "leader"], post__isnull=False)
                | (models.Q(post=None) & ~models.Q(target__in=["post", "leader"])),
                violation_error_message=_("通知岗位或其领导须填岗位，其余不填"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()} · {self.position}"
