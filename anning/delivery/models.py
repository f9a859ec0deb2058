"""Tables of delivery: messages, who must get them, every attempt, preferences."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation, Person, Post, Scoped
from anning.journal.models import Record
from anning.kernel.pinyin import initials_key
from anning.vault.fields import EncryptedTextField


class Level(models.IntegerChoices):
    """How urgent a message is; the warning colours where it carries a warning."""

    NORMAL = 0, _("一般")
    BLUE = 1, _("蓝色")
    YELLOW = 2, _("黄色")
    ORANGE = 3, _("橙色")
    RED = 4, _("红色")


class Template(Record):
    """A text that is ready to send; {花括号} marks what is filled in."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    title = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("正文"))
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level.choices, default=Level.NORMAL)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("消息模板")
        verbose_name_plural = _("消息模板")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Message(Scoped):
    """One thing that people must be told."""

    class CallMode(models.TextChoices):
        EACH = "each", _("逐人叫应")
        ANY = "any", _("一人应答即可")

    title = models.CharField(_("标题"), max_length=120)
    initials = models.CharField(_("简拼"), max_length=300, blank=True, editable=False, db_index=True)
    body = models.TextField(_("正文"))
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level.choices, default=Level.NORMAL)
    channels = models.JSONField(_("渠道"), default=list)
    call_mode = models.CharField(_("叫应方式"), max_length=4, choices=CallMode.choices, default=CallMode.EACH)
    breaks_quiet = models.BooleanField(
        _("不受夜间免打扰限制"), default=False, help_text=_("泄洪、转移、地震、有毒泄漏、短临强对流等")
    )
    needs_answer = models.BooleanField(_("须应答"), default=False, help_text=_("打开不等于签收"))
    template = models.ForeignKey(
        Template, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("模板")
    )
    about = models.CharField(_("关联对象"), max_length=64, blank=True, editable=False)  # a journal subject
    about_title = models.CharField(_("关联事项"), max_length=120, blank=True, editable=False)
    about_url = models.CharField(max_length=200, blank=True, editable=False)
    sent_by = models.CharField(_("发送人"), max_length=64, editable=False)  # an actor's name
    sent_at = models.DateTimeField(_("发送时间"), editable=False)
    vacant = models.JSONField(_("无人接收"), default=list, editable=False)  # posts and units without anybody
    dedup_key = models.CharField(max_length=120, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-sent_at", "-id"]
        indexes = [
            models.Index(fields=["-sent_at"], name="message_sent"),
            models.Index(fields=["about"], name="message_about"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dedup_key"], name="message_once", condition=~models.Q(dedup_key=""))
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("delivery:message_detail", args=[self.pk])

    def derive(self) -> None:
        """Fill the initials of the title."""
        self.initials = initials_key(self.title, 300)


class Receipt(models.Model):
    """What is known of one person and one message: delivered, opened, answered. Opened is not answered."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="receipts", verbose_name=_("消息"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="receipts", verbose_name=_("接收人"))
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("岗位"))
    unit = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("单位")
    )
    delivered_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    delivered_by = models.CharField(_("送达渠道"), max_length=20, blank=True)
    opened_at = models.DateTimeField(_("打开时间"), null=True, blank=True)
    answered_at = models.DateTimeField(_("应答时间"), null=True, blank=True)
    answered_by = models.CharField(_("应答登记"), max_length=64, blank=True)  # an actor: the person or on its behalf
    answer = models.CharField(_("应答内容"), max_length=200, blank=True)
    visit_at = models.DateTimeField(_("转上门时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("回执")
        verbose_name_plural = _("回执")
        ordering = ["message", "position", "id"]
        indexes = [models.Index(fields=["person"], name="receipt_unread", condition=models.Q(opened_at=None))]
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="one_receipt_each")]

    def __str__(self) -> str:
        return f"{self.message} → {self.person}"


class Attempt(models.Model):
    """One try to reach one person by one channel. A new try is a new row; a row tells exactly what happened."""

    class State(models.TextChoices):
        HELD = "held", _("夜间暂缓")
        WAITING = "waiting", _("待发送")
        SENDING = "sending", _("发送中")
        LISTED = "listed", _("待拨打")
        CALLING = "calling", _("拨打中")
        SENT = "sent", _("已送出")
        FAILED = "failed", _("失败")
        UNKNOWN = "unknown", _("结果不明")
        DROPPED = "dropped", _("不再需要")

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="attempts", verbose_name=_("回执"))
    channel = models.CharField(_("渠道"), max_length=20)
    number = models.PositiveSmallIntegerField(_("第几次"), default=1)
    key = models.CharField(_("幂等键"), max_length=80, editable=False)  # the same for every try of one delivery
    state = models.CharField(_("状态"), max_length=8, choices=State.choices)
    due_at = models.DateTimeField(_("应发时间"))
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("应答时限"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=20, blank=True)
    detail = models.CharField(_("说明"), max_length=300, blank=True)
    address = EncryptedTextField(_("号码或地址"), blank=True)  # as it was used
    by = models.CharField(_("拨打人"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("发送记录")
        verbose_name_plural = _("发送记录")
        ordering = ["receipt", "channel", "number"]
        indexes = [
            models.Index(fields=["due_at"], name="attempt_due", condition=models.Q(state__in=["held", "waiting"])),
            models.Index(
                fields=["answer_due_at"], name="attempt_open", condition=models.Q(state__in=["sending", "calling"])
            ),
            models.Index(fields=["channel", "state"], name="attempt_channel"),
        ]
        constraints = [models.UniqueConstraint(fields=["receipt", "channel", "number"], name="one_attempt_a_number")]

    def __str__(self) -> str:
        return f"{self.receipt} · {self.channel} {self.number}"


class ChannelPreference(models.Model):
    """A channel that a person does not want for ordinary messages."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("人员"))
    channel = models.CharField(_("渠道"), max_length=20)
    enabled = models.BooleanField(_("接收"), default=True)

    class Meta:
        verbose_name = _("渠道偏好")
        verbose_name_plural = _("渠道偏好")
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="one_preference_each")]

    def __str__(self) -> str:
        return f"{self.person} · {self.channel}"
