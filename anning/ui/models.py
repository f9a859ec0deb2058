"""Tables of the record pages: how somebody likes a list, batches of imports, long jobs, files beside records."""

from collections.abc import Iterator
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import User
from anning.journal.models import Record
from anning.kernel.uid import new_uid
from anning.vault import store


class ListPreference(models.Model):
    """How one user likes one list: its columns, its density, its page length."""

    class Density(models.TextChoices):
        DENSE = "dense", _("紧凑")
        NORMAL = "normal", _("标准")
        LOOSE = "loose", _("宽松")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    register = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    density = models.CharField(max_length=8, choices=Density.choices, default=Density.NORMAL)
    page_size = models.PositiveSmallIntegerField(default=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "register"], name="one_preference_a_list")]

    def __str__(self) -> str:
        return f"{self.user} {self.register}"


class ImportBatch(models.Model):
    """One uploaded file: checked, then imported as one batch with one number, undone as one batch."""

    class State(models.TextChoices):
        CHECKING = "checking", _("检查中")
        CHECKED = "checked", _("待确认")
        RUNNING = "running", _("导入中")
        DONE = "done", _("已导入")
        FAILED = "failed", _("未导入")
        UNDONE = "undone", _("已撤销")

    uid = models.CharField(_("编号"), max_length=26, unique=True, default=new_uid, editable=False)
    register = models.CharField(max_length=40)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("导入人"))
    filename = models.CharField(_("文件"), max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)  # the file in the vault; "" once it was imported or given up
    update = models.BooleanField(_("更新已存在数据"), default=False)
    only_good = models.BooleanField(_("只导入正确行"), default=False)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.CHECKED)
    total = models.PositiveIntegerField(_("总行数"), default=0)
    created = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("更新"), default=0)
    unchanged = models.PositiveIntegerField(_("未变"), default=0)
    refused = models.PositiveIntegerField(_("有误"), default=0)
    headings = models.JSONField(default=list)  # fields that the file has columns for
    strange = models.JSONField(default=list)  # headings that the register does not know
    problems = models.JSONField(default=list)  # [row of the file, field or "", what is wrong]; gone with the file
    # What an undo needs: [key, version afterwards, entry of the journal that holds the values before].
    rows = models.JSONField(default=list)
    note = models.TextField(_("说明"), blank=True)
    created_at = models.DateTimeField(_("上传时间"))
    done_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")
        ordering = ["-id"]
        indexes = [models.Index(fields=["register", "-id"], name="batch_register")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The batch number that people read on the telephone."""
        return f"{self.created_at:%Y%m%d}-{self.pk:04d}"


class Job(models.Model):
    """Work that takes longer than a page: large exports and imports. A worker claims it, beats, and finishes it."""

    class Kind(models.TextChoices):
        EXPORT = "export", _("导出")
        IMPORT = "import", _("导入")

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")
        EXPIRED = "expired", _("已过期")

    uid = models.CharField(_("编号"), max_length=26, unique=True, default=new_uid, editable=False)
    kind = models.CharField(_("类型"), max_length=8, choices=Kind.choices)
    register = models.CharField(max_length=40)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("提交人"))
    facts = models.JSONField(default=dict)  # what to do: filters, columns, format, or the batch
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.QUEUED)
    claimed_by = models.CharField(max_length=26, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(_("已处理"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    filename = models.CharField(_("文件"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("提交时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    expires_at = models.DateTimeField(_("保留至"), null=True, blank=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="job_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.register}"

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return 100 if self.state == self.State.DONE else min(99, self.done * 100 // self.total) if self.total else 0


class Attachment(Record):
    """A file beside a record (附件); its bytes lie in the vault under their hash.

    ``about`` is the record's name in the journal (``document:7``). Who may see the record may see its files, so area,
    organisation and 密级 are asked of the record, never of this row; no register shows it by itself.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("图片")
        DOCUMENT = "document", _("文档")
        TABLE = "table", _("表格")
        TEXT = "text", _("文本")
        ARCHIVE = "archive", _("压缩包")
        VIDEO = "video", _("视频")
        SOUND = "sound", _("录音")

    about = models.CharField(_("所属记录"), max_length=64, editable=False)
    name = models.CharField(_("文件名"), max_length=120)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind.choices)
    media_type = models.CharField(max_length=80, editable=False)
    sha256 = models.CharField(_("校验值"), max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("大小"), editable=False)  # bytes
    small_sha256 = models.CharField(max_length=64, blank=True, editable=False)  # the small picture, if any
    by = models.CharField(_("上传人"), max_length=64, editable=False)

    personal_fields: ClassVar[tuple[str, ...]] = ("name",)

    class Meta(Record.Meta):
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["about", "sha256"], name="one_attachment_once")]

    def __str__(self) -> str:
        return self.name


@store.named_by
def named_files() -> Iterator[str]:
    """Yield the hashes of uploads that wait for their import, of exports that are still kept, and of attachments."""
    for model in (ImportBatch, Job):
        yield from model.objects.exclude(sha256="").values_list("sha256", flat=True).iterator()
    for names in Attachment.all_objects.values_list("sha256", "small_sha256").iterator():
        yield from filter(None, names)
