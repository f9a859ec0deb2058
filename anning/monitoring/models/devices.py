"""Devices (监测设备): what speaks on the wire, how it proves who it is, and what was refused."""

from ipaddress import ip_network

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Scoped
from anning.journal.models import Record
from anning.kernel.pinyin import initials_key
from anning.monitoring.lifecycle import DEVICE
from anning.registry.models import Enterprise, Facility, Site


class Protocol(models.TextChoices):
    """The wire formats; the values are the names of the codecs."""

    GB26875 = "gb26875", _("GB/T 26875.3 消防")
    HJ212 = "hj212", _("HJ 212 污染源")
    JT808 = "jt808", _("JT/T 808 车载")
    SL651 = "sl651", _("SL 651 水文")
    MQTT = "mqtt", _("MQTT")
    HTTP = "http", _("HTTP 推送")
    MODBUS = "modbus", _("Modbus TCP 轮询")


class Family(models.TextChoices):
    """The system that a device belongs to."""

    WATCH = "watch", _("安防网")
    FIRE = "fire", _("消防物联网")
    WATER = "water", _("水雨情")
    CITY = "city", _("城市运行")
    GAS = "gas", _("燃气")
    ROAD = "road", _("道路运输")
    OTHER = "other", _("其他")


class FieldDevice(Scoped):
    """One device: a transmission unit, data logger, vehicle terminal, gauge, gateway of cameras."""

    code = models.CharField(_("设备编码"), max_length=40, unique=True)
    name = models.CharField(_("设备名称"), max_length=120)
    initials = models.CharField(_("简拼"), max_length=300, blank=True, editable=False, db_index=True)
    family = models.CharField(_("系统"), max_length=8, choices=Family.choices, default=Family.WATCH)
    protocol = models.CharField(_("协议"), max_length=10, choices=Protocol.choices)
    identity = models.CharField(
        _("通信标识"),
        max_length=80,
        help_text=_("报文中的地址、MN、终端手机号、测站地址、客户端标识，或轮询地址 主机:端口/单元"),
    )
    networks = models.CharField(
        _("允许的来源地址"), max_length=300, blank=True, help_text=_("如“10.1.2.0/24 10.1.3.7”；空：不限")
    )
    parameters = models.JSONField(
        _("接入参数"), default=dict, blank=True, help_text=_("JSON：Modbus 轮询表、因子对照、应答方式等")
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("企业")
    )
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("重点场所")
    )
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("设施")
    )
    maker = models.CharField(_("生产厂家"), max_length=80, blank=True)
    installed_on = models.DateField(_("安装日期"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=14, choices=DEVICE.choices, default=DEVICE.initial, editable=False)
    note = models.CharField(_("备注"), max_length=300, blank=True)

    # What the gateways see; written past the version, for it is no change of the record.
    last_seen_at = models.DateTimeField(_("最近通信"), null=True, blank=True, editable=False)
    is_online = models.BooleanField(_("在线"), default=False, editable=False)
    online_since = models.DateTimeField(_("在线或离线起始"), null=True, blank=True, editable=False)
    clock_drift_ms = models.IntegerField(_("时钟偏差（毫秒）"), null=True, blank=True, editable=False)
    address = models.CharField(_("当前来源地址"), max_length=60, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("监测设备")
        verbose_name_plural = _("监测设备")
        ordering = ["initials", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "identity"],
                name="one_identity_in_a_protocol",
                violation_error_message=_("这个协议下已有相同通信标识的设备"),
            )
        ]
        indexes = [models.Index(fields=["state", "initials", "id", "exercise"], name="fielddevice_state")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("records:detail", args=("devices", self.pk))

    def clean(self) -> None:
        """Raise ValidationError for networks that are none and parameters that are not named."""
        super().clean()
        for text in self.networks.split():
            try:
                ip_network(text, strict=False)
            except ValueError:
                raise ValidationError(
                    {"networks": _("“%s”不是网络地址，应如 10.1.2.0/24 或 10.1.3.7") % text}
                ) from None
        if not isinstance(self.parameters, dict):
            raise ValidationError({"parameters": _('应为 JSON 对象，如 {"registers": []}')})

    def derive(self) -> None:
        """Fill the initials; a device without a place of its own takes that of the enterprise, site or facility."""
        self.initials = initials_key(self.name, 300)
        home = self.enterprise or self.site or self.facility
        if home:
            self.area = self.area or home.area
            self.organisation = self.organisation or home.organisation


class DeviceKey(models.Model):
    """A password, token or authentication code of a device, kept as a keyed digest; two hold while one is rotated."""

    device = models.ForeignKey(FieldDevice, models.CASCADE, related_name="keys", verbose_name=_("监测设备"))
    digest = models.CharField(max_length=32, db_index=True)
    since_at = models.DateTimeField(_("启用时间"))
    until_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    made_by = models.CharField(_("签发人"), max_length=64)

    class Meta:
        verbose_name = _("设备密钥")
        verbose_name_plural = _("设备密钥")
        ordering = ["-since_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["device", "digest"], name="device_key_once")]

    def __str__(self) -> str:
        return f"{self.device} · {self.since_at:%Y-%m-%d}"


class Refusal(Scoped):
    """What was refused, counted: of a device by reason, or of a stranger, who belongs nowhere."""

    protocol = models.CharField(_("协议"), max_length=10, choices=Protocol.choices)
    device = models.ForeignKey(
        FieldDevice, models.CASCADE, null=True, blank=True, related_name="refusals", verbose_name=_("监测设备")
    )
    identity = models.CharField(_("通信标识"), max_length=80, blank=True)
    address = models.CharField(_("来源地址"), max_length=60, blank=True)
    reason = models.CharField(_("原因"), max_length=40)
    count = models.PositiveBigIntegerField(_("次数"), default=0)
    first_at = models.DateTimeField(_("首次"))
    last_at = models.DateTimeField(_("最近"))

    class Meta(Record.Meta):
        verbose_name = _("拒收记录")
        verbose_name_plural = _("拒收记录")
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "identity", "address", "reason"],
                condition=models.Q(device=None),
                name="one_counter_of_a_stranger",
            ),
            models.UniqueConstraint(
                fields=["device", "reason"], condition=models.Q(device__isnull=False), name="one_counter_of_a_device"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.identity or self.address} · {self.reason}"
