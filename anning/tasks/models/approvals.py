"""Approvals: the text in its versions, the steps it goes through, what was said."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Person, Scoped
from anning.journal.models import Record
from anning.kernel.pinyin import initials_key
from anning.tasks.lifecycle import APPROVAL
from anning.tasks.models.tasks import Task, Urgency
from anning.vault.fields import EncryptedTextField


class Approval(Scoped):
    """A paper on its way: 拟稿, 审核, 签发."""

    title = models.CharField(_("标题"), max_length=160)
    initials = models.CharField(_("简拼"), max_length=300, blank=True, editable=False, db_index=True)
    addressee = models.CharField(_("主送机关"), max_length=200, blank=True)
    copied_to = models.CharField(_("抄送机关"), max_length=200, blank=True)
    urgency = models.PositiveSmallIntegerField(_("紧急程度"), choices=Urgency.choices, default=Urgency.NORMAL)
    due_at = models.DateTimeField(_("时限"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=12, choices=APPROVAL.choices, default=APPROVAL.initial, editable=False
    )
    about = models.CharField(_("关联对象"), max_length=64, blank=True, editable=False)  # a journal subject
    about_title = models.CharField(_("关联事项"), max_length=120, blank=True, editable=False)
    about_url = models.CharField(max_length=200, blank=True, editable=False)
    series = models.CharField(_("文号字头"), max_length=40, blank=True, help_text=_("如：某区应急；空则不编文号"))
    number = models.CharField(_("文号"), max_length=60, blank=True, editable=False)
    drafted_by = models.CharField(_("拟稿人"), max_length=64, editable=False)  # an actor's name
    signed_by = models.CharField(_("签发人"), max_length=64, blank=True, editable=False)
    signed_at = models.DateTimeField(_("签发时间"), null=True, blank=True, editable=False)
    content_digest = models.CharField(_("内容摘要"), max_length=64, blank=True, editable=False)
    run = models.PositiveSmallIntegerField(default=1, editable=False)  # sent back and submitted again: the next run
    chase = models.ForeignKey(
        Task, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("补签任务")
    )

    class Meta(Record.Meta):
        verbose_name = _("审批")
        verbose_name_plural = _("审批")
        ordering = ["-urgency", "-id"]
        indexes = [
            models.Index(fields=["about"], name="approval_about"),
            models.Index(fields=["state", "due_at"], name="approval_state_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="one_paper_a_number", condition=~models.Q(number=""))
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:approval_detail", args=[self.pk])

    def derive(self) -> None:
        """Fill the initials of the title."""
        self.initials = initials_key(self.title, 300)


class Draft(models.Model):
    """One version of the text. A version is never changed; a correction is the next version."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="drafts", verbose_name=_("审批"))
    number = models.PositiveSmallIntegerField(_("稿次"))
    title = models.CharField(_("标题"), max_length=160)
    text = models.TextField(_("正文"))
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("拟稿人"), max_length=64)

    class Meta:
        verbose_name = _("文稿")
        verbose_name_plural = _("文稿")
        ordering = ["approval", "number"]
        constraints = [models.UniqueConstraint(fields=["approval", "number"], name="one_draft_a_number")]

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"


class Step(models.Model):
    """One signature that the paper needs: a review, an added opinion (加签), or the final signature."""

    class Duty(models.TextChoices):
        REVIEW = "review", _("审核")
        ADDED = "added", _("加签")
        SIGN = "sign", _("签发")

    class Outcome(models.TextChoices):
        WAITING = "", _("待处理")
        AGREED = "agreed", _("同意")
        SENT_BACK = "sent_back", _("退回修改")
        TRANSFERRED = "transferred", _("转交")

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="steps", verbose_name=_("审批"))
    run = models.PositiveSmallIntegerField(_("轮次"), default=1)
    position = models.PositiveSmallIntegerField(_("次序"))
    duty = models.CharField(_("环节"), max_length=8, choices=Duty.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("办理人"))
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome.choices, blank=True, default=Outcome.WAITING)
    since = models.DateTimeField(_("到达时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("办理时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("审批环节")
        verbose_name_plural = _("审批环节")
        ordering = ["approval", "run", "position"]
        indexes = [models.Index(fields=["person", "outcome"], name="step_waits_for")]

    def __str__(self) -> str:
        return f"{self.approval} · {self.get_duty_display()} · {self.person}"


class Opinion(models.Model):
    """What somebody said on a version of the paper. Lines are added, never changed."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="opinions", verbose_name=_("审批"))
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="opinions", verbose_name=_("文稿"))
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("签署人"), max_length=64)
    move = models.CharField(_("动作"), max_length=20)
    text = models.TextField(_("意见"), blank=True)

    class Meta:
        verbose_name = _("意见")
        verbose_name_plural = _("意见")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text or self.move


class VerbalConsent(models.Model):
    """A consent given by voice before the signature (先报后补签): who, when, from which number, in which words."""

    approval = models.OneToOneField(Approval, models.CASCADE, related_name="consent", verbose_name=_("审批"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("同意人"))
    given_at = models.DateTimeField(_("同意时间"))
    phone = EncryptedTextField(_("通话号码"), blank=True)
    words = models.TextField(_("原话"))
    heard_by = models.CharField(_("记录人"), max_length=64)
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("口头同意")
        verbose_name_plural = _("口头同意")

    def __str__(self) -> str:
        return f"{self.approval} · {self.person}"
