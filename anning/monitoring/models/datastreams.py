"""Datastreams (点位): one measured quantity, switch or camera of a device."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Scoped
from anning.journal.models import Record
from anning.kernel.geo import is_position
from anning.kernel.pinyin import initials_key
from anning.monitoring.models.devices import FieldDevice


class Kind(models.TextChoices):
    """What is observed; the values are the keys of the rule pack's defaults."""

    COMBUSTIBLE_GAS = "combustible_gas", _("可燃气体")
    TOXIC_GAS = "toxic_gas", _("有毒气体")
    OXYGEN = "oxygen", _("氧含量")
    LEVEL = "level", _("液位")
    PRESSURE = "pressure", _("压力")
    TEMPERATURE = "temperature", _("温度")
    FLOW = "flow", _("流量")
    VIBRATION = "vibration", _("振动")
    DUST = "dust", _("粉尘浓度")
    VALVE = "valve", _("阀位、联锁")
    FIRE = "fire", _("火灾探测")
    HYDRANT_PRESSURE = "hydrant_pressure", _("消防水压")
    FIRE_WATER_LEVEL = "fire_water_level", _("消防水池水箱液位")
    RESIDUAL_CURRENT = "residual_current", _("剩余电流")
    CABLE_TEMPERATURE = "cable_temperature", _("线缆温度")
    FIRE_DOOR = "fire_door", _("防火门")
    PRESENCE = "presence", _("消控室在岗")
    CAMERA = "camera", _("摄像机")
    RIVER_STAGE = "river_stage", _("河道水位")
    RIVER_FLOW = "river_flow", _("河道流量")
    RAIN = "rain", _("雨量")
    WATERLOGGING = "waterlogging", _("积水深度")
    WELL_LEVEL = "well_level", _("井下水位")
    MANHOLE = "manhole", _("井盖位移")
    SUBSIDENCE = "subsidence", _("地面沉降")
    SPEED = "speed", _("车速")
    LONGITUDE = "longitude", _("车辆经度")
    LATITUDE = "latitude", _("车辆纬度")
    FATIGUE = "fatigue", _("驾驶时长")
    AXLE_WEIGHT = "axle_weight", _("车货总重")
    WEATHER = "weather", _("气象要素")
    OTHER = "other", _("其他")


class CameraState(models.TextChoices):
    """How a camera (监) is."""

    NORMAL = "normal", _("正常")
    OFFLINE = "offline", _("离线")
    BLOCKED = "blocked", _("遮挡")
    BLACK = "black", _("黑屏")


# As devices tell it: the value of a camera's datastream.
CAMERA_VALUES = {0: CameraState.NORMAL, 1: CameraState.OFFLINE, 2: CameraState.BLOCKED, 3: CameraState.BLACK}


class Datastream(Scoped):
    """One monitored point (监探点位): what is observed, in which unit and range, and where."""

    device = models.ForeignKey(FieldDevice, models.PROTECT, related_name="datastreams", verbose_name=_("监测设备"))
    channel = models.CharField(
        _("通道"), max_length=80, help_text=_("报文中的键：因子编码、部件地址、要素标识、遥测键、寄存器名")
    )
    code = models.CharField(_("点位编码"), max_length=40, unique=True)
    name = models.CharField(_("点位名称"), max_length=120)
    initials = models.CharField(_("简拼"), max_length=300, blank=True, editable=False, db_index=True)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    medium = models.CharField(_("介质"), max_length=40, blank=True)
    unit = models.CharField(_("计量单位"), max_length=20, blank=True)
    range_low = models.FloatField(_("量程下限"), null=True, blank=True)
    range_high = models.FloatField(_("量程上限"), null=True, blank=True)
    zone = models.CharField(_("装置或单元"), max_length=80, blank=True, help_text=_("同一装置的点位互相印证"))
    position = models.CharField(_("安装位置"), max_length=120, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    calibration_due_on = models.DateField(_("检定到期"), null=True, blank=True)
    is_monitored = models.BooleanField(_("纳入监测"), default=True)
    is_latching = models.BooleanField(_("报警锁定"), default=False, help_text=_("恢复后仍保持，须人工复位"))
    camera_state = models.CharField(
        _("视频状态"), max_length=8, choices=CameraState.choices, blank=True, editable=False
    )
    camera_since = models.DateTimeField(_("视频状态起始"), null=True, blank=True, editable=False)
    video_link = models.CharField(_("视频地址"), max_length=300, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("监测点位")
        verbose_name_plural = _("监测点位")
        ordering = ["initials", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "channel"],
                name="one_channel_of_a_device",
                violation_error_message=_("这台设备已有相同通道的点位"),
            )
        ]
        indexes = [models.Index(fields=["kind", "initials", "id", "exercise"], name="datastream_kind")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("records:detail", args=("datastreams", self.pk))

    def clean(self) -> None:
        """Raise ValidationError for a range upside down, half a position, or a number on a camera."""
        super().clean()
        if self.range_low is not None and self.range_high is not None and self.range_low >= self.range_high:
            raise ValidationError({"range_high": _("量程上限应大于下限")})
        if (self.longitude is None) != (self.latitude is None):
            raise ValidationError({"longitude": _("经度和纬度要么都填，要么都不填")})
        if self.longitude is not None and self.latitude is not None and not is_position(self.longitude, self.latitude):
            raise ValidationError({"longitude": _("经纬度超出范围；经度在前（约117），纬度在后（约39）")})

    def derive(self) -> None:
        """Fill the initials; a point without a place of its own takes that of its device."""
        self.initials = initials_key(self.name, 300)
        self.area = self.area or self.device.area
        self.organisation = self.organisation or self.device.organisation
        if self.kind == Kind.CAMERA and not self.camera_state:
            self.camera_state = CameraState.OFFLINE
