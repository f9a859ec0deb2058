"""Areas, organisations, people, posts, roles, users."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.journal.models import Record
from anning.kernel import clock
from anning.kernel.pinyin import initials_key
from anning.vault.cipher import blind_index
from anning.vault.fields import EncryptedTextField


class Area(Record):
    """A place with an official code (GB/T 2260, GB/T 10114): district 6 digits, town 9, village 12."""

    class Level(models.TextChoices):
        DISTRICT = "district", _("区")
        TOWN = "town", _("镇街")
        VILLAGE = "village", _("村（社区）")

    code = models.CharField(_("区划代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    kind = models.CharField(_("类别"), max_length=20, blank=True, help_text=_("街道、镇、村、社区、园区"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    initials = models.CharField(_("简拼"), max_length=200, blank=True, editable=False)
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

    name = models.CharField(_("单位名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级单位")
    )
    path = models.CharField(max_length=200, blank=True, editable=False, db_index=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=_("所在区域"))
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    duty_phone = models.CharField(_("值班电话"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    is_committee_member = models.BooleanField(_("安委会成员单位"), default=False)
    initials = models.CharField(_("简拼"), max_length=300, blank=True, editable=False)

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
            self.path = f"{self.parent.path if self.parent else '/'}{self.pk}/"


class Person(Record):
    """Somebody who holds posts. Telephone and ID number are encrypted and masked; reading them is journaled."""

    name = models.CharField(_("姓名"), max_length=40)
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="people")
    title = models.CharField(_("职务"), max_length=60, blank=True)
    mobile = EncryptedTextField(_("手机"), blank=True)
    mobile_index = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    id_number = EncryptedTextField(_("身份证号"), blank=True)
    id_number_index = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    office_phone = models.CharField(_("办公电话"), max_length=40, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    is_active = models.BooleanField(_("在岗"), default=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    initials = models.CharField(_("简拼"), max_length=200, blank=True, editable=False)
    erased_at = models.DateTimeField(_("信息删除时间"), null=True, blank=True, editable=False)

    scope_area: ClassVar[str] = "organisation__area__code"
    scope_organisation: ClassVar[str] = "organisation__path"
    personal_fields: ClassVar[tuple[str, ...]] = ("name", "mobile", "id_number", "email", "office_phone", "note")
    masked_fields: ClassVar[tuple[str, ...]] = ("mobile", "id_number")

    class Meta(Record.Meta):
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["organisation__path", "name"]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Fill initials and the blind indexes of the encrypted columns."""
        self.initials = initials_key(self.name)
        self.mobile_index = blind_index(self.mobile)
        self.id_number_index = blind_index(self.id_number)


class Post(Record):
    """A post (岗位): what an organisation needs somebody for; plans name posts, not people."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="posts")
    name = models.CharField(_("岗位"), max_length=60)
    duty = models.TextField(_("职责"), blank=True)
    is_round_the_clock = models.BooleanField(_("24小时值守"), default=False)
    phone = models.CharField(_("岗位电话"), max_length=40, blank=True)
    initials = models.CharField(_("简拼"), max_length=200, blank=True, editable=False)
    holders = models.ManyToManyField(Person, through="Appointment", related_name="posts", verbose_name=_("任职人员"))

    scope_area: ClassVar[str] = "organisation__area__code"
    scope_organisation: ClassVar[str] = "organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ["organisation__path", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="post_in_organisation")]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Fill the initials."""
        self.initials = initials_key(self.name)


class Appointment(Record):
    """A person in a post, from a day to a day."""

    post = models.ForeignKey(Post, models.CASCADE, verbose_name=_("岗位"), related_name="appointments")
    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("人员"), related_name="appointments")
    since_on = models.DateField(_("任职日期"), default=clock.today)
    until_on = models.DateField(_("离任日期"), null=True, blank=True)

    scope_area: ClassVar[str] = "post__organisation__area__code"
    scope_organisation: ClassVar[str] = "post__organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["-since_on"]

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"


class Membership(Record):
    """Explicit membership beyond the own unit: parks, joint bodies, enclaves."""

    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("人员"), related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("加入单位"))
    reason = models.CharField(_("依据"), max_length=200)
    until_on = models.DateField(_("截止日期"), null=True, blank=True)

    scope_area: ClassVar[str] = "organisation__area__code"
    scope_organisation: ClassVar[str] = "organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("成员关系")
        verbose_name_plural = _("成员关系")

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"


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

    code = models.CharField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("角色"), max_length=40)
    permissions = models.JSONField(_("权限"), default=list, help_text=_("如 accounts.view_* "))
    reach = models.CharField(_("范围"), max_length=12, choices=Reach.choices)
    separation = models.CharField(_("三员"), max_length=10, choices=Separation.choices, blank=True)
    home = models.CharField(_("首页"), max_length=40, default="/")
    position = models.PositiveSmallIntegerField(_("次序"), default=100)

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


class User(AbstractBaseUser):
    """A sign-in. What it may do comes from its roles; where, from its person's unit and memberships."""

    username = models.CharField(_("账号"), max_length=40, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("人员"))
    roles = models.ManyToManyField(Role, related_name="users", verbose_name=_("角色"))
    is_active = models.BooleanField(_("启用"), default=True)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    must_change_password = models.BooleanField(_("须改密码"), default=True)
    password_changed_at = models.DateTimeField(_("改密时间"), null=True, blank=True)
    failed_sign_ins = models.PositiveSmallIntegerField(_("连续失败次数"), default=0)
    locked_until = models.DateTimeField(_("锁定至"), null=True, blank=True)
    totp_secret = EncryptedTextField(_("动态口令密钥"), blank=True)
    oidc_subject = models.CharField(_("统一认证标识"), max_length=200, blank=True, db_index=True)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    USERNAME_FIELD = "username"

    objects = UserManager()

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.username

    @property
    def subject(self) -> str:
        """The name under which the journal knows this user."""
        return f"user:{self.pk}"


class ApiToken(Record):
    """A key for machines: shown once, kept as a digest, with its own permissions and end."""

    name = models.CharField(_("用途"), max_length=80)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("账号"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    permissions = models.JSONField(_("权限"), default=list)
    expires_at = models.DateTimeField(_("到期时间"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True, editable=False)

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

    class Meta(Record.Meta):
        verbose_name = _("登录设备")
        verbose_name_plural = _("登录设备")

    def __str__(self) -> str:
        return self.label


class NumberSeries(models.Model):
    """The last official number (文号) taken in one series and year. Numbers are taken at signing and never reused."""

    prefix = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.year}: {self.last}"


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
