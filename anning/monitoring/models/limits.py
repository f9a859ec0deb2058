"""Limits of a datastream in versions, and rules over several points; one writes, another approves."""

import re
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Scoped
from anning.journal.models import Record
from anning.kernel.errors import Refused
from anning.kernel.pinyin import initials_key
from anning.monitoring.judging import BadExpression, Limits, names_in
from anning.monitoring.lifecycle import LIMITS
from anning.monitoring.models.datastreams import Datastream
from anning.monitoring.models.tiers import Tier

WORD = re.compile(r"[^\W\d]\w*")


class LimitVersion(Record):
    """The limits of one datastream from an instant on; the newest approved one in force counts."""

    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="limits", verbose_name=_("监测点位"))
    low_low = models.FloatField(_("低低报"), null=True, blank=True)
    low = models.FloatField(_("低报"), null=True, blank=True)
    high = models.FloatField(_("高报"), null=True, blank=True)
    high_high = models.FloatField(_("高高报"), null=True, blank=True)
    deadband = models.FloatField(_("回差"), null=True, blank=True)
    delay_s = models.FloatField(_("延时（秒）"), null=True, blank=True)
    rate_per_min = models.FloatField(_("变化率上限（每分钟）"), null=True, blank=True)
    flat_s = models.FloatField(_("不变判定（秒）"), null=True, blank=True)
    offline_s = models.FloatField(_("离线判定（秒）"), null=True, blank=True)
    more = models.JSONField(
        _("其他条件"), default=dict, blank=True, help_text=_("JSON：次数、时段、累计量、故障值等，键同判定参数")
    )
    reason = models.CharField(_("理由"), max_length=200)
    trial = models.TextField(_("试算结果"), blank=True, editable=False)
    in_force_at = models.DateTimeField(_("生效时间"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=LIMITS.choices, default=LIMITS.initial, editable=False)
    drafted_by = models.CharField(_("拟定人"), max_length=64, editable=False)
    drafted_at = models.DateTimeField(_("拟定时间"), editable=False)
    approved_by = models.CharField(_("批准人"), max_length=64, blank=True, editable=False)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True, editable=False)

    scope_area = "datastream__area__code"
    scope_organisation = "datastream__organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("报警限值")
        verbose_name_plural = _("报警限值")
        ordering = ["datastream_id", "-in_force_at", "-id"]
        indexes = [models.Index(fields=["state", "in_force_at"], name="limits_in_force")]

    def __str__(self) -> str:
        return f"{self.datastream} · {self.limits_text}"

    @property
    def limits_text(self) -> str:
        """The four limits in one line."""
        named = (("LL", self.low_low), ("L", self.low), ("H", self.high), ("HH", self.high_high))
        return " ".join(f"{name} {value:g}" for name, value in named if value is not None)

    def clean(self) -> None:
        """Raise ValidationError for limits that do not rise from low-low to high-high, and for what is no condition."""
        super().clean()
        set_ = [(name, getattr(self, name)) for name in ("low_low", "low", "high", "high_high")]
        given = [(name, value) for name, value in set_ if value is not None]
        for (_before, less), (name, more) in pairwise(given):
            if more <= less:
                raise ValidationError({name: _("限值应由低低报到高高报依次增大")})
        self.more = self.more or {}
        if not isinstance(self.more, dict):
            raise ValidationError({"more": _('应为 JSON 对象，如 {"count": [3, 60000]}')})
        try:
            Limits.of(0, self.more)
        except Refused as error:
            raise ValidationError({"more": error.message}) from None


class Rule(Scoped):
    """A rule over several points (组合规则): an expression whose truth is an alarm of ``datastream``."""

    name = models.CharField(_("规则名称"), max_length=80, unique=True)
    initials = models.CharField(_("简拼"), max_length=300, blank=True, editable=False)
    datastream = models.ForeignKey(Datastream, models.PROTECT, related_name="rules", verbose_name=_("报警点位"))
    text = models.TextField(_("条件"), help_text=_("用点位编码写，如 votes(2, GAS_1 > 25, GAS_2 > 25, GAS_3 > 25)"))
    names = models.JSONField(default=dict, editable=False)  # name in the text -> datastream
    hold_s = models.FloatField(_("持续（秒）"), default=0)
    tier = models.PositiveSmallIntegerField(_("等级"), choices=Tier.choices, default=Tier.WARNING)
    state = models.CharField(_("状态"), max_length=10, choices=LIMITS.choices, default=LIMITS.initial, editable=False)
    drafted_by = models.CharField(_("拟定人"), max_length=64, blank=True, editable=False)
    approved_by = models.CharField(_("批准人"), max_length=64, blank=True, editable=False)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True, editable=False)
    note = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("组合规则")
        verbose_name_plural = _("组合规则")
        ordering = ["initials", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError for a condition that cannot be read or names points that are not registered."""
        super().clean()
        try:
            words = names_in(self.text)
        except BadExpression as error:
            raise ValidationError({"text": error.message}) from None
        known = set(Datastream.objects.filter(code__in=words).values_list("code", flat=True))
        if strange := [word for word in words if word not in known]:
            raise ValidationError({"text": _("没有登记这些点位编码：%s") % "、".join(strange)})

    def derive(self) -> None:
        """Fill the initials and which points the condition names; the rule lies where its alarm does."""
        self.initials = initials_key(self.name, 300)
        words = WORD.findall(self.text)
        self.names = dict(Datastream.objects.filter(code__in=words).order_by("code").values_list("code", "pk"))
        self.area = self.area or self.datastream.area
        self.organisation = self.organisation or self.datastream.organisation
