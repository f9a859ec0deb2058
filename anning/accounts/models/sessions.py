"""How somebody is signed in: sessions, bound devices, tokens; and the count of failures per address."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models.users import User
from anning.journal.models import Record


class ApiToken(Record):
    """A key for machines: shown once, kept as a digest, with its own permissions and end."""

    name = models.CharField(_("用途"), max_length=80)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("账号"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    permissions = models.JSONField(_("权限"), default=list)
    expires_at = models.DateTimeField(_("到期时间"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True, editable=False)

    scope_area: ClassVar[str] = "user__person__organisation__area__code"
    scope_organisation: ClassVar[str] = "user__person__organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("接口令牌")
        verbose_name_plural = _("接口令牌")

    def __str__(self) -> str:
        return self.name


class Device(Record):
    """A telephone that stays signed in: bound to one browser by a secret cookie."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices", verbose_name=_("账号"))
    label = models.CharField(_("设备"), max_length=120)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("有效期至"))
    last_seen_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    # The secret before the last rotation: honoured for a moment (parallel requests), later a sign of theft.
    previous_digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    rotated_at = models.DateTimeField(null=True, blank=True, editable=False)

    scope_area: ClassVar[str] = "user__person__organisation__area__code"
    scope_organisation: ClassVar[str] = "user__person__organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("登录设备")
        verbose_name_plural = _("登录设备")

    def __str__(self) -> str:
        return self.label


class SignInSession(models.Model):
    """One signed-in browser (登录会话): counted against the limit of parallel sessions, listed to its user.

    Address and browser are personal data: they stay here, outside the journal, and are swept after the retention time.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions", verbose_name=_("账号"))
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    device = models.ForeignKey(Device, models.SET_NULL, null=True, blank=True, related_name="sessions")
    address = models.CharField(_("网络地址"), max_length=45, blank=True)
    browser = models.CharField(_("浏览器"), max_length=120, blank=True)
    started_at = models.DateTimeField(_("登录时间"))
    seen_at = models.DateTimeField(_("最近使用"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("登录会话")
        verbose_name_plural = _("登录会话")
        ordering = ["-seen_at"]
        indexes = [
            models.Index(fields=["user"], name="session_open", condition=models.Q(ended_at=None)),
            models.Index(fields=["ended_at"], name="session_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.started_at}"


class SignInGuard(models.Model):
    """Failed sign-ins of one account name or one network address; names that do not exist are counted alike."""

    key = models.CharField(max_length=60, unique=True)  # "name:" and a keyed digest, or "address:" and the address
    failed = models.PositiveIntegerField(default=0)
    since_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key
