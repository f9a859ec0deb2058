"""The roster: who is on which post from when until when."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Person, Post
from anning.journal.models import Record


class Shift(Record):
    """One person on one post, from an instant until another (the end belongs to the next shift)."""

    class Part(models.TextChoices):
        LEADER = "1_leader", _("带班")
        MAIN = "2_main", _("主班")
        DEPUTY = "3_deputy", _("副班")

    post = models.ForeignKey(Post, models.CASCADE, verbose_name=_("岗位"), related_name="shifts")
    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("值班人员"), related_name="shifts")
    part = models.CharField(_("班次"), max_length=10, choices=Part.choices, default=Part.MAIN)
    from_at = models.DateTimeField(_("上班时间"))
    until_at = models.DateTimeField(_("下班时间"))
    phone = models.CharField(_("当班电话"), max_length=40, blank=True, help_text=_("空则用岗位电话"))
    note = models.CharField(_("备注"), max_length=200, blank=True)

    scope_area: ClassVar[str] = "post__organisation__area__code"
    scope_organisation: ClassVar[str] = "post__organisation__path"

    class Meta(Record.Meta):
        verbose_name = _("值班安排")
        verbose_name_plural = _("值班安排")
        ordering = ["-from_at", "post_id", "part", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")),
                name="shift_ends_after_it_begins",
                violation_error_message=_("下班时间应晚于上班时间"),
            ),
            models.UniqueConstraint(
                fields=["post", "person", "from_at"],
                name="one_shift_at_a_time",
                violation_error_message=_("此人在这个岗位同一时间已有安排"),
            ),
        ]
        indexes = [models.Index(fields=["post", "until_at", "from_at"], name="shift_on_post")]

    def __str__(self) -> str:
        return f"{self.post} · {self.person}"

    def derive(self) -> None:
        """Nothing follows from other fields."""

    def clean(self) -> None:
        """Raise ValidationError for an end before the beginning and for a second shift of the person meanwhile."""
        if not (self.from_at and self.until_at and self.post_id and self.person_id):
            return
        if self.until_at <= self.from_at:
            raise ValidationError({"until_at": _("下班时间应晚于上班时间")})
        meanwhile = Shift.all_objects.filter(
            post=self.post_id, person=self.person_id, from_at__lt=self.until_at, until_at__gt=self.from_at
        )
        if meanwhile.exclude(pk=self.pk).exists():
            raise ValidationError({"person": _("此人在这个岗位的这段时间已有安排，请修改原来的安排")})

    @property
    def telephone(self) -> str:
        """Where whoever is on this shift is reached."""
        return self.phone or self.post.phone
