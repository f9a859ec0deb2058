"""Households and residents: who lives where, who needs a hand, and who looks after them (包保人)."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Person
from anning.journal.models import Record
from anning.registry.models.places import AreaCodeField, Located
from anning.vault.cipher import blind_index
from anning.vault.fields import EncryptedTextField


class Household(Located):
    """A household: one point, one address, so many people. Its counts follow its residents where they are known."""

    code = models.CharField(_("户号"), max_length=24, unique=True)
    area_code = AreaCodeField(of="area__code")
    address = models.CharField(_("门牌"), max_length=120, blank=True)
    people = models.PositiveSmallIntegerField(_("人数"), default=0)
    key_people = models.PositiveSmallIntegerField(_("重点人员"), default=0)
    guardian = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # the index of who has no guardian begins with it
        related_name="households",
        verbose_name=_("包保人"),
    )
    verified_on = models.DateField(_("核实日期"), null=True, blank=True)

    scope_area: ClassVar[str] = "area_code"
    scope_organisation: ClassVar[str] = ""
    personal_fields: ClassVar[tuple[str, ...]] = ("address",)

    class Meta(Record.Meta):
        verbose_name = _("住户")
        verbose_name_plural = _("住户")
        ordering = ["area_code", "code"]
        indexes = [
            models.Index(fields=["area_code", "code", "id", "exercise"], name="household_order"),
            models.Index(fields=["guardian", "key_people", "area_code", "exercise"], name="household_guardian"),
            models.Index(fields=["changed_at", "version"], name="household_stamp"),  # is the crowd stale?
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """Raise ValidationError for a household that lies nowhere: nobody could look after it."""
        super().clean()
        if self.area is None:
            raise ValidationError({"area": _("请选择所在的村（社区）")})

    def derive(self) -> None:
        """Keep the code of the area, by which it is judged whether the household lies in somebody's scope."""
        super().derive()
        self.area_code = self.area.code if self.area else ""


class Resident(Record):
    """Somebody who lives in a household. Name and telephone are encrypted and found by the whole value only."""

    class Sex(models.TextChoices):
        MALE = "male", _("男")
        FEMALE = "female", _("女")
        UNKNOWN = "unknown", _("不详")

    class Need(models.TextChoices):
        """What makes somebody a key person (重点人员) when people are called or moved."""

        NONE = "none", _("无")
        ALONE = "alone", _("独居老人")
        CHILD = "child", _("留守儿童")
        DISABLED = "disabled", _("残疾人")
        BEDRIDDEN = "bedridden", _("卧床病人")
        PREGNANT = "pregnant", _("孕产妇")
        ILL = "ill", _("重病患者")

    household = models.ForeignKey(Household, models.CASCADE, related_name="residents", verbose_name=_("住户"))
    area_code = AreaCodeField(of="household__area__code")
    name = EncryptedTextField(_("姓名"))
    name_index = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    mobile = EncryptedTextField(_("手机"), blank=True)
    mobile_index = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    sex = models.CharField(_("性别"), max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_year = models.PositiveSmallIntegerField(_("出生年份"), null=True, blank=True)
    need = models.CharField(_("重点类型"), max_length=10, choices=Need.choices, default=Need.NONE)
    erased_at = models.DateTimeField(_("信息删除时间"), null=True, blank=True, editable=False)

    scope_area: ClassVar[str] = "area_code"
    scope_organisation: ClassVar[str] = ""
    personal_fields: ClassVar[tuple[str, ...]] = ("name", "mobile", "sex", "birth_year", "need")
    masked_fields: ClassVar[tuple[str, ...]] = ("name", "mobile")

    class Meta(Record.Meta):
        verbose_name = _("居民")
        verbose_name_plural = _("居民")
        ordering = ["area_code", "household_id", "id"]  # along one index: a sort of 400 000 joined rows is slow
        indexes = [
            models.Index(fields=["area_code", "household", "id", "exercise"], name="resident_order"),
            models.Index(fields=["need", "area_code", "household", "id", "exercise"], name="resident_need"),
        ]

    def __str__(self) -> str:
        return f"{self.household} · {self.get_need_display()}" if self.need != self.Need.NONE else str(self.household)

    def derive(self) -> None:
        """Keep the code of the area, and fill the blind indexes of the encrypted columns."""
        self.area_code = self.household.area.code if self.household.area else ""
        self.name_index = blind_index(self.name)
        self.mobile_index = blind_index(self.mobile)
