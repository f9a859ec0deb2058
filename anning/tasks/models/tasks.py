"""Tasks with their copies, feedback lines and proofs."""

from collections.abc import Iterator
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation, Person, Post, Role, Scoped
from anning.journal.models import Record
from anning.kernel.pinyin import initials_key
from anning.tasks.lifecycle import TASK
from anning.vault import store


class Urgency(models.IntegerChoices):
    """How urgent; in lower case the names are the keys of the rulebook's minutes."""

    NORMAL = 1, _("一般")
    URGENT = 2, _("紧急")
    CRITICAL = 3, _("特急")


class Task(Scoped):
    """What somebody must do by when: a person, a post, an organisation or a role."""

    class Kind(models.TextChoices):
        WORK = "work", _("工作任务")
        ORDER = "order", _("调度指令")
        INSTRUCTION = "instruction", _("领导批示")
        CHECK = "check", _("核实核查")
        REPORT = "report", _("材料报送")
        SIGNATURE = "signature", _("补签")
        VISIT = "visit", _("上门通知")

    title = models.CharField(_("任务"), max_length=120)
    initials = models.CharField(_("简拼"), max_length=300, blank=True, editable=False, db_index=True)
    body = models.TextField(_("要求"), blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices, default=Kind.WORK)
    urgency = models.PositiveSmallIntegerField(_("紧急程度"), choices=Urgency.choices, default=Urgency.NORMAL)
    state = models.CharField(_("状态"), max_length=12, choices=TASK.choices, default=TASK.initial, editable=False)

    about = models.CharField(_("关联对象"), max_length=64, blank=True, editable=False)  # a journal subject
    about_title = models.CharField(_("关联事项"), max_length=120, blank=True, editable=False)
    about_url = models.CharField(max_length=200, blank=True, editable=False)

    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("承办人")
    )
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("承办岗位")
    )
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("承办单位")
    )
    role = models.ForeignKey(
        Role, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("承办角色")
    )
    assigned_by = models.CharField(_("交办人"), max_length=64, editable=False)  # an actor's name
    assigned_at = models.DateTimeField(_("交办时间"), editable=False)

    due_at = models.DateTimeField(_("办结时限"), null=True, blank=True)
    ack_due_at = models.DateTimeField(_("签收时限"), null=True, blank=True, editable=False)
    acknowledged_by = models.CharField(_("签收人"), max_length=64, blank=True, editable=False)
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True, blank=True, editable=False)
    promised_at = models.DateTimeField(_("承诺完成"), null=True, blank=True, editable=False)
    remind_at = models.DateTimeField(_("到期提醒"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True, editable=False)

    steps = models.JSONField(default=list, editable=False)  # the escalation policy, frozen at the start
    round = models.PositiveSmallIntegerField(default=1, editable=False)  # an assignment or a re-alarm starts one
    step = models.PositiveSmallIntegerField(default=0, editable=False)  # the step that comes next
    step_due_at = models.DateTimeField(_("升级时间"), null=True, blank=True, editable=False)
    audited_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        ordering = ["-urgency", "due_at", "-id"]
        indexes = [
            models.Index(fields=["step_due_at"], name="task_step_due", condition=models.Q(state="open")),
            models.Index(fields=["promised_at"], name="task_promised", condition=models.Q(state="acknowledged")),
            models.Index(fields=["remind_at"], name="task_remind", condition=models.Q(remind_at__isnull=False)),
            models.Index(fields=["state", "due_at"], name="task_state_due"),
            models.Index(fields=["about"], name="task_about"),
        ]
        constraints = [
            models.CheckConstraint(
                name="task_has_one_assignee",
                condition=(
                    models.Q(person__isnull=False, post=None, unit=None, role=None)
                    | models.Q(person=None, post__isnull=False, unit=None, role=None)
                    | models.Q(person=None, post=None, unit__isnull=False, role=None)
                    | models.Q(person=None, post=None, unit=None, role__isnull=False)
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:task_detail", args=[self.pk])

    def derive(self) -> None:
        """Fill the initials of the title."""
        self.initials = initials_key(self.title, 300)

    @property
    def assignee(self) -> Person | Post | Organisation | Role:
        """Who must do it."""
        found = self.person or self.post or self.unit or self.role
        assert found is not None, "the constraint task_has_one_assignee holds"
        return found

    @property
    def clock_at(self) -> datetime | None:
        """The instant that counts now: until acknowledged the acknowledgement's, then the end."""
        return self.ack_due_at if self.state == "open" else self.promised_at or self.due_at


class Copy(models.Model):
    """Somebody who is told of a task without having to do it (抄送)."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="copies", verbose_name=_("任务"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("抄送"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("抄送")
        verbose_name_plural = _("抄送")
        constraints = [models.UniqueConstraint(fields=["task", "person"], name="one_copy_each")]

    def __str__(self) -> str:
        return f"{self.task} → {self.person}"


class Feedback(models.Model):
    """One line under a task. Lines are added, never changed."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="feedback", verbose_name=_("任务"))
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("反馈人"), max_length=64)
    move = models.CharField(_("动作"), max_length=20, blank=True)
    text = models.TextField(_("内容"), blank=True)

    class Meta:
        verbose_name = _("反馈")
        verbose_name_plural = _("反馈")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text or self.move


class Proof(models.Model):
    """A file that shows what was done; its bytes lie in the vault under their hash."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="proofs", verbose_name=_("任务"))
    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("文件名"), max_length=120)
    media_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveBigIntegerField(_("大小"))
    at = models.DateTimeField(_("上传时间"))
    by = models.CharField(_("上传人"), max_length=64)

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "sha256"], name="one_proof_once")]

    def __str__(self) -> str:
        return self.name


@store.named_by
def named_files() -> Iterator[str]:
    """Yield the hashes of the proofs."""
    yield from Proof.objects.values_list("sha256", flat=True).iterator()
