"""Tables of the journal, and the abstract record that every journaled table is."""

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.uid import new_uid
from anning.vault.fields import EncryptedTextField


class Sensitivity(models.TextChoices):
    """密级 of a record. Classified material (秘密 and above) never enters the platform."""

    PUBLIC = "public", _("公开")
    INTERNAL = "internal", _("内部")
    SENSITIVE = "sensitive", _("敏感")


class RealRecords(models.Manager[Any]):
    """Leaves out what belongs to an exercise."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(exercise=False)


class Record(models.Model):
    """A row that people change: it has a ULID for the outside, a version against lost updates, and a 密级."""

    uid = models.CharField(_("编号"), max_length=26, unique=True, default=new_uid, editable=False)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)
    sensitivity = models.CharField(_("密级"), max_length=10, choices=Sensitivity.choices, default=Sensitivity.INTERNAL)
    exercise = models.BooleanField(_("演练"), default=False, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    changed_at = models.DateTimeField(_("更新时间"), auto_now=True)

    # Where this row belongs, as lookups; "" means: shared reference, not cut by scope.
    scope_area: ClassVar[str] = ""
    scope_organisation: ClassVar[str] = ""

    objects = RealRecords()
    all_objects = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "all_objects"

    @property
    def subject(self) -> str:
        """The name under which the journal knows this row."""
        return f"{self._meta.model_name}:{self.pk}"


class Entry(models.Model):
    """One fact in the journal. Unsealed until the sealer has given it ``seq`` and ``digest``."""

    uid = models.CharField(max_length=26, unique=True, default=new_uid, editable=False)
    seq = models.BigIntegerField(_("序号"), null=True, unique=True, editable=False)
    at = models.DateTimeField(_("业务时间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    kind = models.CharField(_("事项"), max_length=64)
    subject = models.CharField(_("对象"), max_length=64)
    actor = models.CharField(_("操作人"), max_length=64)
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True)
    organisation_path = models.CharField(_("单位路径"), max_length=200, blank=True)
    sensitivity = models.CharField(_("密级"), max_length=10, choices=Sensitivity.choices)
    exercise = models.BooleanField(_("演练"), default=False)
    content_version = models.PositiveIntegerField(_("内容版本"), default=0)
    cause = models.CharField(_("起因"), max_length=26, blank=True)
    body = models.TextField(_("内容"))  # canonical JSON: the very characters that the digest covers
    algorithm = models.CharField(_("算法"), max_length=8, blank=True)
    digest = models.CharField(_("摘要"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("日志条目")
        verbose_name_plural = _("日志")
        indexes = [
            models.Index(fields=["subject", "id"], name="entry_subject"),
            models.Index(fields=["kind", "seq"], name="entry_kind"),
            models.Index(fields=["actor", "id"], name="entry_actor"),
            models.Index(fields=["area_code", "seq"], name="entry_area"),
        ]

    def __str__(self) -> str:
        return f"{self.seq or '—'} {self.kind} {self.subject}"

    @property
    def data(self) -> dict[str, Any]:
        """The facts of the entry."""
        facts: dict[str, Any] = json.loads(self.body)
        return facts


class Cursor(models.Model):
    """How far one listener has heard the journal, and what keeps it from going on."""

    listener = models.CharField(_("监听者"), max_length=100, unique=True)
    seq = models.BigIntegerField(_("已处理至"), default=0)
    failures = models.PositiveIntegerField(_("连续失败次数"), default=0)
    error = models.CharField(_("失败原因"), max_length=300, blank=True)
    retry_at = models.DateTimeField(_("下次重试"), null=True, blank=True)

    class Meta:
        verbose_name = _("监听进度")
        verbose_name_plural = _("监听进度")

    def __str__(self) -> str:
        return f"{self.listener} @ {self.seq}"


class PersonalKey(models.Model):
    """The random key of one subject's digests. Deleting it makes every digest of that subject unguessable."""

    subject = models.CharField(_("对象"), max_length=64, unique=True)
    key = EncryptedTextField()

    class Meta:
        verbose_name = _("个人信息密钥")
        verbose_name_plural = _("个人信息密钥")

    def __str__(self) -> str:
        return self.subject


class PersonalValue(models.Model):
    """A personal value that an entry names by ``ref``; it goes with its subject's key."""

    ref = models.CharField(max_length=26, unique=True, default=new_uid, editable=False)
    key = models.ForeignKey(PersonalKey, models.CASCADE, related_name="values")
    digest = models.CharField(_("摘要"), max_length=64)
    value = EncryptedTextField()

    class Meta:
        verbose_name = _("个人信息值")
        verbose_name_plural = _("个人信息值")
        constraints = [models.UniqueConstraint(fields=["key", "digest"], name="personal_value_once")]

    def __str__(self) -> str:
        return self.ref


class Head(models.Model):
    """A signed head: what the chain ended with at an instant, to be handed outside."""

    slot = models.CharField(max_length=40, unique=True, default=new_uid, editable=False)  # one head per hour and shift
    seq = models.BigIntegerField(_("序号"))
    digest = models.CharField(_("摘要"), max_length=64)
    algorithm = models.CharField(_("算法"), max_length=8)
    at = models.DateTimeField(_("签名时间"))
    district = models.CharField(_("区划代码"), max_length=12)
    key = models.CharField(_("公钥"), max_length=64)
    signature = models.CharField(_("签名"), max_length=100)

    class Meta:
        verbose_name = _("链头")
        verbose_name_plural = _("链头")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.seq} {self.digest[:12]}"


class Heartbeat(models.Model):
    """The last sign of life of one process."""

    process = models.CharField(_("进程"), max_length=20)
    instance = models.CharField(_("实例"), max_length=80)
    at = models.DateTimeField(_("时间"))
    detail = models.JSONField(_("详情"), default=dict)

    class Meta:
        verbose_name = _("心跳")
        verbose_name_plural = _("心跳")
        constraints = [models.UniqueConstraint(fields=["process", "instance"], name="one_heartbeat")]

    def __str__(self) -> str:
        return f"{self.process} {self.instance}"
