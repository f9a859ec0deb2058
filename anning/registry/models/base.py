"""What has a place: a name, an address, a point, perhaps a shape, and a telephone."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Scoped
from anning.journal.models import Record
from anning.kernel.geo import is_position
from anning.kernel.pinyin import initials_key


class HowLocated(models.TextChoices):
    """How we know the position; 示意 is good enough to find a place on the screen, not in the field."""

    SURVEYED = "surveyed", _("实测")
    DRAWN = "drawn", _("地图标注")
    IMPORTED = "imported", _("导入")
    SKETCHED = "sketched", _("示意")


class Located(Scoped):
    """A record with a point and perhaps a shape, both WGS-84."""

    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    shape = models.JSONField(_("形状"), null=True, blank=True, help_text=_("线或面，GeoJSON，WGS-84"))
    how_located = models.CharField(
        _("位置来源"), max_length=10, choices=HowLocated.choices, default=HowLocated.DRAWN, blank=True
    )

    class Meta(Record.Meta):
        abstract = True

    def clean(self) -> None:
        """Raise ValidationError for half a position or one that is not on the globe."""
        super().clean()
        if (self.longitude is None) != (self.latitude is None):
            raise ValidationError({"longitude": _("经度和纬度要么都填，要么都不填")})
        if self.longitude is not None and self.latitude is not None and not is_position(self.longitude, self.latitude):
            raise ValidationError({"longitude": _("经纬度超出范围；经度在前（约117），纬度在后（约39）")})


class Place(Located):
    """A place with a name that people look for."""

    name = models.CharField(_("名称"), max_length=120, db_index=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    initials = models.CharField(_("简拼"), max_length=300, blank=True, editable=False, db_index=True)

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Fill the initials."""
        self.initials = initials_key(self.name)
