"""The books of the office: documents and laws, agreements, the liaison directory."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation, Scoped
from anning.journal.models import Record
from anning.kernel.pinyin import initials_key


class Document(Scoped):
    """A law, standard, plan or official document (法规文件) that people look up."""

    class Kind(models.TextChoices):
        LAW = "law", _("法律")
        REGULATION = "regulation", _("行政法规")
        LOCAL = "local", _("地方性法规规章")
        RULE = "rule", _("部门规章")
        STANDARD = "standard", _("标准")
        POLICY = "policy", _("规范性文件")
        PLAN = "plan", _("规划预案")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("现行有效")
        COMING = "coming", _("尚未施行")
        REPEALED = "repealed", _("已废止")

    code = models.CharField(_("文号"), max_length=80, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("效力"), max_length=10, choices=State.choices, default=State.IN_FORCE)
    issuer = models.CharField(_("发布机关"), max_length=120)
    issued_on = models.DateField(_("发布日期"), null=True, blank=True)
    in_force_on = models.DateField(_("施行日期"), null=True, blank=True)
    summary = models.TextField(_("要点"), blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    initials = models.CharField(_("简拼"), max_length=500, blank=True, editable=False, db_index=True)

    # A reference book for everybody who may view it; area and unit only say whose document it is.
    scope_area: ClassVar[str] = ""
    scope_organisation: ClassVar[str] = ""

    class Meta(Record.Meta):
        verbose_name = _("法规文件")
        verbose_name_plural = _("法规文件")
        ordering = ["-in_force_on", "code"]
        indexes = [
            models.Index(fields=["-in_force_on", "code"], name="document_order"),
            models.Index(fields=["state", "-in_force_on", "code", "exercise"], name="document_state"),  # chips
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.code}）"

    def derive(self) -> None:
        """Fill the initials."""
        self.initials = initials_key(self.title)


class Line(models.TextChoices):
    """The four lines of cooperation that the plan names (部门、军地、政企、区域)."""

    DEPARTMENT = "department", _("部门")
    MILITARY = "military", _("军地")
    ENTERPRISE = "enterprise", _("政企")
    REGION = "region", _("区域")


class Agreement(Scoped):
    """An agreement on cooperation or mutual aid (合作协议) with a unit outside or inside the district."""

    class State(models.TextChoices):
        DRAFT = "draft", _("起草")
        SIGNED = "signed", _("已签订")
        EXPIRED = "expired", _("已到期")

    name = models.CharField(_("协议名称"), max_length=200, unique=True)
    partner = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements", verbose_name=_("合作单位"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    line = models.CharField(_("联动类别"), max_length=12, choices=Line.choices)
    matter = models.CharField(_("合作事项"), max_length=200)
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    until_on = models.DateField(_("有效期至"), null=True, blank=True)
    contact_name = models.CharField(_("联络岗位"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联络电话"), max_length=40, blank=True)
    note = models.TextField(_("备注"), blank=True)
    initials = models.CharField(_("简拼"), max_length=500, blank=True, editable=False, db_index=True)

    class Meta(Record.Meta):
        verbose_name = _("合作协议")
        verbose_name_plural = _("合作协议")
        ordering = ["until_on", "name"]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Fill the initials."""
        self.initials = initials_key(self.name)


class Liaison(Scoped):
    """A line of the liaison directory (联络名录): whom to call at a unit, for what, by which number."""

    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="liaisons", verbose_name=_("联络单位"))
    post = models.CharField(_("联络岗位"), max_length=60)
    line = models.CharField(_("联动类别"), max_length=12, choices=Line.choices)
    matter = models.CharField(_("联络事项"), max_length=120)
    phone = models.CharField(_("电话"), max_length=40)
    phone_backup = models.CharField(_("备用电话"), max_length=40, blank=True)
    is_round_the_clock = models.BooleanField(_("24小时"), default=False)
    verified_on = models.DateField(_("核实日期"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    initials = models.CharField(_("简拼"), max_length=500, blank=True, editable=False, db_index=True)

    class Meta(Record.Meta):
        verbose_name = _("联络名录")
        verbose_name_plural = _("联络名录")
        ordering = ["unit__path", "post"]
        constraints = [models.UniqueConstraint(fields=["unit", "post", "matter"], name="one_liaison_line")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.post}"

    def derive(self) -> None:
        """Fill the initials."""
        self.initials = f"{initials_key(self.unit.name)} {initials_key(self.post)}"
