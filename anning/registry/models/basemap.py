"""What the map stands on: outlines, towns, enclaves, rivers, lakes, roads. Sketched until a real one is imported."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.journal.models import Record
from anning.registry.models.places import Located


class BaseFeature(Located):
    """One feature of the base map. Enclaves also say whose they are and whom to call there."""

    class Kind(models.TextChoices):
        OUTLINE = "outline", _("区界")
        TOWN = "town", _("镇街范围")
        VILLAGE = "village", _("村（社区）范围")
        ENCLAVE = "enclave", _("飞地")
        RIVER = "river", _("河道")
        LAKE = "lake", _("水面")
        ROAD = "road", _("道路")
        RAILWAY = "railway", _("铁路")

    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=80)
    grade = models.CharField(_("等级"), max_length=20, blank=True, help_text=_("如“高速”“省道”“一级河道”"))
    authority = models.CharField(_("管辖单位"), max_length=120, blank=True)
    duty_phone = models.CharField(_("值班电话"), max_length=40, blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)

    scope_area = ""
    scope_organisation = ""

    class Meta(Record.Meta):
        verbose_name = _("底图要素")
        verbose_name_plural = _("底图要素")
        ordering = ["kind", "name", "id"]

    def __str__(self) -> str:
        return self.name
