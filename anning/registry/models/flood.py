"""Who answers for a dike section, pump, sluice or basin in the flood season (防汛三责任人)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation, Person, Scoped
from anning.journal.models import Record
from anning.registry.models.facilities import Facility


class FloodDuty(Scoped):
    """One of the three responsible persons of one object; the post is named, the person where it is known."""

    class Role(models.TextChoices):
        ADMINISTRATIVE = "administrative", _("行政责任人")
        TECHNICAL = "technical", _("技术责任人")
        PATROL = "patrol", _("巡查责任人")

    facility = models.ForeignKey(
        Facility, models.CASCADE, null=True, blank=True, related_name="flood_duties", verbose_name=_("设施")
    )
    basin = models.CharField(_("蓄滞洪区"), max_length=60, blank=True, help_text=_("不针对单个设施时填写"))
    role = models.CharField(_("责任"), max_length=16, choices=Role.choices)
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="flood_duties", verbose_name=_("责任单位"))
    post = models.CharField(_("岗位"), max_length=60)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="flood_duties", verbose_name=_("责任人")
    )
    phone = models.CharField(_("值班电话"), max_length=40, blank=True)
    verified_on = models.DateField(_("核实日期"), null=True, blank=True)

    scope_area: ClassVar[str] = "area__code"
    scope_organisation: ClassVar[str] = "unit__path"

    class Meta(Record.Meta):
        verbose_name = _("防汛责任人")
        verbose_name_plural = _("防汛责任人")
        ordering = ["facility__initials", "facility_id", "basin", "role"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "basin", "role"], name="one_flood_duty"),
            models.CheckConstraint(
                condition=models.Q(facility__isnull=False) | ~models.Q(basin=""), name="flood_duty_has_object"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target()} · {self.get_role_display()}"

    def target(self) -> str:
        """Return what the duty is for, as lists show it."""
        return str(self.facility or self.basin)

    target.short_description = _("防汛对象")  # type: ignore[attr-defined]

    def derive(self) -> None:
        """Lie where the facility lies, unless said otherwise."""
        if self.area is None and self.facility is not None:
            self.area = self.facility.area
