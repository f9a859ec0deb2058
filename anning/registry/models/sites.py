"""Sites (重点场所): schools, markets, public places, hospitals, care homes, shelters; also as protection targets."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.journal.models import Record
from anning.registry.models.places import Place


class Site(Place):
    """A place where people gather, who must be told first and brought out first."""

    class Kind(models.TextChoices):
        SCHOOL = "school", _("学校")
        MARKET = "market", _("集贸市场")
        PUBLIC = "public", _("公共场所")
        HOSPITAL = "hospital", _("医疗机构")
        CARE = "care", _("养老福利机构")
        SHELTER = "shelter", _("避难场所")
        WORSHIP = "worship", _("宗教活动场所")
        HERITAGE = "heritage", _("文物单位")
        OTHER = "other", _("其他")

    class Protection(models.TextChoices):
        """Classes of protection targets. Source: GB 36894-2018 §3."""

        NONE = "none", _("未分级")
        HIGH = "high", _("高敏感防护目标")
        IMPORTANT = "important", _("重要防护目标")
        GENERAL = "general", _("一般防护目标")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    protection = models.CharField(_("防护目标"), max_length=10, choices=Protection.choices, default=Protection.NONE)
    people = models.PositiveIntegerField(_("常有人数"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("可容纳人数"), null=True, blank=True)
    post = models.CharField(_("负责岗位"), max_length=60, blank=True)
    verified_on = models.DateField(_("核实日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("重点场所")
        verbose_name_plural = _("重点场所")
        ordering = ["kind", "initials", "id"]
        constraints = [models.UniqueConstraint(fields=["name", "kind", "area"], name="site_name_in_area")]
