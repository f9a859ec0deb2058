"""Where: areas with official codes, organisations as a tree, and what belongs to them."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from anning.journal.models import Record
from anning.kernel.pinyin import initials_key

KEY_DIGITS = 7  # of each key in a path, so that paths sort as the tree stands


class Area(Record):
    """A place with an official code (GB/T 2260, GB/T 10114): district 6 digits, town 9, village 12."""

    class Level(models.TextChoices):
        DISTRICT = "district", _("区")
        TOWN = "town", _("镇街")
        VILLAGE = "village", _("村（社区）")

    code = models.CharField(_("区划代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60, db_index=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    kind = models.CharField(_("类别"), max_length=20, blank=True, help_text=_("街道、镇、村、社区、园区"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    initials = models.CharField(_("简拼"), max_length=200, blank=True, editable=False, db_index=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("区域")
        verbose_name_plural = _("区域")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def official_code(self) -> str:
        """The 12-digit code as printed by the statistics bureau."""
        return self.code.ljust(12, "0")

    def derive(self) -> None:
        """Fill what follows from other fields; called by the services before saving."""
        self.initials = initials_key(self.name)


class Organisation(Record):
    """A unit: department, town government, village committee, park, enterprise, school, headquarters, neighbour."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("区级部门")
        TOWN = "town", _("镇街")
        VILLAGE = "village", _("村（社区）")
        PARK = "park", _("园区")
        COMMITTEE = "committee", _("议事协调机构")
        ENTERPRISE = "enterprise", _("企业")
        SCHOOL = "school", _("学校")
        PUBLIC = "public", _("公共单位")
        OUTSIDE = "outside", _("区外单位")

    name = models.CharField(_("单位名称"), max_length=120, db_index=True)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, db_index=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级单位")
    )
    path = models.CharField(max_length=200, blank=True, editable=False, db_index=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=_("所在区域"))
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    duty_phone = models.CharField(_("值班电话"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    is_committee_member = models.BooleanField(_("安委会成员单位"), default=False)
    initials = models.CharField(_("简拼"), max_length=300, blank=True, editable=False, db_index=True)

    scope_area: ClassVar[str] = "area__code"
    scope_organisation: ClassVar[str] = "path"

    class Meta(Record.Meta):
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["name", "area"], name="organisation_name_in_area"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def derive(self) -> None:
        """Fill initials, and the path once the row has a key."""
        self.initials = initials_key(self.name) + (" " + initials_key(self.short_name) if self.short_name else "")
        if self.pk:
            self.path = f"{self.parent.path if self.parent else '/'}{self.pk:0{KEY_DIGITS}}/"

    def clean(self) -> None:
        """Raise ValidationError for a unit above itself."""
        if self.pk and self.parent and (self.parent_id == self.pk or self._is_above(self.parent)):
            raise ValidationError({"parent": _("上级单位不能是本单位或其下级")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Take everything below along when the unit has moved."""
        before = Organisation.all_objects.filter(pk=self.pk).values_list("path", flat=True).first() if self.pk else ""
        super().save(*args, **kwargs)
        if before and before != self.path:
            below = Organisation.all_objects.filter(path__startswith=before).exclude(pk=self.pk)
            below.update(path=Concat(Value(self.path), Substr("path", len(before) + 1)))

    def _is_above(self, other: "Organisation") -> bool:
        kept = Organisation.all_objects.filter(pk=self.pk).values_list("path", flat=True).first()
        return bool(kept) and other.path.startswith(str(kept))


class Scoped(Record):
    """A record that belongs to an area, an organisation, or both."""

    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=_("区域"), related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name=_("单位"), related_name="+"
    )

    scope_area: ClassVar[str] = "area__code"
    scope_organisation: ClassVar[str] = "organisation__path"

    class Meta(Record.Meta):
        abstract = True
