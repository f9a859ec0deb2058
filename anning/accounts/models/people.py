"""Who: people, the posts of organisations, who holds them, and memberships beyond the own unit."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models.places import Organisation
from anning.journal.models import Record
from anning.kernel import clock
from anning.kernel.pinyin import initials_key
from anning.vault.cipher import blind_index
from anning.vault.fields import EncryptedTextField


class Person(Record):
    """Somebody who holds posts. Telephone and ID number are encrypted and masked; reading them is journaled."""

    name = models.CharField(_("姓名"), max_length=40, db_index=True)
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
    initials = models.CharField(_("简拼"), max_length=200, blank=True, editable=False, db_index=True)
    erased_at = models.DateTimeField(_("信息删除时间"), null=True, blank=True, editable=False)

    scope_area: ClassVar[str] = "organisation__area__code"
    scope_organisation: ClassVar[str] = "organisation__path"
    personal_fields: ClassVar[tuple[str, ...]] = (
        "name",
        "title",
        "mobile",
        "id_number",
        "email",
        "office_phone",
        "note",
    )
    masked_fields: ClassVar[tuple[str, ...]] = ("mobile", "id_number")

    class Meta(Record.Meta):
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["initials", "id"]  # by pinyin, along one index: a sort over 100 000 joined rows is slow
        indexes = [models.Index(fields=["exercise", "initials", "id"], name="person_by_initials")]

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
    initials = models.CharField(_("简拼"), max_length=200, blank=True, editable=False, db_index=True)
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

    personal_fields: ClassVar[tuple[str, ...]] = ("reason",)
    scope_area: ClassVar[str] = "organisation__area__code"
    scope_organisation: ClassVar[str] = "organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("成员关系")
        verbose_name_plural = _("成员关系")

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"


class Erasure(models.Model):
    """A person whose data was erased; open until the database has also forgotten the freed pages."""

    subject = models.CharField(max_length=64)
    at = models.DateTimeField()
    scrubbed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="erasure_open", condition=models.Q(scrubbed_at=None))]

    def __str__(self) -> str:
        return self.subject
