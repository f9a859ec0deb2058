"""What somebody may do here: roles, and the users who hold them."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models.people import Person
from anning.journal.models import Record
from anning.vault.fields import EncryptedTextField


class Role(Record):
    """A role of ui.md §2: permissions, how far they reach, which home it lands on."""

    class Reach(models.TextChoices):
        DISTRICT = "district", _("全区")
        AREA = "area", _("所在镇街或村")
        ORGANISATION = "organisation", _("本单位")

    class Separation(models.TextChoices):
        NONE = "", _("无")
        SYSTEM = "system", _("系统管理员")
        SECURITY = "security", _("安全管理员")
        AUDIT = "audit", _("审计员")

    class Home(models.TextChoices):
        DUTY = "/duty", _("值班台")
        LEAD = "/lead", _("领导首页")
        DESK = "/todo", _("待办首页")
        MONITOR = "/monitor", _("监测台")
        PHONE = "/m", _("手机首页")
        ENTERPRISE = "/ent", _("企业首页")
        AUDIT = "/audit", _("审计首页")
        ADMIN = "/admin", _("管理首页")

    code = models.CharField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("角色"), max_length=40)
    permissions = models.JSONField(_("权限"), default=list, help_text=_("如 accounts.view_* "))
    reach = models.CharField(_("范围"), max_length=12, choices=Reach.choices)
    separation = models.CharField(_("三员"), max_length=10, choices=Separation.choices, blank=True)
    home = models.CharField(_("首页"), max_length=40, choices=Home.choices, default="/")
    position = models.PositiveSmallIntegerField(_("次序"), default=100)
    shipped = models.JSONField(
        default=dict, editable=False
    )  # as the platform last brought it: tells local changes apart

    class Meta(Record.Meta):
        verbose_name = _("角色")
        verbose_name_plural = _("角色")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds users by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(Record, AbstractBaseUser):
    """A sign-in. What it may do comes from its roles; where, from its person's unit and memberships."""

    username = models.CharField(_("账号"), max_length=40, unique=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("人员")
    )
    roles = models.ManyToManyField(Role, related_name="users", verbose_name=_("角色"))
    is_active = models.BooleanField(_("启用"), default=True)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    must_change_password = models.BooleanField(_("须改密码"), default=True)
    password_changed_at = models.DateTimeField(_("改密时间"), null=True, blank=True)
    totp_secret = EncryptedTextField(_("动态口令密钥"), blank=True)
    totp_pending = EncryptedTextField(blank=True, editable=False)  # shown, not yet confirmed by a first code
    totp_step = models.BigIntegerField(default=0, editable=False)  # the last time step used: a code counts once
    oidc_subject = models.CharField(_("统一认证标识"), max_length=200, blank=True)

    personal_fields: ClassVar[tuple[str, ...]] = ("username", "oidc_subject")
    scope_area: ClassVar[str] = "person__organisation__area__code"
    scope_organisation: ClassVar[str] = "person__organisation__path"

    USERNAME_FIELD = "username"

    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta(Record.Meta):
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                fields=["oidc_subject"], condition=~models.Q(oidc_subject=""), name="one_oidc_subject"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def has_totp(self) -> bool:
        """Whether a second factor is asked for at sign-in."""
        return bool(self.totp_secret)


class PasswordHistory(models.Model):
    """A password that was used before, as its hash: new ones must differ from the last few."""

    user = models.ForeignKey(User, models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    until_at = models.DateTimeField()

    class Meta:
        ordering = ["-until_at"]

    def __str__(self) -> str:
        return f"{self.user} {self.until_at}"
