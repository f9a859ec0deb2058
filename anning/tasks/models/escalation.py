"""Escalation: the policy that a duty room writes, and the alarms that a task really raised."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Person, Post
from anning.journal.models import Record
from anning.tasks.models.tasks import Task, Urgency


class EscalationPolicy(Record):
    """Who is told when nobody acknowledges. The best fitting active policy is frozen onto each task."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    kind = models.CharField(
        _("适用类别"), max_length=12, choices=Task.Kind.choices, blank=True, help_text=_("空：各类任务")
    )
    urgency = models.PositiveSmallIntegerField(_("最低紧急程度"), choices=Urgency.choices, default=Urgency.NORMAL)
    is_active = models.BooleanField(_("启用"), default=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    shipped = models.JSONField(
        default=dict, editable=False
    )  # as the platform last brought it: tells local changes apart

    class Meta(Record.Meta):
        verbose_name = _("升级规则")
        verbose_name_plural = _("升级规则")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EscalationStep(Record):
    """One step of a policy: so many minutes after the step before, these are told."""

    class Target(models.TextChoices):
        AGAIN = "again", _("再次提醒承办人")
        LEADER = "leader", _("承办单位上级")
        ASSIGNER = "assigner", _("交办人")
        POST = "post", _("指定岗位")
        PERSON = "person", _("指定人员")

    policy = models.ForeignKey(EscalationPolicy, models.CASCADE, related_name="steps", verbose_name=_("升级规则"))
    position = models.PositiveSmallIntegerField(_("次序"))
    after_minutes = models.PositiveIntegerField(
        _("间隔（分钟）"), validators=[MaxValueValidator(30 * 24 * 60)], help_text=_("自上一步起计")
    )
    target = models.CharField(_("通知谁"), max_length=10, choices=Target.choices)
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("人员"))

    class Meta(Record.Meta):
        verbose_name = _("升级步骤")
        verbose_name_plural = _("升级步骤")
        ordering = ["policy__name", "position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="one_step_at_a_position"),
            models.CheckConstraint(
                name="step_names_its_target",
                condition=(
                    models.Q(target="post", post__isnull=False, person=None)
                    | models.Q(target="person", person__isnull=False, post=None)
                    | (models.Q(post=None, person=None) & ~models.Q(target__in=["post", "person"]))
                ),
                violation_error_message=_("选择“指定岗位”须填岗位，选择“指定人员”须填人员，其余不填"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} · {self.position}"

    def frozen(self) -> dict[str, Any]:
        """Return the step as a task keeps it."""
        return {
            "after_minutes": self.after_minutes,
            "target": self.target,
            "post": self.post_id,
            "person": self.person_id,
        }


class Alarm(models.Model):
    """One escalation step that came due: whom it told, or that nobody was on the post."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="alarms", verbose_name=_("任务"))
    round = models.PositiveSmallIntegerField(_("轮次"))
    step = models.PositiveSmallIntegerField(_("步骤"))
    due_at = models.DateTimeField(_("应升级时间"))
    at = models.DateTimeField(_("升级时间"))
    target = models.CharField(_("通知谁"), max_length=10, choices=EscalationStep.Target.choices)
    people = models.ManyToManyField(Person, related_name="task_alarms", verbose_name=_("已通知"))
    vacant = models.BooleanField(_("无人在岗"), default=False)

    class Meta:
        verbose_name = _("升级记录")
        verbose_name_plural = _("升级记录")
        ordering = ["task", "round", "step"]
        constraints = [models.UniqueConstraint(fields=["task", "round", "step"], name="each_step_alarms_once")]

    def __str__(self) -> str:
        return f"{self.task} · {self.round}.{self.step}"
