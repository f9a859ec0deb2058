"""What has a place: a name, an address, a point, perhaps a shape, and a telephone."""

import json
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from shapely import force_2d, to_geojson
from shapely.errors import ShapelyError
from shapely.geometry import shape as geometry

from anning.accounts.models import Scoped
from anning.journal.models import Record
from anning.kernel.geo import is_position
from anning.kernel.pinyin import initials_key
from anning.registry.shapes.checking import Limits, check

MOST_VERTICES = 1_000_000  # whoever draws or sends a shape is not asked about its size, an import is
SHAPES = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")


def is_geometry(value: Any) -> bool:
    """Whether ``value`` is a GeoJSON line or polygon that can be drawn."""
    if not isinstance(value, dict) or value.get("type") not in SHAPES:
        return False
    try:
        return is_inside_globe(geometry(value).bounds)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, ShapelyError):
        return False


def is_inside_globe(bounds: tuple[float, ...]) -> bool:
    """Whether west, south, east and north are degrees; an empty shape has none."""
    return len(bounds) == 4 and all(map(isfinite, bounds)) and is_position(*bounds[:2]) and is_position(*bounds[2:])


def as_geojson(value: Any) -> dict[str, Any]:
    """Return a geometry in its plain form: type and flat coordinates, nothing else."""
    plain: dict[str, Any] = json.loads(to_geojson(force_2d(geometry(value))))
    return plain


class AreaCodeField(models.CharField):  # type: ignore[type-arg]
    """The code of the area that ``of`` leads to, kept in the row so that scope and order need no join."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(**{"max_length": 12, "blank": True, "editable": False} | options)

    def deconstruct(self) -> Any:
        """Say ``of`` in migrations too."""
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Take the code on every save, also in bulk."""
        found: Any = model_instance
        for name in self.of.split("__"):
            found = getattr(found, name, None)
        setattr(model_instance, self.attname, str(found or ""))
        return str(found or "")


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
        if self.shape is not None:
            if not is_geometry(self.shape):
                raise ValidationError({"shape": _("不是线或面；请在地图上画，或导入图形文件")})
            self.shape = as_geojson(self.shape)
            if troubles := check(self.shape, Limits(vertices=MOST_VERTICES)).troubles:
                raise ValidationError({"shape": str(troubles[0])})

    def derive(self) -> None:
        """Give a line or polygon without a point a point on it, so that lists and layers need one pair of columns."""
        if self.longitude is None and self.latitude is None and is_geometry(self.shape):
            point = geometry(self.shape).representative_point()
            self.longitude, self.latitude = round(point.x, 6), round(point.y, 6)


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

    def clean(self) -> None:
        """Raise ValidationError for a place that belongs nowhere: nobody but the district would ever find it."""
        super().clean()
        if self.area is None:
            raise ValidationError({"area": _("请选择所在的镇街或村（社区）")})

    def derive(self) -> None:
        """Fill the initials, and the point of a shape."""
        super().derive()
        self.initials = initials_key(self.name)
