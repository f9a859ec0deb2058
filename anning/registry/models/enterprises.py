"""Enterprises (一企一档), and the people who answer for them."""

from typing import ClassVar
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.journal.models import Record
from anning.kernel.creditcode import is_credit_code
from anning.registry.logic import are_alike
from anning.registry.models.places import Place
from anning.vault.cipher import blind_index
from anning.vault.fields import EncryptedTextField

TOWN_DIGITS = 9


class Enterprise(Place):
    """An enterprise of the district: what it does, how dangerous it is, how it is watched and insured."""

    class Industry(models.TextChoices):
        HAZMAT = "hazmat", _("危险化学品")
        METALLURGY = "metallurgy", _("冶金")
        TRADE = "trade", _("工贸")
        CONSTRUCTION = "construction", _("建筑施工")
        TRANSPORT = "transport", _("道路运输")
        GAS = "gas", _("燃气")
        STORAGE = "storage", _("仓储物流")
        COMMERCE = "commerce", _("商贸餐饮")
        FARMING = "farming", _("农业")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        RUNNING = "running", _("在营")
        PAUSED = "paused", _("停产")
        CLOSED = "closed", _("关闭")

    class Standard(models.TextChoices):
        NONE = "none", _("未达标")
        ONE = "1", _("一级")
        TWO = "2", _("二级")
        THREE = "3", _("三级")

    class Scale(models.TextChoices):
        LARGE = "large", _("大型")
        MEDIUM = "medium", _("中型")
        SMALL = "small", _("小型")
        MICRO = "micro", _("微型")

    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, db_index=True)
    industry = models.CharField(_("行业"), max_length=12, choices=Industry.choices)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.RUNNING)
    scale = models.CharField(_("规模"), max_length=8, choices=Scale.choices, blank=True)
    business = models.CharField(_("主营"), max_length=200, blank=True)
    employees = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    is_key_chemical = models.BooleanField(_("重点监管危化品"), default=False)
    is_key_process = models.BooleanField(_("重点监管工艺"), default=False)
    is_major_hazard = models.BooleanField(_("重大危险源"), default=False)
    standard = models.CharField(_("标准化等级"), max_length=4, choices=Standard.choices, default=Standard.NONE)
    standard_until_on = models.DateField(_("标准化有效期至"), null=True, blank=True)
    is_insurance_due = models.BooleanField(_("应投安责险"), default=False)
    insurer = models.CharField(_("承保公司"), max_length=80, blank=True)
    policy_number = models.CharField(_("保单号"), max_length=60, blank=True)
    insured_until_on = models.DateField(_("保险有效期至"), null=True, blank=True)
    is_monitored = models.BooleanField(_("接入安防网"), default=False)
    is_in_fire_iot = models.BooleanField(_("接入消防物联网"), default=False)
    has_plan = models.BooleanField(_("应急预案已备案"), default=False)
    is_distinct = models.BooleanField(
        _("确认不是重复登记"), default=False, help_text=_("系统提示与已有企业名称相近、而确是两家时勾选")
    )

    class Meta(Record.Meta):
        verbose_name = _("企业")
        verbose_name_plural = _("企业")
        ordering = ["initials", "id"]
        indexes = [
            models.Index(fields=["initials", "id", "exercise"], name="enterprise_order"),
            models.Index(fields=["state", "initials", "id", "exercise"], name="enterprise_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~models.Q(credit_code=""),
                name="one_credit_code",
                violation_error_message=_("此统一社会信用代码已登记"),
            ),
            models.UniqueConstraint(
                fields=["name", "area"],
                name="enterprise_name_in_area",
                violation_error_message=_("本区域已登记同名企业；请修改原记录"),
            ),
        ]

    def clean(self) -> None:
        """Raise ValidationError for a credit code that cannot be or is taken, and for a name spelled in another way."""
        super().clean()
        self.credit_code = normalize("NFKC", self.credit_code).strip().upper()
        if self.credit_code and not is_credit_code(self.credit_code):
            raise ValidationError({"credit_code": _("校验位不符，请按营业执照核对18位统一社会信用代码")})
        self._refuse_taken_code()
        if not self.is_distinct:
            self._ask_about_alike()

    def _others(self) -> "models.QuerySet[Enterprise]":
        return Enterprise.all_objects.exclude(pk=self.pk)

    def _refuse_taken_code(self) -> None:
        taken = self._others().filter(credit_code=self.credit_code).first() if self.credit_code else None
        if taken:
            raise ValidationError(
                {"credit_code": _("“%s”已用此代码登记；同一家企业请修改原记录，代码填错请改正") % taken.name}
            )

    def _ask_about_alike(self) -> None:
        """Ask when the same town knows an enterprise whose name sounds the same; another credit code is an answer."""
        if not self.name or self.area is None:
            return
        near = self._others().filter(area__code__startswith=self.area.code[:TOWN_DIGITS])
        if self.credit_code:
            near = near.filter(credit_code="")
        alike = next((each for each in near.values_list("name", flat=True) if are_alike(each, self.name)), "")
        if alike:
            raise ValidationError(
                {"name": _("本镇街已有名称相近的“%s”；同一家请修改原记录，确是两家请勾选“确认不是重复登记”") % alike}
            )


class ResponsiblePerson(Record):
    """Somebody who answers for safety at an enterprise; the first three are equal first persons (第一责任人)."""

    class Role(models.TextChoices):
        LEGAL = "legal", _("法定代表人")
        CONTROLLER = "controller", _("实际控制人")
        PRINCIPAL = "principal", _("主要负责人")
        DEPUTY = "deputy", _("分管安全负责人")
        MANAGER = "manager", _("安全管理人员")
        ENGINEER = "engineer", _("注册安全工程师")

    FIRST: ClassVar[tuple[str, ...]] = ("legal", "controller", "principal")

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="responsible", verbose_name=_("企业"))
    role = models.CharField(_("职责"), max_length=12, choices=Role.choices)
    name = EncryptedTextField(_("姓名"))
    name_index = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    mobile = EncryptedTextField(_("手机"), blank=True)
    mobile_index = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    erased_at = models.DateTimeField(_("信息删除时间"), null=True, blank=True, editable=False)
    certificate = models.CharField(_("证书"), max_length=60, blank=True)
    certificate_until_on = models.DateField(_("证书有效期至"), null=True, blank=True)
    verified_on = models.DateField(_("核实日期"), null=True, blank=True)

    scope_area: ClassVar[str] = "enterprise__area__code"
    scope_organisation: ClassVar[str] = "enterprise__organisation__path"
    personal_fields: ClassVar[tuple[str, ...]] = ("name", "mobile", "certificate")
    masked_fields: ClassVar[tuple[str, ...]] = ("mobile",)

    class Meta(Record.Meta):
        verbose_name = _("企业责任人")
        verbose_name_plural = _("企业责任人")
        ordering = ["enterprise__initials", "enterprise_id", "role", "id"]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.get_role_display()}"

    def derive(self) -> None:
        """Fill the blind indexes of the encrypted columns."""
        self.name_index = blind_index(self.name)
        self.mobile_index = blind_index(self.mobile)
